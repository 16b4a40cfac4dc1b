"""Conversations that stay: who asks, what is kept, and the routes that the page calls."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.conversations import ConversationStore
from ui.chat.conversation import Conversation, Exchange
from ui.chat.history.keeping import Keeper
from ui.chat.history.routes import add_history_routes
from ui.chat.history.visitor import Visitor, visitor_of

OWNER, STRANGER = "a-browser-of-its-own", "another-browser-here"
EVIL = "<img src=x onerror=alert(1)>"


def answer(question: str, text: str = "It does.") -> Answer:
    return Answer(question, question, text, False, "scripted", (), (), (), {})


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "conversations.sqlite")


@pytest.fixture
def client(store: ConversationStore) -> Iterator[TestClient]:
    app = FastAPI()
    add_history_routes(app, store)
    with TestClient(app) as client:
        yield client


def keep(store: ConversationStore, *questions: str, owner: str = OWNER) -> Conversation:
    keeper, conversation = Keeper(store), Conversation()
    for question in questions:
        asked = conversation.asking(question, "")
        done = Exchange(len(asked.exchanges), question, text="It does.", answer=answer(question))
        conversation = keeper.keep(asked.with_latest(done), owner)
    return conversation


def call(client: TestClient, method: str, path: str, owner: str = OWNER, **options: Any) -> Any:
    return client.request(method, path, headers={"X-Citewise-Owner": owner}, **options)


@given(
    st.one_of(
        st.text(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=12), inner),
        ).map(json.dumps),
        st.fixed_dictionaries(
            {"owner": st.text(), "replaces": st.integers() | st.text(), "conversation": st.none()}
        ).map(json.dumps),
    )
)
def test_whatever_a_browser_sends_is_a_visitor(text: str) -> None:
    visitor = visitor_of(text)
    assert visitor.owner == "" or 16 <= len(visitor.owner) <= 64
    assert visitor.replaces >= 0


def test_a_name_that_could_be_guessed_is_no_owner() -> None:
    assert visitor_of('{"owner": "me"}') == Visitor()
    assert visitor_of(json.dumps({"owner": OWNER, "replaces": 2})) == Visitor(OWNER, replaces=2)
    assert visitor_of("[" * 5_000) == Visitor()


def test_a_conversation_is_kept_once_and_opened_as_it_was(store: ConversationStore) -> None:
    conversation = keep(store, "What?", "Why?")
    keeper = Keeper(store)
    assert keeper.keep(conversation, OWNER) is conversation
    opened = keeper.open(conversation.kept_id, OWNER)
    assert opened
    assert [exchange.question for exchange in opened.exchanges] == ["What?", "Why?"]
    assert [each.kept_id for each in opened.exchanges] == [
        each.kept_id for each in conversation.exchanges
    ]
    assert keeper.open(conversation.kept_id, STRANGER) is None


def test_a_conversation_that_was_deleted_meanwhile_is_begun_anew(store: ConversationStore) -> None:
    conversation = keep(store, "What?")
    store.delete(conversation.kept_id, owner=OWNER)
    asked = conversation.asking("Why?", "")
    done = Exchange(2, "Why?", text="It does.", answer=answer("Why?"))
    kept = Keeper(store).keep(asked.with_latest(done), OWNER)
    assert kept.kept_id != conversation.kept_id
    [summary] = store.summaries(OWNER)
    assert summary.title == "Why?"


def test_the_list_holds_the_owner_s_conversations_and_is_searched(
    store: ConversationStore, client: TestClient
) -> None:
    keep(store, "What do autoencoders do?")
    keep(store, EVIL)
    keep(store, "Theirs", owner=STRANGER)
    listed = call(client, "GET", "/chat/conversations").json()
    assert [each["title"] for each in listed["conversations"]] == [EVIL, "What do autoencoders do?"]
    assert listed["more"] is False
    found = call(client, "GET", "/chat/conversations", params={"query": "autoencoder"}).json()
    assert [each["title"] for each in found["conversations"]] == ["What do autoencoders do?"]


def test_a_long_list_comes_in_pages(store: ConversationStore, client: TestClient) -> None:
    for number in range(41):
        keep(store, f"Question {number}?")
    first = call(client, "GET", "/chat/conversations").json()
    rest = call(client, "GET", "/chat/conversations", params={"offset": 40}).json()
    assert (len(first["conversations"]), first["more"]) == (40, True)
    assert (len(rest["conversations"]), rest["more"]) == (1, False)


def test_a_conversation_is_renamed_saved_and_deleted(
    store: ConversationStore, client: TestClient
) -> None:
    path = f"/chat/conversations/{keep(store, 'What?').kept_id}"
    assert call(client, "PATCH", path, json={"title": " Notes "}).json() == {"title": "Notes"}
    markdown = call(client, "GET", f"{path}/export")
    assert markdown.headers["content-type"].startswith("text/plain")
    assert markdown.text.startswith("# Notes")
    exported = call(client, "GET", f"{path}/export", params={"form": "json"})
    assert json.loads(exported.text)["exchanges"][0]["question"] == "What?"
    assert call(client, "DELETE", path).status_code == 200
    assert call(client, "GET", "/chat/conversations").json()["conversations"] == []


def test_an_answer_is_judged_and_linked_to(store: ConversationStore, client: TestClient) -> None:
    exchange = keep(store, "What?").exchanges[0].kept_id
    path = f"/chat/exchanges/{exchange}"
    body = {"thumb": "down", "comment": "wrong"}
    assert call(client, "PUT", f"{path}/feedback", json=body).status_code == 200
    [feedback] = store.ratings.listed()
    assert (feedback.thumb, feedback.comment) == ("down", "wrong")
    call(client, "PUT", f"{path}/feedback", json={"thumb": None})
    assert store.ratings.listed() == []
    token = call(client, "PUT", f"{path}/link").json()["token"]
    shared = Keeper(store).follow(token)
    assert shared
    assert (shared.shared, shared.exchanges[0].question) == (True, "What?")
    call(client, "DELETE", f"{path}/link")
    assert Keeper(store).follow(token) is None


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/chat/conversations/{conversation}/export", {}),
        ("PATCH", "/chat/conversations/{conversation}", {"json": {"title": "Mine"}}),
        ("DELETE", "/chat/conversations/{conversation}", {}),
        ("PUT", "/chat/exchanges/{exchange}/feedback", {"json": {"thumb": "up"}}),
        ("PUT", "/chat/exchanges/{exchange}/link", {}),
        ("DELETE", "/chat/exchanges/{exchange}/link", {}),
    ],
)
def test_another_reader_s_conversation_is_as_unknown_as_none(
    store: ConversationStore, client: TestClient, method: str, path: str, options: dict[str, Any]
) -> None:
    kept = keep(store, "What?")
    filled = path.format(conversation=kept.kept_id, exchange=kept.exchanges[0].kept_id)
    assert call(client, method, filled, STRANGER, **options).status_code == 404
    assert call(client, method, filled, "short", **options).status_code == 400
    assert client.request(method, filled, **options).status_code == 400
    assert [each.title for each in store.summaries(OWNER)] == ["What?"]


@pytest.mark.parametrize(
    "body", [{"thumb": "sideways"}, {"thumb": "up", "comment": "x" * 3_000}, {"title": "x"}, {}]
)
def test_feedback_of_another_shape_is_refused(
    store: ConversationStore, client: TestClient, body: dict[str, Any]
) -> None:
    exchange = keep(store, "What?").exchanges[0].kept_id
    path = f"/chat/exchanges/{exchange}/feedback"
    assert call(client, "PUT", path, json=body).status_code == 422


def test_a_store_that_cannot_be_reached_is_told_without_its_path(tmp_path: Path) -> None:
    damaged = tmp_path / "conversations.sqlite"
    damaged.write_bytes(b"no database at all" * 100)
    app = FastAPI()
    add_history_routes(app, ConversationStore(damaged))
    with TestClient(app) as client:
        response = call(client, "GET", "/chat/conversations")
    assert response.status_code == 503
    assert str(tmp_path) not in response.text
