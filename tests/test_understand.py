"""Understanding a question within its conversation."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.abstention import ABSTENTION
from assistant.answer import Turn
from assistant.collection.query import Operation
from assistant.understanding.understand import Understander
from vectorstore import Library, SearchFilter


@pytest.fixture(scope="module")
def understander(library: Library) -> Understander:
    """Return an understander of questions about the bundled papers."""
    return Understander(library)


def paper_id(library: Library, beginning: str) -> str:
    return next(p.paper_id for p in library.catalogue.papers() if p.title.startswith(beginning))


def test_a_question_about_content_is_searched_without_bounds(understander):
    understood = understander.understand("  What is\n Pando? ")
    assert understood.question.text == "What is Pando?"
    assert understood.collection is None
    assert not understood.where


def test_a_question_in_capitals_names_nothing(understander):
    question = understander.understand("WHAT IS A PROBE?").question
    assert (question.text, question.names) == ("what is a probe?", ())


def test_a_time_span_bounds_the_papers_of_a_content_question(understander):
    understood = understander.understand("Which papers from 2023 study circuits?")
    assert understood.collection is None
    assert understood.where == SearchFilter(
        published_from=date(2023, 1, 1), published_to=date(2023, 12, 31)
    )


def test_what_bounds_a_content_question_need_not_be_said_by_the_papers(understander):
    understood = understander.understand("Which papers from 2023 study circuits in Pythia?")
    assert understood.standalone == "Which papers from 2023 study circuits in Pythia?"
    assert understood.question.text == "Which papers study circuits in Pythia?"
    assert understood.question.names == ("Pythia",)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How do probes fail, according to these papers?", "How do probes fail?"),
        ("Based on the literature, what is steering?", "what is steering?"),
        ("What is according to plan?", "What is according to plan?"),
        ("Is X so according to the papers or not?", "Is X so according to the papers or not?"),
        ("Are probes based on the literature?", "Are probes based on the literature?"),
        ("What is mined based on library size?", "What is mined based on library size?"),
    ],
)
def test_that_the_papers_are_to_say_it_is_no_part_of_a_question(understander, question, asked):
    assert understander.understand(question).question.text == asked


def test_a_question_about_the_collection_is_recognised_with_its_bounds(understander):
    understood = understander.understand("How many papers were published since 2025?")
    assert understood.collection.operation is Operation.COUNT
    assert understood.where == SearchFilter(published_from=date(2025, 1, 1))


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (["What is MM-RLHF?"], "And how many authors does it have?",
         "How many authors does MM-RLHF have?"),
        (["What is MM-RLHF?", "How many authors does it have?"], "When was it published?",
         "When was MM-RLHF published?"),
        (["What is MM-RLHF?", "What is Pando?"], "When was it published?",
         "When was Pando published?"),
        (["What are sparse autoencoders?"], "How are they built?",
         "How are sparse autoencoders built?"),
        (["What is MM-RLHF?"], "How do sparse autoencoders learn their features?",
         "How do sparse autoencoders learn their features?"),
        (["What is MM-RLHF?"], "How many papers are there?", "How many papers are there?"),
        (["What is MM-RLHF?"], "What is Pando?", "What is Pando?"),
        ([], "When was it published?", "When was it published?"),
    ],
)  # fmt: skip
def test_a_conversation_of_bare_questions_is_enough_to_complete_a_follow_up(
    understander, earlier, question, expected
):
    history = [Turn(text) for text in earlier]
    assert understander.understand(question, history).question.text == expected


def test_the_papers_that_an_answer_cited_decide_what_a_follow_up_is_about(understander, library):
    history = [Turn("Tell me something.", "Text [1].", (paper_id(library, "AttnTrace"),))]
    understood = understander.understand("When was it published?", history)
    assert understood.question.text == "When was AttnTrace published?"


def test_cited_papers_that_have_been_removed_are_passed_over(understander):
    history = [Turn("Tell me something.", "Text [1].", ("gone",))]
    assert understander.understand("And its code?", history).question.text


def test_nothing_is_made_up_for_a_follow_up_to_an_abstention(understander):
    history = [Turn("How long should bread be baked?", ABSTENTION)]
    understood = understander.understand("How many authors does it have?", history)
    assert understood.question.text == "How many authors does it have?"


class Recorder:
    """A rewriter that adds a mark, and remembers what it was given."""

    def __init__(self) -> None:
        self.given = []

    def rewrite(self, question, history, papers=(), *, meter=None):
        self.given.append((question, [turn.question for turn in history], list(papers)))
        return f"{question} (rewritten)"


def test_the_rewriter_is_asked_once_and_sees_earlier_questions_standing_alone(library):
    recorder = Recorder()
    understander = Understander(library, rewriter=recorder)
    history = [Turn("What is MM-RLHF?"), Turn("Who wrote it?")]
    understood = understander.understand("When was it published?", history)
    assert understood.question.text == "When was it published? (rewritten)"
    [(question, earlier, papers)] = recorder.given
    assert question == "When was it published?"
    assert earlier == ["What is MM-RLHF?", "Who wrote MM-RLHF?"]
    assert papers[0].title.startswith("MM-RLHF")


def test_the_rewriter_is_not_asked_about_a_question_that_stands_alone(library):
    recorder = Recorder()
    understander = Understander(library, rewriter=recorder)
    for question in ("What is Pando?", "How many papers are there?"):
        text = understander.understand(question, [Turn("What is MM-RLHF?")]).question.text
        assert text == question
    assert recorder.given == []


def test_these_are_the_papers_that_were_just_cited(understander, library):
    cited = (paper_id(library, "AttnTrace"), paper_id(library, "Pando"))
    history = [Turn("Which papers trace?", "Text [1][2].", cited)]
    for question in ("Which of them are from 2026?", "Which of these papers has the most authors?"):
        understood = understander.understand(question, history)
        assert understood.question.text == question
        assert understood.where.paper_ids == frozenset(cited)


WORDS = st.sampled_from(
    "What How many papers are from 2023 since it its they the first one and about Pando MM-RLHF"
    " newest most authors 0 of these or earlier ? aprİl İ ١٢ comments between 3 5".split(" ")
)
TEXT = st.one_of(st.text(min_size=1, max_size=60), st.lists(WORDS, min_size=1).map(" ".join))


@settings(max_examples=60, deadline=None)
@given(TEXT, st.lists(TEXT, max_size=3))
def test_no_conversation_makes_it_fail(understander, question, earlier):
    understood = understander.understand(question, [Turn(text) for text in earlier])
    assert understood.question.text == understood.question.text.strip()
