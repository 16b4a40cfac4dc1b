"""Rounds of search, what becomes of unsupported sentences, and writers that fail."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from assistant.abstention import ABSTENTION
from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError
from assistant.events import Retrieved, TextDelta
from assistant.options import Options
from assistant.understanding.question import Question
from assistant.writers.writer import DraftPiece, DraftSentence, Evidence, WritingTask
from vectorstore import Library, Paper, SearchFilter

Writing = Callable[[WritingTask], Iterator[DraftPiece | DraftSentence]]

ZEBRA = Paper("zebra", "Zebras of the plain", "Zebras run fast. The herd holds 720 zebras.")
LION = Paper("lion", "Lions of the plain", "Lions sleep at noon. They hunt zebras at night.")
BEE = Paper("bee", "Dances of bees", "Bees dance in the sun. The dance tells where food is.")


class ScriptedWriter:
    """Writes by a function; remembers its tasks."""

    name = "scripted"

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self.tasks: list[WritingTask] = []

    def write(self, task: WritingTask) -> Iterator[DraftPiece | DraftSentence]:
        self.tasks.append(task)
        return self._writing(task)


class RewritingWriter(ScriptedWriter):
    """Corrects a sentence to what it is told, once asked."""

    def __init__(self, writing: Writing, corrected: DraftSentence | None) -> None:
        super().__init__(writing)
        self._corrected = corrected
        self.reasons: list[str] = []

    def rewrite(
        self, task: WritingTask, sentence: DraftSentence, reason: str
    ) -> DraftSentence | None:
        self.reasons.append(reason)
        return self._corrected


class Searching:
    """Says what to search next."""

    def __init__(self, query: str) -> None:
        self._query = query

    def refined(self, question: Question, found: Sequence[Paper], *, meter: TokenMeter) -> str:
        return self._query


@pytest.fixture
def plain(make_library: Callable[..., Library]) -> Library:
    return make_library([ZEBRA, LION, BEE])


def about(paper: Paper, text: str, lead: str = " ") -> DraftSentence:
    return DraftSentence(text, (Evidence(paper),), lead=lead)


def saying(*drafts: DraftPiece | DraftSentence) -> Writing:
    return lambda task: iter(drafts)


def nothing(task: WritingTask) -> Iterator[DraftSentence]:
    return iter(())


def only_of(paper: Paper, text: str) -> Writing:
    """Write a sentence once the paper is among those found."""

    def write(task: WritingTask) -> Iterator[DraftSentence]:
        if paper in [hit.paper for hit in task.hits]:
            yield about(paper, text)

    return write


def ask(
    library: Library, writer: ScriptedWriter, question: str = "What do zebras do?", **others: Any
) -> Answer:
    options = others.pop("options", Options())
    return Assistant(library, writer, options=options, **others).ask(question, top_k=1)


# Rounds


def test_a_part_without_support_is_searched_again_for_papers_that_are_new(plain):
    writer = ScriptedWriter(only_of(BEE, "Bees dance in the sun."))
    answer = ask(plain, writer, refiner=Searching("dances of bees in the sun"))
    assert answer.text == "Bees dance in the sun [1]."
    (part,) = answer.trace
    first, second = part.rounds
    assert (first.paper_ids, first.n_supported) == (("zebra",), 0)
    assert second.queries == ("dances of bees in the sun",)
    assert (second.paper_ids, second.n_supported) == (("bee",), 1)
    assert part.stopped == "supported"
    assert [[hit.paper for hit in task.hits] for task in writer.tasks] == [[ZEBRA], [BEE]]


def test_a_part_with_support_is_searched_once(plain):
    answer = ask(plain, ScriptedWriter(saying(about(ZEBRA, "Zebras run fast."))))
    assert [len(part.rounds) for part in answer.trace] == [1]


def test_the_search_ends_with_the_rounds_or_when_nothing_new_is_found(plain):
    (part,) = ask(plain, ScriptedWriter(nothing), options=Options(max_rounds=2)).trace
    assert (len(part.rounds), part.stopped) == (2, "round limit")
    (part,) = ask(plain, ScriptedWriter(nothing), options=Options(max_rounds=5)).trace
    assert (len(part.rounds), part.stopped) == (3, "nothing new found")


def test_each_part_is_answered_from_its_own_papers_in_its_own_paragraph(plain):
    def write(task: WritingTask) -> Iterator[DraftSentence]:
        is_of_bees = "bees" in task.question.text
        yield about(BEE, "Bees dance.") if is_of_bees else about(ZEBRA, "Zebras run fast.")

    answer = ask(plain, ScriptedWriter(write), "What do zebras do? What do bees do?")
    assert answer.text == "Zebras run fast [1].\n\nBees dance [2]."
    assert [part.part for part in answer.trace] == ["What do zebras do?", "What do bees do?"]


def test_what_answers_two_parts_is_said_once(plain):
    answer = ask(plain, ScriptedWriter(saying(RIGHT)), "What do zebras do? What do bees do?")
    assert answer.text == "Zebras run fast [1]."
    assert [part.stopped for part in answer.trace] == ["supported", "supported"]


def test_a_part_that_stays_without_an_answer_is_named(plain):
    answer = ask(
        plain,
        ScriptedWriter(only_of(BEE, "Bees dance in the sun.")),
        "What do bees dance in? What do crocodiles eat?",
        options=Options(max_rounds=1),
    )
    assert answer.text.endswith("What the abstracts do not say: *What do crocodiles eat?*")
    assert not answer.abstained
    assert len(answer.sentences) == 1


def test_a_comparison_is_searched_by_each_of_its_sides(plain):
    (part,) = ask(plain, ScriptedWriter(nothing), "How do zebras and bees differ?").trace
    assert part.rounds[0].queries == ("How do zebras and bees differ?", "zebras", "bees")


def test_what_each_round_brought_is_an_event(plain):
    assistant = Assistant(plain, ScriptedWriter(nothing))
    events = assistant.stream("What do zebras do?", top_k=1)
    found = [event.hits for event in events if isinstance(event, Retrieved)]
    assert [len(hits) for hits in found] == [1, 1]
    assert len({hits[0].paper.paper_id for hits in found}) == 2


def test_bounds_hold_in_every_round(plain):
    only_lions = SearchFilter(paper_ids=frozenset({"lion"}))
    assistant = Assistant(plain, ScriptedWriter(nothing))
    (part,) = assistant.ask("What do zebras do?", where=only_lions).trace
    assert {paper_id for round_ in part.rounds for paper_id in round_.paper_ids} == {"lion"}


# What becomes of unsupported sentences

WRONG = about(ZEBRA, "Quantum chromodynamics explains moonlight.")
RIGHT = about(ZEBRA, "Zebras run fast.")
ONE_ROUND = {
    policy: Options(max_rounds=1, unsupported=policy) for policy in ("mark", "drop", "retry")
}


def test_marked_they_stay(plain):
    answer = ask(plain, ScriptedWriter(saying(RIGHT, WRONG)), options=ONE_ROUND["mark"])
    assert [sentence.support for sentence in answer.sentences] == ["supported", "unsupported"]
    assert "moonlight" in answer.text


def test_dropped_they_are_never_seen_not_even_their_first_words(plain):
    written = saying(DraftPiece("Quantum chromo"), WRONG, DraftPiece(" Zebras"), RIGHT)
    assistant = Assistant(plain, ScriptedWriter(written), options=ONE_ROUND["drop"])
    events = list(assistant.stream("What do zebras do?"))
    seen = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert seen == "Zebras run fast [1]."


def test_an_answer_all_of_whose_sentences_are_dropped_is_an_abstention(plain):
    answer = ask(plain, ScriptedWriter(saying(WRONG)), options=ONE_ROUND["drop"])
    assert answer.abstained
    assert answer.text.startswith(ABSTENTION)


def test_the_model_is_asked_once_more_with_the_finding(plain):
    writer = RewritingWriter(saying(WRONG), RIGHT)
    assert ask(plain, writer, options=ONE_ROUND["retry"]).text == "Zebras run fast [1]."
    (reason,) = writer.reasons
    assert reason


@pytest.mark.parametrize("corrected", [None, WRONG])
def test_what_cannot_be_corrected_is_dropped(plain, corrected):
    writer = RewritingWriter(saying(WRONG), corrected)
    assert ask(plain, writer, options=ONE_ROUND["retry"]).abstained


def test_a_writer_that_cannot_be_asked_again_has_its_sentence_dropped(plain):
    assert ask(plain, ScriptedWriter(saying(WRONG)), options=ONE_ROUND["retry"]).abstained


def test_a_sentence_without_a_source_gets_the_one_that_supports_it(plain):
    uncited = DraftSentence("Zebras run fast.", ())
    (sentence,) = ask(plain, ScriptedWriter(saying(uncited))).sentences
    assert (sentence.support, sentence.attributed, sentence.citations) == ("supported", True, (1,))


# Writers that fail


def failing_after(*drafts: DraftPiece | DraftSentence) -> Writing:
    def write(task: WritingTask) -> Iterator[DraftPiece | DraftSentence]:
        yield from drafts
        raise BackendError("Backend 'scripted' failed: the line is dead.")

    return write


def test_a_writer_that_fails_in_the_middle_leaves_what_came_marked_as_cut(plain):
    answer = ask(plain, ScriptedWriter(failing_after(RIGHT)), "What is it? What do bees do?")
    assert answer.text == "Zebras run fast [1]."
    assert answer.cut == "Backend 'scripted' failed: the line is dead."
    assert answer.to_json()["cut"] == answer.cut


def test_a_writer_that_fails_before_the_first_sentence_is_an_error(plain):
    with pytest.raises(BackendError, match="the line is dead"):
        ask(plain, ScriptedWriter(failing_after()))


@pytest.mark.parametrize("came", [(), (RIGHT,)])
def test_another_writer_takes_over_when_asked_to(plain, came):
    writer = ScriptedWriter(failing_after(*came))
    fallback = ScriptedWriter(saying(about(ZEBRA, "The herd holds 720 zebras.")))
    fallback.name = "extractive"
    answer = ask(plain, writer, fallback=fallback)
    assert answer.text.endswith("The herd holds 720 zebras [1]." if not came else "zebras [2].")
    assert (answer.backend, answer.cut) == ("extractive", "")
    assert "the line is dead" in answer.fell_back


def test_a_sentence_that_says_what_the_abstracts_do_not_say_needs_no_source(plain):
    gap = DraftSentence("The abstracts do not say how long they run.", (), lead=" ")
    answer = ask(plain, ScriptedWriter(saying(RIGHT, gap)), options=ONE_ROUND["drop"])
    assert [sentence.support for sentence in answer.sentences] == ["supported"] * 2
    assert answer.text.endswith("how long they run.")
