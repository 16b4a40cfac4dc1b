"""A streamed answer of the API, and how a stream fails."""

import pytest

from assistant.answer import Answer
from assistant.errors import BackendError, QuestionError
from assistant.events import Completed, TextDelta, Understood
from tests.api_calls import (
    DELTAS,
    FAST,
    ScriptedAssistant,
    body,
    error_of,
    post,
    stream,
)

# A stream


def test_a_stream_sends_role_content_finish_and_done_in_this_order() -> None:
    first, *contents, finish, done = stream(body())
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert all(chunk["choices"][0]["delta"]["content"] for chunk in contents)
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in [first, *contents])
    assert finish["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
    }
    assert done == "[DONE]"
    heads = {(c["id"], c["object"], c["created"], c["model"]) for c in [first, *contents, finish]}
    assert len(heads) == 1
    assert next(iter(heads))[1] == "chat.completion.chunk"


def test_the_streamed_pieces_joined_are_the_whole_answer() -> None:
    chunks = stream(body())[:-1]
    pieces = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
    assert "".join(pieces) == "".join(DELTAS)


def test_the_last_chunk_with_content_brings_what_the_whole_answer_has() -> None:
    whole = post(body()).json()
    *before, last, _finish, _done = stream(body())
    delta = last["choices"][0]["delta"]
    assert delta["content"]
    assert delta["annotations"] == whole["choices"][0]["message"]["annotations"]
    for field in ("citations", "sources", "abstained"):
        assert last[field] == whole[field]
        assert not any(field in chunk for chunk in before)


def test_text_is_sent_as_it_comes_not_when_the_answer_is_complete() -> None:
    assistant = ScriptedAssistant(
        Understood("q"), TextDelta("It is fast [1]."), RuntimeError("later")
    )
    _role, text, error = stream(body(), assistant)
    assert text["choices"][0]["delta"]["content"] == "It is fast [1]"
    assert "error" in error


def test_usage_comes_in_a_chunk_without_choices_and_only_when_asked_for() -> None:
    assert not any("usage" in chunk for chunk in stream(body())[:-1])
    *chunks, last, done = stream(body(stream_options={"include_usage": True}))
    assert done == "[DONE]"
    assert last["choices"] == []
    assert last["usage"] == post(body()).json()["usage"]
    assert all(chunk["usage"] is None for chunk in chunks)


def test_an_abstention_is_streamed_whole_and_says_so() -> None:
    silent = Answer("q", "q", "The abstracts do not say.", True, "x", (), (), (FAST,), {})
    events = (Understood("q"), TextDelta(silent.text), Completed(silent))
    *_, last, _finish, _done = stream(body(), ScriptedAssistant(*events))
    assert (last["abstained"], last["citations"], last["sources"]) == (True, [], [])


def test_the_assistant_s_stream_is_closed_when_the_response_ends() -> None:
    assistant = ScriptedAssistant()
    stream(body(), assistant)
    assert assistant.closed == 1


# Failures of a stream


@pytest.mark.parametrize(
    ("failure", "message", "kind"),
    [
        (BackendError("Backend 'x' failed: quota"), "Backend 'x' failed: quota", "api_error"),
        (RuntimeError("secret path"), "The server failed; its log says why.", "server_error"),
    ],
)
def test_a_stream_that_fails_ends_with_an_error_event_and_without_done(
    failure: Exception, message: str, kind: str
) -> None:
    assistant = ScriptedAssistant(Understood("q"), TextDelta("It is"), failure)
    *_, last = stream(body(), assistant)
    assert last["error"]["message"] == message
    assert last["error"]["type"] == kind
    assert assistant.closed == 1


def test_a_stream_that_stops_before_the_answer_is_complete_ends_with_an_error_event() -> None:
    *_, last = stream(body(), ScriptedAssistant(Understood("q"), TextDelta("It is")))
    assert last["error"]["type"] == "server_error"


def test_a_bad_question_is_refused_with_its_status_before_a_stream_begins() -> None:
    response = post(body(stream=True), ScriptedAssistant(QuestionError("The question is empty.")))
    assert response.status_code == 400
    assert error_of(response)["code"] == "invalid_question"
