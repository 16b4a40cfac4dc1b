"""Requests that are sent again with an `Idempotency-Key`."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.errors import BackendError
from assistant.events import Event, TextDelta, Understood
from tests.api_calls import (
    URL,
    ScriptedAssistant,
    answer_events,
    api_client,
    body,
    error_of,
    events_of,
)
from ui.api.failures import ApiError
from ui.api.idempotency import Memory
from ui.api.limits import ApiLimits

KEY = {"Idempotency-Key": "order-66"}
START = {"type": "http.response.start", "status": 200, "headers": []}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def response_of(n_bytes: int) -> tuple[dict[str, Any], ...]:
    return (START, {"type": "http.response.body", "body": b"x" * n_bytes})


# Through the API


@pytest.mark.parametrize("stream", [False, True])
def test_the_same_request_gets_the_same_answer_without_work(stream: bool) -> None:
    assistant = ScriptedAssistant()
    client = api_client(assistant)
    first = client.post(URL, json=body(stream=stream), headers=KEY)
    again = client.post(URL, json=body(stream=stream), headers=KEY)
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(assistant.asked) == 1
    if stream:
        assert events_of(again)[-1] == "[DONE]"


def test_without_a_key_or_with_another_one_work_is_done_again() -> None:
    assistant = ScriptedAssistant()
    client = api_client(assistant)
    for headers in (KEY, {}, {}, {"Idempotency-Key": "order-67"}):
        assert client.post(URL, json=body(), headers=headers).status_code == 200
    assert len(assistant.asked) == 4


def test_another_request_under_the_same_key_is_refused() -> None:
    client = api_client(ScriptedAssistant())
    client.post(URL, json=body(), headers=KEY)
    response = client.post(URL, json=body(top_k=3), headers=KEY)
    assert response.status_code == 422
    assert error_of(response)["code"] == "idempotency_key_reused"


def test_nobody_gets_another_one_s_answer_by_its_key() -> None:
    assistant = ScriptedAssistant()
    client = api_client(assistant)
    for bearer in ("alice", "bob"):
        headers = KEY | {"Authorization": f"Bearer {bearer}"}
        response = client.post(URL, json=body(), headers=headers)
        assert "idempotent-replayed" not in response.headers
    assert len(assistant.asked) == 2


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("n_events_before", [0, 2])
def test_what_failed_is_tried_again(n_events_before: int, stream: bool) -> None:
    before = (Understood("q"), TextDelta("It is"))[:n_events_before]
    assistant = ScriptedAssistant(*before, BackendError("busy"))
    client = api_client(assistant)
    client.post(URL, json=body(stream=stream), headers=KEY)
    assistant.events = answer_events()
    again = client.post(URL, json=body(stream=stream), headers=KEY)
    assert again.status_code == 200
    assert "idempotent-replayed" not in again.headers
    assert len(assistant.asked) == 2


def test_a_request_that_is_still_being_answered_is_not_begun_again() -> None:
    begun, may_end = threading.Event(), threading.Event()

    class Waiting(ScriptedAssistant):
        def stream(self, question: str, **bounds: Any) -> Iterator[Event]:
            begun.set()
            assert may_end.wait(30)
            yield from super().stream(question, **bounds)

    assistant = Waiting()
    with api_client(assistant) as client, ThreadPoolExecutor(1) as threads:
        first = threads.submit(client.post, URL, json=body(), headers=KEY)
        assert begun.wait(30)
        again = client.post(URL, json=body(), headers=KEY)
        may_end.set()
        assert first.result().status_code == 200
    assert again.status_code == 409
    assert error_of(again)["code"] == "request_in_progress"
    assert again.headers["retry-after"] == "1"
    assert len(assistant.asked) == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "with space", "tab\tbed"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    response = api_client(ScriptedAssistant()).post(
        URL, json=body(), headers={"Idempotency-Key": key}
    )
    assert response.status_code == 400
    assert error_of(response)["code"] == "invalid_idempotency_key"


def test_an_answer_too_long_for_its_share_is_not_kept() -> None:
    assistant = ScriptedAssistant()
    client = api_client(assistant, limits=ApiLimits(remembered_bytes=800))
    for _ in range(2):
        assert client.post(URL, json=body(), headers=KEY).status_code == 200
    assert len(assistant.asked) == 2


# The memory


def test_an_answer_is_forgotten_after_its_time() -> None:
    clock = Clock()
    memory = Memory(ApiLimits(remembered_seconds=600), clock)
    assert memory.begin(b"a", b"body") is None
    memory.end(b"a", response_of(5))
    clock.now = 599
    assert memory.begin(b"a", b"body") == response_of(5)
    clock.now = 600
    assert memory.begin(b"a", b"another") is None


def test_the_oldest_answers_make_room_for_new_ones() -> None:
    memory = Memory(ApiLimits(remembered_bytes=5_000))
    for name in (b"a", b"b", b"c"):
        memory.begin(name, name)
        memory.end(name, response_of(4_000))
    assert memory.begin(b"a", b"a") is None
    assert memory.begin(b"b", b"b") is None
    assert memory.begin(b"c", b"c") is not None


def test_a_failed_request_leaves_nothing() -> None:
    memory = Memory(ApiLimits())
    memory.begin(b"a", b"body")
    with pytest.raises(ApiError) as refused:
        memory.begin(b"a", b"body")
    assert refused.value.status == 409
    memory.end(b"a", None)
    assert memory.begin(b"a", b"another") is None
