"""One path for a question: understand, retrieve, write, check, answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.abstention import ABSTENTION
from assistant.answer import Answer, Turn
from assistant.assistant import Assistant
from assistant.errors import QuestionError
from assistant.events import Completed, Retrieved, SentenceChecked, TextDelta, Understood
from assistant.options import Options
from assistant.writers.extractive import ExtractiveWriter
from assistant.writers.writer import DraftSentence, Evidence, WritingTask
from vectorstore import Library, SearchFilter, Span

MARK = re.compile(r"(?<!\\)\[(\d+)\]")

KINDS_OF_QUESTIONS = [
    "What is Pando?",
    "How many finetuned models does Pando contain?",
    "Which papers use sparse autoencoders?",
    "How do Rex-Thinker and REF-VLM differ?",
    "How many papers are there?",
    "Which papers are from 2023?",
    "Which papers were published in 2021?",
    "What is the average number of authors?",
    "What is the capital of Peru?",
]


def assert_holds_together(answer: Answer) -> None:
    """Check what is promised of every answer, whatever was asked."""
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    in_text = [int(number) for number in MARK.findall(answer.text)]
    assert list(dict.fromkeys(in_text)) == numbers
    assert {n for sentence in answer.sentences for n in sentence.citations} == set(numbers)
    for citation in answer.citations:
        span = citation.span
        assert citation.paper.abstract[span.start : span.end] == citation.quote
    assert len({(c.paper.paper_id, c.span) for c in answer.citations}) == len(numbers)
    assert answer.abstained == (not answer.sentences)
    assert answer.abstained == answer.text.startswith(ABSTENTION)
    assert not answer.nearest or answer.abstained
    assert all(0 <= sentence.score <= 1 for sentence in answer.sentences)


def asked_and_streamed(assistant: Assistant, question: str, history: Sequence[Turn] = ()) -> Answer:
    """Return the answer, after checking it, its stream, and that it comes again word for word."""
    *events, last = assistant.stream(question, history=history)
    assert isinstance(last, Completed)
    assert isinstance(events[0], Understood)
    assert isinstance(events[1], Retrieved)
    assert not any(isinstance(event, Completed) for event in events)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert text == last.answer.text
    checked = tuple(event.sentence for event in events if isinstance(event, SentenceChecked))
    assert checked == last.answer.sentences
    assert_holds_together(last.answer)
    again = assistant.ask(question, history=history)
    assert replace(again, timings_ms={}) == replace(last.answer, timings_ms={})
    return last.answer


@pytest.mark.parametrize(
    ("question", "closing"),
    [
        ("Compare Pando with ZebraNet.", "\n\nNo abstract cited here mentions *ZebraNet*."),
        ("How do Rex-Thinker and REF-VLM differ?", "."),
        ("What is Pando?", "."),
    ],
)
def test_what_was_to_be_compared_and_is_not_told_is_named(assistant, question, closing):
    answer = asked_and_streamed(assistant, question)
    assert answer.text.endswith(closing)
    assert ("No abstract" in answer.text) == ("ZebraNet" in question)


@pytest.mark.parametrize("question", KINDS_OF_QUESTIONS)
def test_every_kind_of_answer_holds_together_and_streams_what_it_says(assistant, question):
    asked_and_streamed(assistant, question)


WORDS = st.sampled_from(
    "What is Which papers how many authors in 2023 2022 or earlier newest most Pando MM-RLHF it"
    " they the first one sparse autoencoders compare and differ vs code dataset why who wrote"
    " İ aprİl 0"
    " [1] [2]. <b> *x* \\ ` _ $ # | ~ &lt; ? ! … ' \" 解释 ١٢ \x00 \u202e of these per year".split(
        " "
    )
)
TEXT = st.one_of(st.text(min_size=1, max_size=60), st.lists(WORDS, min_size=1).map(" ".join))


@settings(max_examples=40, deadline=None)
@given(TEXT.filter(str.strip), st.lists(TEXT.filter(str.strip), max_size=2))
@example("Which papers are from İstanbul in Aprİl 2023?", [])
def test_any_question_after_any_other_is_answered_or_not_but_holds_together(
    assistant, question, earlier
):
    history: list[Turn] = []
    for text in earlier:
        history.append(assistant.ask(text, history=history).as_turn())
    asked_and_streamed(assistant, question, history)


@pytest.mark.parametrize("question", ["", "  ", "\n\t"])
def test_an_empty_question_is_an_error(assistant, question):
    with pytest.raises(QuestionError, match="The question is empty"):
        assistant.ask(question)


def test_a_question_that_is_far_too_long_is_an_error_that_says_how_long_it_may_be(assistant):
    with pytest.raises(QuestionError, match=r"100,000 characters; at most 4,000.*MAX_QUESTION"):
        assistant.ask("x" * 100_000)


def test_a_long_question_that_is_still_allowed_is_answered(assistant):
    for text in ("What is Pando? " * 260, "compare a and b " * 240, "between in 2023 and " * 200):
        asked_and_streamed(assistant, text[:4_000])


def test_an_earlier_question_too_long_to_be_answered_is_passed_over(assistant):
    history = [Turn("What is Pando?"), Turn(f"What is MM-RLHF? {'really ' * 1_000}")]
    answer = assistant.ask("And how many authors does it have?", history=history)
    assert answer.standalone_question == "How many authors does Pando have?"


def test_a_follow_up_is_answered_of_what_was_spoken_of(assistant):
    first = assistant.ask("What is MM-RLHF?")
    answer = assistant.ask("And how many authors does it have?", history=[first.as_turn()])
    assert answer.question == "And how many authors does it have?"
    assert answer.standalone_question == "How many authors does MM-RLHF have?"
    assert "20 authors" in answer.text


def test_these_papers_are_those_of_the_answer_before(assistant):
    first = assistant.ask("Which papers use sparse autoencoders?")
    cited = {citation.paper.title for citation in first.citations}
    answer = assistant.ask("Which of them are from 2025?", history=[first.as_turn()])
    found = {citation.paper.title for citation in answer.citations}
    assert found == {c.paper.title for c in first.citations if c.paper.year == 2025}
    assert found < cited
    assert "among those asked about" in answer.text


@pytest.mark.parametrize(
    "question", ["Which papers use sparse autoencoders?", "How many papers are there?"]
)
def test_a_filter_beside_the_question_lets_only_its_papers_be_cited(assistant, question):
    answer = assistant.ask(question, where=SearchFilter(year_from=2026))
    assert answer.citations
    assert all(citation.paper.year >= 2026 for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "Which papers from 2025 are about vision-language models?",
        "What was published in 2025 about vision-language models?",
        "Since 2025, which papers study hallucination?",
        "What did Causal Tracing propose in 2025?",
    ],
)
def test_papers_of_a_year_are_found_though_they_do_not_mention_it(assistant, question):
    answer = assistant.ask(question)
    assert not answer.abstained
    assert "Causal Tracing" in " ".join(c.paper.title for c in answer.citations)
    assert all(c.paper.year >= 2025 for c in answer.citations)
    assert answer.standalone_question == question


def test_a_filter_and_the_questions_own_bounds_hold_both(assistant):
    answer = assistant.ask("Which papers are from 2023?", where=SearchFilter(year_from=2025))
    assert answer.citations == ()
    assert answer.text.startswith("None of the 43 papers")


def test_top_k_is_how_many_papers_are_retrieved(assistant):
    _, retrieved, *_ = assistant.stream("What is Pando?", top_k=2)
    assert len(retrieved.hits) == 2


def test_each_stage_is_timed(assistant):
    timings = assistant.ask("What is Pando?").timings_ms
    assert list(timings) == ["understand", "retrieve", "write", "check"]
    assert all(milliseconds >= 0 for milliseconds in timings.values())


def test_an_empty_library_abstains_and_names_nothing(make_library):
    library = make_library()
    assistant = Assistant(library, ExtractiveWriter(library))
    for question in ("What is Pando?", "Which papers study zebras?", "Compare Pando and FIND"):
        answer = asked_and_streamed(assistant, question)
        assert answer.abstained
        assert answer.text == ABSTENTION


def test_text_of_papers_does_not_become_markup_or_citations(make_library, make_paper):
    paper = make_paper(
        "Zebra: <script>alert(1)</script> [7]",
        "We introduce Zebra, a *striped* <img src=x onerror=alert(1)> model [3] of [a](http://b).",
    )
    library = make_library([paper])
    assistant = Assistant(library, ExtractiveWriter(library))
    for question in ("What is Zebra?", "Which papers study Zebra?", "How many authors has Zebra?"):
        answer = asked_and_streamed(assistant, question)
        assert "<" not in answer.text.replace("\\<", "")
        assert set(MARK.findall(answer.text)) <= {"1"}


class Scripted:
    """A writer that says what it is told to."""

    name = "scripted"

    def __init__(self, *drafts: DraftSentence) -> None:
        self._drafts = drafts

    def write(self, task: WritingTask) -> Iterator[DraftSentence]:
        """Yield the drafts."""
        return iter(self._drafts)


def answer_of(library: Library, *drafts: DraftSentence) -> Answer:
    assistant = Assistant(library, Scripted(*drafts), options=Options(max_rounds=1))
    return asked_and_streamed(assistant, "What is Pando?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zebras run.", "Zebras run [1]."),
        ("Do zebras run?!", "Do zebras run [1]?!"),
        ("Zebras", "Zebras [1]"),
        ("...", "[1]..."),
    ],
)
def test_marks_stand_before_the_full_stop(library, bundled_papers, text, expected):
    evidence = (Evidence(bundled_papers[0], Span(0, 5)),)
    draft = DraftSentence(text, evidence, from_catalogue=True)
    assert answer_of(library, draft).text == expected


def test_the_same_words_have_one_number_and_other_words_another(library, bundled_papers):
    first, second = bundled_papers[:2]
    spans = [(second, Span(0, 5)), (first, Span(0, 5)), (second, Span(0, 5)), (second, Span(6, 9))]
    drafts = [
        DraftSentence(f"S{n}.", (Evidence(*at),), lead=" ", from_catalogue=True)
        for n, at in enumerate(spans)
    ]
    answer = answer_of(library, *drafts)
    assert answer.text == "S0 [1]. S1 [2]. S2 [1]. S3 [3]."
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,), (1,), (3,)]


def test_a_sentence_without_evidence_cites_nothing_and_is_marked_as_unsupported(library):
    answer = answer_of(library, DraftSentence("Zebras run.", ()))
    assert answer.text == "Zebras run. *(unsupported)*"
    (sentence,) = answer.sentences
    assert (sentence.support, sentence.citations) == ("unsupported", ())
    assert sentence.reason
