"""What Gradio is told to change when a reader acts."""

from typing import Any

import pytest

from assistant.assistant import Assistant
from ui.chat.conversation import Conversation, Exchange
from ui.chat.handlers import N_EXAMPLES, Handlers
from ui.chat.years import ANY_YEAR

QUESTION = "What does Pando measure?"


@pytest.fixture
def handlers(assistant: Assistant) -> Handlers:
    return Handlers(assistant)


def ask(handlers: Handlers, question: str, before: Conversation | None = None) -> list[Any]:
    return list(handlers.ask(question, before or Conversation(), 0, ANY_YEAR, ANY_YEAR, ""))


def test_an_answer_turns_the_send_button_into_stop_and_back(handlers: Handlers) -> None:
    (_, _, first, _), *_, (_, _, _, conversation) = ask(handlers, QUESTION)
    assert (first["stop_btn"], first["value"]) == (True, "")
    _, _, last, _ = handlers.settle(conversation, 0)
    assert (last["submit_btn"], last["stop_btn"]) == (True, False)
    assert "value" not in last  # what is typed meanwhile stays


def test_sources_come_with_the_whole_answer(handlers: Handlers) -> None:
    pictures = ask(handlers, QUESTION)
    *_, (messages, sources, _, conversation) = pictures
    answer = conversation.exchanges[-1].answer
    assert "#src-1-1" in messages[-1]["content"]
    assert all(f'id="src-1-{citation.number}"' in sources for citation in answer.citations)
    assert not isinstance(pictures[0][1], str)  # skipped: the pane keeps what it shows


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_changes_nothing(handlers: Handlers, question: str) -> None:
    assert ask(handlers, question) == []


def test_a_follow_up_is_understood_from_the_conversation(handlers: Handlers) -> None:
    *_, (_, _, _, conversation) = ask(handlers, QUESTION)
    *_, (_, _, _, conversation) = ask(handlers, "How many authors does it have?", conversation)
    answer = conversation.exchanges[-1].answer
    assert answer.standalone_question == "How many authors does Pando have?"
    assert "5 authors" in answer.text


def test_stopping_keeps_what_was_written(handlers: Handlers) -> None:
    growing = Conversation((Exchange(1, QUESTION, text="It measures"),))
    messages, _, composer, conversation = handlers.settle(growing, 0)
    assert messages[-1]["content"].startswith("It measures")
    assert composer["submit_btn"]
    assert conversation.exchanges[-1].stopped


def test_a_new_chat_remembers_nothing(handlers: Handlers) -> None:
    messages, sources, composer, conversation, chat = handlers.new_chat(0)
    assert (messages, composer["value"], conversation.exchanges) == ([], "", ())
    assert conversation.chat == chat == 1
    assert "<article" not in sources


def test_a_late_picture_of_an_earlier_chat_is_put_right(handlers: Handlers) -> None:
    late = Conversation((Exchange(1, QUESTION, text="It measures"),), chat=0)
    messages, _, _, conversation = handlers.settle(late, 1)
    assert (messages, conversation) == ([], Conversation(chat=1))
    first, *_ = handlers.ask("What is ProtoPathway?", late, 1, ANY_YEAR, ANY_YEAR, "")
    assert [exchange.question for exchange in first[3].exchanges] == ["What is ProtoPathway?"]


def test_the_page_is_filled_from_the_library_at_hand(handlers: Handlers) -> None:
    brand, year_from, year_to, *examples = handlers.refresh()
    assert "43 papers" in brand
    assert year_from["choices"][1] == ("2026", 2026)
    assert year_to == year_from
    assert len(examples) == N_EXAMPLES
    assert all(example["value"].endswith("?") for example in examples if example["visible"])


def test_every_example_is_answered(handlers: Handlers) -> None:
    *_, first, second, third, fourth = handlers.refresh()
    for example in (first, second, third, fourth):
        if example["visible"]:
            *_, (_, _, _, conversation) = ask(handlers, example["value"])
            assert not conversation.exchanges[-1].answer.abstained, example["value"]
