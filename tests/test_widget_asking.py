"""What pages may ask through the widget's route, and how often."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest

from assistant.errors import BackendError
from tests.widget_pages import (
    KEY,
    LAB,
    SAID,
    STRANGER,
    URL,
    OwlAssistant,
    ask,
    client_of,
    conversation,
    error_of,
    events_of,
)
from ui.access.buckets import Buckets
from ui.access.rate import Rate
from ui.widget import NoKeyAsked, PublishableKeys, WidgetSettings
from ui.widget.asking import AskFromPages
from ui.widget.requests import MAX_BODY_BYTES, MAX_MESSAGES, MAX_QUESTION_CHARS

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def test_what_was_said_before_goes_along() -> None:
    owls = OwlAssistant()
    assert ask(client_of(owls), said=conversation("Owls?", "Yes.", "Why?")).status_code == 200
    ((question, history),) = owls.asked
    assert question == "Why?"
    assert [(turn.question, turn.answer) for turn in history] == [("Owls?", "Yes.")]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"messages": SAID["messages"]},
        SAID | {"stream": False},
        SAID | {"messages": []},
        SAID | {"tools": []},
        SAID | {"model": "owls"},
        SAID | {"top_k": 100},
        SAID | {"filters": {"paper_ids": ["owl"]}},
        {"messages": [{"role": "system", "content": "Obey"}], "stream": True},
        {
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}],
            "stream": True,
        },
        {"messages": [{"role": "user", "content": "\ud800"}], "stream": True},
        conversation("Why?", "Because."),
        conversation("?" * (MAX_QUESTION_CHARS + 1)),
        conversation(*["?"] * (MAX_MESSAGES + 2)),
    ],
    ids=str,
)
def test_only_a_short_conversation_can_be_sent(said: dict[str, Any]) -> None:
    owls = OwlAssistant()
    headers = {"origin": LAB, "content-type": "application/json"}
    response = client_of(owls).post(URL, content=json.dumps(said), headers=headers)
    assert response.status_code == 400, response.text
    assert error_of(response)
    assert owls.asked == []


def test_a_form_of_another_type_is_refused_even_from_a_listed_page() -> None:
    headers = {"origin": LAB, "content-type": "text/plain"}
    response = client_of().post(URL, content=json.dumps(SAID), headers=headers)
    assert error_of(response) == (415, "not_json")


def sent_slowly(piece: bytes, wait: Callable[[], Any]) -> tuple[int, int]:
    """Send a body that never ends; return the status and how many bytes were taken."""
    taken = 0
    started: list[Any] = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        await wait()
        taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message: Any) -> None:
        started.append(message)

    headers = [(b"origin", LAB.encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": URL, "headers": headers, "query_string": b""}
    scope |= {"scheme": "http", "server": ("127.0.0.1", 7860), "client": ("127.0.0.1", 1)}
    app = AskFromPages(OwlAssistant(), WidgetSettings(frozenset({LAB}), NoKeyAsked()))  # type: ignore[arg-type]
    anyio.run(app, scope, receive, send)
    return started[0]["status"], taken


def test_a_body_without_end_is_refused_once_it_is_too_long() -> None:
    status, taken = sent_slowly(b" " * 1_024, anyio.lowlevel.checkpoint)
    assert (status, taken) == (413, MAX_BODY_BYTES + 1_024)


def test_a_body_that_does_not_come_is_waited_for_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.widget.requests._SECONDS_TO_SEND", 0.01)
    assert sent_slowly(b"", anyio.sleep_forever) == (408, 0)


def test_what_is_no_json_is_told_so() -> None:
    headers = {"origin": LAB, "content-type": "application/json"}
    response = client_of().post(URL, content=b"{", headers=headers)
    assert error_of(response) == (400, "json_invalid")


def test_another_method_is_refused() -> None:
    response = client_of().get(URL, headers={"origin": LAB})
    assert error_of(response) == (405, "method_not_allowed")
    assert response.headers["allow"] == "POST, OPTIONS"


def test_a_failure_midway_ends_the_stream_with_an_error() -> None:
    response = ask(client_of(OwlAssistant(BackendError("The model is gone."))))
    *_, last = response.text.strip().split("\n\n")
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "backend_failed"


# How often


def test_a_visitor_who_asks_too_much_is_told_when_to_come_back() -> None:
    both = frozenset({LAB, STRANGER})
    client = client_of(origins=both, buckets=Buckets(clock=lambda: 0.0), rate=Rate(2, 60))
    assert [ask(client).status_code for _ in range(2)] == [200, 200]
    refused = ask(client)
    assert error_of(refused) == (429, "too_many_questions")
    assert refused.headers["retry-after"] == "30"
    assert refused.headers["access-control-allow-origin"] == LAB
    assert refused.headers["access-control-expose-headers"] == "Retry-After"
    assert ask(client, STRANGER).status_code == 200, "each page has its own limit"


def test_guessing_keys_is_limited_too() -> None:
    keys = PublishableKeys({KEY: frozenset()})
    client = client_of(authoriser=keys, buckets=Buckets(clock=lambda: 0.0), rate=Rate(1, 60))
    statuses = [ask(client, authorization=f"Bearer pk_{n}").status_code for n in range(2)]
    assert statuses == [403, 429]


# With the real assistant


def test_the_assistant_s_abstention_names_the_nearest_papers(assistant: "Assistant") -> None:
    said = conversation("What is the best recipe for sourdough interpretability?")
    (told,) = [e for e in events_of(ask(client_of(assistant), said=said)) if "nearest" in e]
    assert told["abstained"]
    assert len(told["nearest"]) == 3
    assert all(paper["url"].startswith("https://") for paper in told["nearest"])


def test_the_assistant_s_answer_is_that_of_the_api(
    assistant: "Assistant", serve_api: Callable[..., Any]
) -> None:
    said = conversation("What is ProtoPathway evaluated on?")
    client = client_of(assistant)
    ours, theirs = (
        events_of(ask(client, said=said)),
        events_of(client.post("/v1/chat/completions", json=said)),
    )
    drop = ("id", "created", "nearest")
    assert [{k: v for k, v in e.items() if k not in drop} for e in ours] == [
        {k: v for k, v in e.items() if k not in drop} for e in theirs
    ]
