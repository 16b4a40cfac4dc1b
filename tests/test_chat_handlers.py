"""What Gradio is told to change when a reader acts."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.conversations import ConversationStore
from ui.access.turns import Turns
from ui.chat.answering import SEARCHING, WAITING
from ui.chat.conversation import Conversation, Exchange
from ui.chat.handlers import N_EXAMPLES, Handlers
from ui.chat.years import ANY_YEAR

QUESTION = "What does Pando measure?"
OWNER = "a-browser-of-its-own"


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "conversations.sqlite")


@pytest.fixture
def handlers(assistant: Assistant, store: ConversationStore) -> Handlers:
    return Handlers(assistant, store=store)


def visitor(**fields: Any) -> str:
    return json.dumps({"owner": OWNER, **fields})


def ask(
    handlers: Handlers,
    question: str,
    before: Conversation | None = None,
    chat: int = 0,
    **fields: Any,
) -> list[Any]:
    return list(
        handlers.ask(
            question,
            before or Conversation(),
            chat,
            ANY_YEAR,
            ANY_YEAR,
            "",
            "",
            visitor(**fields),
        )
    )


def test_an_answer_turns_the_send_button_into_stop_and_back(handlers: Handlers) -> None:
    (_, _, first, _), *_, (_, _, _, conversation) = ask(handlers, QUESTION)
    assert (first["stop_btn"], first["value"]) == (True, "")
    _, _, last, _ = handlers.settle(conversation, 0, visitor())
    assert (last["submit_btn"], last["stop_btn"]) == (True, False)
    assert "value" not in last  # what is typed meanwhile stays


def test_sources_come_with_the_whole_answer(handlers: Handlers) -> None:
    pictures = ask(handlers, QUESTION)
    whole = next(each for each in pictures if not each[0]["growing"])
    thread, sources, _, conversation = whole
    answer = conversation.exchanges[-1].answer
    assert "#src-1-1" in thread["exchanges"][-1]
    [section] = sources["sections"]
    assert all(f'id="src-1-{citation.number}"' in section for citation in answer.citations)
    others = [each for each in pictures if each is not whole]
    assert not any("sections" in each[1] for each in others)  # the pane keeps what it shows


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
    thread, _, composer, conversation = handlers.settle(growing, 0, visitor())
    assert "It measures" in thread["exchanges"][-1]
    assert composer["submit_btn"]
    assert conversation.exchanges[-1].stopped
    assert handlers.open(conversation.kept_id, 0, visitor())[3].exchanges[-1].stopped


def test_a_new_chat_remembers_nothing(handlers: Handlers) -> None:
    thread, sources, composer, conversation, chat = handlers.new_chat(0)
    assert (thread["exchanges"], composer["value"], conversation.exchanges) == ([], "", ())
    assert conversation.chat == chat == thread["chat"] == 1
    assert sources == {"sections": []}


def test_a_late_picture_of_an_earlier_chat_is_put_right(handlers: Handlers) -> None:
    late = Conversation((Exchange(1, QUESTION, text="It measures"),), chat=0)
    thread, _, _, conversation = handlers.settle(late, 1, visitor())
    assert (thread["exchanges"], conversation) == ([], Conversation(chat=1))
    first, *_ = ask(handlers, "What is ProtoPathway?", late, chat=1)
    assert [exchange.question for exchange in first[3].exchanges] == ["What is ProtoPathway?"]


def test_a_conversation_is_there_again_for_its_owner_alone(
    handlers: Handlers, assistant: Assistant, store: ConversationStore
) -> None:
    *_, (thread, _, _, conversation) = ask(handlers, QUESTION)
    assert thread["conversation"] == conversation.kept_id != ""
    restarted = Handlers(assistant, store=store)
    again = restarted.arrive(0, visitor(conversation=conversation.kept_id))
    assert "Pando" in again[0]["exchanges"][0]
    assert "src-1-1" in again[1]["sections"][0]
    stranger = json.dumps({"owner": "another-browser-here", "conversation": conversation.kept_id})
    assert restarted.arrive(0, stranger)[0]["exchanges"] == []


def test_a_question_goes_on_where_a_restarted_server_forgot_the_session(
    handlers: Handlers, assistant: Assistant, store: ConversationStore
) -> None:
    *_, (_, _, _, conversation) = ask(handlers, QUESTION)
    restarted = Handlers(assistant, store=store)
    question = "How many authors does it have?"
    *_, (thread, _, _, _) = ask(restarted, question, conversation=conversation.kept_id)
    assert len(thread["exchanges"]) == 2
    assert "Read as: How many authors does Pando have?" in thread["exchanges"][1]


def test_a_changed_question_takes_the_place_of_the_last_one(
    handlers: Handlers, store: ConversationStore
) -> None:
    *_, (_, _, _, conversation) = ask(handlers, QUESTION)
    *_, (_, _, _, conversation) = ask(handlers, "How many authors does it have?", conversation)
    *_, (thread, _, _, changed) = ask(handlers, "What is ProtoPathway?", conversation, replaces=2)
    assert len(thread["exchanges"]) == 2
    assert "ProtoPathway" in thread["exchanges"][1]
    kept = store.get(changed.kept_id, owner=OWNER)
    questions = [each.exchange.question for each in kept.exchanges]
    assert questions == [QUESTION, "What is ProtoPathway?"]


def test_without_a_browser_s_name_nothing_is_kept(
    handlers: Handlers, store: ConversationStore
) -> None:
    *_, (thread, _, _, _) = ask(handlers, QUESTION, owner="")
    assert thread["conversation"] == ""
    assert store.summaries("") == []


def test_a_store_that_fails_does_not_hurt_the_answer(assistant: Assistant, tmp_path: Path) -> None:
    damaged = tmp_path / "conversations.sqlite"
    damaged.write_bytes(b"no database at all" * 100)
    handlers = Handlers(assistant, store=ConversationStore(damaged))
    *_, (thread, _, _, conversation) = ask(handlers, QUESTION)
    assert not conversation.exchanges[-1].answer.abstained
    assert 'data-action="thumb"' not in thread["exchanges"][-1]


def test_a_link_leads_to_one_answer_and_a_made_up_one_says_so(
    handlers: Handlers, store: ConversationStore
) -> None:
    *_, (_, _, _, conversation) = ask(handlers, QUESTION)
    token = store.links.make(conversation.exchanges[0].kept_id, owner=OWNER)
    shared = json.dumps({"owner": "another-browser-here", "shared": token})
    [exchange] = handlers.arrive(0, shared)[0]["exchanges"]
    assert "Pando" in exchange
    assert 'data-action="retry"' not in exchange
    unknown = handlers.arrive(0, json.dumps({"shared": "made-up"}))[0]
    assert (unknown["exchanges"], "leads nowhere" in unknown["notice"]) == ([], True)


def test_an_answer_suggests_what_to_ask_next(handlers: Handlers) -> None:
    *_, (thread, _, _, conversation) = ask(handlers, QUESTION)
    suggestions = conversation.exchanges[-1].suggestions
    assert 1 <= len(suggestions) <= 3
    assert QUESTION not in suggestions
    assert thread["exchanges"][-1].count("data-ask") == len(suggestions)


def test_what_to_ask_next_comes_after_the_answer(handlers: Handlers) -> None:
    """It takes as long to find as an answer, and nobody waits for it."""
    *_, (answered, *_), (suggesting, *_) = ask(handlers, QUESTION)
    assert not answered["growing"]
    assert "data-ask" not in answered["exchanges"][-1]
    assert "data-ask" in suggesting["exchanges"][-1]


def test_who_comes_while_all_cores_are_busy_is_told_so(
    assistant: Assistant, store: ConversationStore
) -> None:
    turns = Turns(1)
    handlers = Handlers(turns.given_to(assistant), store=store)
    (free, *_), *_ = ask(handlers, QUESTION)
    assert SEARCHING in free["exchanges"][-1]
    go_on = threading.Event()
    with ThreadPoolExecutor(1) as another:
        busy = another.submit(turns.run, go_on.wait)
        while not turns.are_taken:
            assert not busy.done()
        try:
            arguments = (QUESTION, Conversation(), 0, ANY_YEAR, ANY_YEAR, "", "", visitor())
            told, *_ = next(iter(handlers.ask(*arguments)))
        finally:
            go_on.set()
    assert WAITING in told["exchanges"][-1]


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
