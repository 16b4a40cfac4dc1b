"""A question becomes a conversation that grows, and never an exception."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.answer import Answer, AnswerSentence, Turn
from assistant.assistant import Assistant
from assistant.errors import BackendError, QuestionError
from assistant.events import Completed, Retrieved, SentenceChecked, TextDelta, Understood
from ui.chat.answering import SEARCHING, UNEXPECTED, converse
from ui.chat.conversation import Conversation, Exchange
from vectorstore import LibraryLockedError, SearchFilter


class Scripted:
    """Yields the given events, raising those that are errors, and keeps what it was asked."""

    def __init__(self, *script: Any) -> None:
        self.script = script
        self.asked: list[tuple[str, list[Turn], SearchFilter | None]] = []

    def stream(
        self, question: str, *, history: list[Turn], where: SearchFilter | None
    ) -> Iterator[Any]:
        self.asked.append((question, history, where))
        for event in self.script:
            if isinstance(event, Exception):
                raise event
            yield event


def completed(text: str, question: str = "What?") -> Completed:
    return Completed(Answer(question, question, text, False, "scripted", (), (), (), {}))


def grown(assistant: Any, before: Conversation | None = None) -> list[Exchange]:
    pictures = converse(assistant, before or Conversation(), "What?", SearchFilter())
    return [picture.exchanges[-1] for picture in pictures]


def test_the_reader_sees_each_stage_and_the_whole_answer_last() -> None:
    script = [Understood("What is it?"), Retrieved(()), TextDelta("It "), completed("It is.")]
    states = grown(Scripted(*script))
    assert states[0].status == SEARCHING
    assert states[1].reading == "What is it?"
    assert "reading" in states[2].status
    assert states[-1].text == "It is."
    assert [state.under_way for state in states] == [True] * (len(states) - 1) + [False]


def test_many_pieces_of_text_make_few_pictures() -> None:
    pieces = [TextDelta("word ")] * 1_000
    states = grown(Scripted(*pieces, completed("word " * 1_000)))
    assert len(states) < 100
    assert states[-1].text == "word " * 1_000


@pytest.mark.parametrize(
    "error", [QuestionError("too long"), BackendError("no key"), LibraryLockedError("locked")]
)
def test_an_expected_error_is_told_in_its_own_words(error: Exception) -> None:
    last = grown(Scripted(TextDelta("It"), error))[-1]
    assert last.failure == str(error)
    assert not last.under_way


def test_any_other_error_is_logged_and_its_words_kept_from_the_reader(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        last = grown(Scripted(RuntimeError("password=secret")))[-1]
    assert last.failure == UNEXPECTED
    assert "password=secret" in caplog.text


def test_answers_and_texts_cut_off_are_history_and_failures_are_not() -> None:
    answer = completed("It is.").answer
    before = Conversation(
        (
            Exchange(1, "What?", text="It is.", answer=answer),
            Exchange(2, "Why?", failure="no key"),
            Exchange(3, "When?", text="In 20", stopped=True),
        )
    )
    assistant = Scripted(completed("It was."))
    grown(assistant, before)
    assert assistant.asked == [("What?", [answer.as_turn(), Turn("When?", "In 20")], None)]


def test_a_conversation_that_is_complete_cannot_be_stopped() -> None:
    done = Conversation((Exchange(1, "What?", answer=completed("It is.").answer),))
    assert done.stopped() == done
    assert Conversation().stopped() == Conversation()


def test_an_assistant_that_cannot_be_made_is_told_like_any_other_error() -> None:
    def make() -> Any:
        raise BackendError("not installed")

    *_, last = converse(make, Conversation(), "What?", SearchFilter())
    assert last.exchanges[-1].failure == "not installed"


def test_sentences_are_known_as_they_are_checked() -> None:
    sentence = AnswerSentence("It is.", (), "partly", 0.5)
    states = grown(Scripted(SentenceChecked(sentence), Retrieved(()), completed("It is.")))
    assert states[-2].sentences == (sentence,)


def test_the_year_filter_reaches_the_search(assistant: Assistant) -> None:
    where = SearchFilter(year_from=2023, year_to=2023)
    question = "What do interpretability methods explain?"
    *_, last = converse(assistant, Conversation(), question, where)
    answer = last.exchanges[-1].answer
    assert answer
    found = [citation.paper for citation in answer.citations] or list(answer.nearest)
    assert found
    assert {paper.year for paper in found} == {2023}
