"""Requests that the API refuses, failures, and the names of requests."""

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BackendError, QuestionError
from assistant.events import TextDelta, Understood
from tests.api_calls import (
    URL,
    ScriptedAssistant,
    api_client,
    body,
    client_of,
    error_of,
    post,
    stream,
)
from ui.api.bodies import nests_deeper
from ui.api.limits import ApiLimits
from ui.api.request_ids import request_id

# Failures


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (QuestionError("The question is empty."), 400, "invalid_question"),
        (BackendError("Backend 'x' failed."), 502, "backend_failed"),
        (RuntimeError("secret path"), 500, None),
    ],
)
def test_a_failure_has_its_status_and_openai_s_shape(
    failure: Exception, status: int, code: str | None
) -> None:
    response = post(body(), ScriptedAssistant(failure))
    assert response.status_code == status
    assert error_of(response)["code"] == code
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": None}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "a\ud800b"}]}, "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            "messages[0].content",
        ),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"modalities": ["audio"]}, "modalities"),
        ({"logprobs": True}, "logprobs"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 101}, "top_k"),
        ({"filters": {"year": 2024}}, "filters.year"),
        ({"filters": {"year_from": "soon"}}, "filters.year_from"),
        ({"filters": {"year_from": 2025, "year_to": 2024}}, "filters"),
        ({"filters": {"paper_ids": []}}, "filters.paper_ids"),
        ({"filters": {"published_from": "2024-02-30"}}, "filters.published_from"),
        ({"filters": {"published_to": "soon"}}, "filters.published_to"),
        ({"filters": {"authors": "Ada Strix"}}, "filters.authors"),
        ({"filters": {"sources": []}}, "filters.sources"),
        ({"filters": {"paper_ids": ["\udfff"]}}, "filters.paper_ids[0]"),
    ],
)
def test_a_request_that_cannot_be_met_is_a_400_that_names_the_field(
    change: dict[str, Any], param: str
) -> None:
    assistant = ScriptedAssistant()
    request = json.dumps({**body(), **change})
    headers = {"content-type": "application/json"}
    response = client_of(assistant).post(URL, content=request, headers=headers)
    assert response.status_code == 400
    error = error_of(response)
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert param in error["message"]
    assert assistant.asked == []


@pytest.mark.parametrize("text", ["", "{", '{"messages": ', "[]", "null", '"x"'])
def test_a_body_that_is_no_json_object_is_a_400(text: str) -> None:
    headers = {"content-type": "application/json"}
    response = client_of(ScriptedAssistant()).post(URL, content=text, headers=headers)
    assert response.status_code == 400
    error_of(response)


def test_a_form_that_another_site_could_send_is_refused() -> None:
    headers = {"content-type": "text/plain"}
    assistant = ScriptedAssistant()
    response = client_of(assistant).post(URL, content=json.dumps(body()), headers=headers)
    assert response.status_code == 400
    assert assistant.asked == []


def test_an_unknown_model_is_a_404_that_names_the_known_ones() -> None:
    response = post(body(model="gpt-4o"))
    assert response.status_code == 404
    error = error_of(response)
    assert (error["code"], error["param"]) == ("model_not_found", "model")
    assert "'citewise'" in error["message"]
    assert "'scripted:org/model'" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", URL, 405), ("GET", "/v1/nothing", 404), ("GET", "/nothing", 404)],
)
def test_unknown_paths_and_methods_are_refused_in_openai_s_shape(
    method: str, path: str, status: int
) -> None:
    response = client_of(ScriptedAssistant()).request(method, path)
    assert response.status_code == status
    assert path in error_of(response)["message"]


# Size


JSON = {"content-type": "application/json"}


def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    read = []

    def pieces() -> Any:
        read.append(1)
        yield b"{}"

    headers = JSON | {"content-length": str(2**20 + 1)}
    response = client_of(ScriptedAssistant()).post(URL, content=pieces(), headers=headers)
    assert response.status_code == 413
    assert error_of(response)["code"] == "body_too_large"
    assert response.headers["connection"] == "close"


def test_a_body_that_turns_out_too_long_is_refused() -> None:
    client = api_client(ScriptedAssistant(), limits=ApiLimits(max_body_bytes=1_000))
    pieces = (b" " * 300 for _ in range(4))
    response = client.post(URL, content=pieces, headers=JSON)
    assert response.status_code == 413
    assert "1,000 bytes" in error_of(response)["message"]


def test_a_body_of_just_the_size_is_read() -> None:
    text = json.dumps(body())
    client = api_client(ScriptedAssistant(), limits=ApiLimits(max_body_bytes=len(text)))
    assert client.post(URL, content=text, headers=JSON).status_code == 200


@pytest.mark.parametrize("text", ["[" * 33, '{"a":' * 33, '{"a":[' * 17, "[" * 900_000])
def test_json_that_is_too_deep_is_refused(text: str) -> None:
    response = client_of(ScriptedAssistant()).post(URL, content=text, headers=JSON)
    assert response.status_code == 400
    assert error_of(response)["code"] == "json_too_deep"


def test_brackets_in_strings_are_not_depth() -> None:
    question = 'Why "[[[{{{' + "[" * 100 + "\\"
    assert post(body(("user", question))).status_code == 200


@pytest.mark.parametrize(
    "text", [b'"' + b'\\"' * 500_000, b'"\\' * 500_000, b'["' * 500_000, b'"' * 999_999 + b"\\"]
)
def test_no_body_takes_long_to_measure(text: bytes) -> None:
    assert nests_deeper(text + b"[" * 40, 32) in (True, False)


@given(
    st.recursive(
        st.text('[]{}"\\a'),
        lambda inner: st.lists(inner) | st.dictionaries(st.text('["\\'), inner),
        max_leaves=8,
    )
)
def test_the_depth_of_json_is_measured_right(value: Any) -> None:
    def depth(value: Any) -> int:
        if isinstance(value, dict):
            value = list(value.values())
        return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0

    text = json.dumps(value).encode()
    assert not nests_deeper(text, depth(value))
    assert depth(value) == 0 or nests_deeper(text, depth(value) - 1)


# Names of requests


def test_a_request_gets_a_name_that_is_sent_back() -> None:
    responses = [post(body()) for _ in range(2)]
    names = [response.headers["x-request-id"] for response in responses]
    assert all(name.startswith("req_") for name in names)
    assert names[0] != names[1]


def ask_named(name: str, assistant: ScriptedAssistant | None = None, **fields: Any) -> Any:
    client = client_of(assistant or ScriptedAssistant())
    return client.post(URL, json=body(**fields), headers={"x-request-id": name})


def test_a_sane_name_is_taken_over() -> None:
    assert ask_named("trace-1:span/2").headers["x-request-id"] == "trace-1:span/2"


@pytest.mark.parametrize("name", ["", "a b", "a" * 129, "a\tb", "<script>", 'a"b', "é"])
def test_another_name_is_replaced(name: str) -> None:
    response = ask_named(name.encode("latin-1"))  # type: ignore[arg-type]
    assert response.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("failure", [BackendError("gone"), RuntimeError("secret")])
def test_a_failure_and_its_line_of_the_log_have_the_name(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = ask_named("the-name", ScriptedAssistant(failure))
    assert response.headers["x-request-id"] == "the-name"
    assert response.json()["request_id"] == "the-name"
    assert "the-name" in caplog.text


def test_the_error_event_of_a_stream_has_the_name() -> None:
    failing = ScriptedAssistant(Understood("q"), TextDelta("It is"), RuntimeError("secret"))
    *_, last = stream(body(), failing)
    assert last["request_id"].startswith("req_")


@pytest.mark.parametrize("path", ["/v1/models", "/v1/nothing", "/v1/openapi.json"])
def test_every_response_of_the_api_has_a_name(path: str) -> None:
    assert client_of(ScriptedAssistant()).get(path).headers["x-request-id"]


def test_half_a_character_is_told_back_as_it_came() -> None:
    text = json.dumps(body()).replace('"model"', '"filters": {"\\ud800": 1}, "model"')
    response = client_of(ScriptedAssistant()).post(URL, content=text, headers=JSON)
    assert response.status_code == 400
    assert error_of(response)["param"] == "filters"


@pytest.mark.parametrize("day", ["0", "2024", 0, 20240101, "2024-1-1", "2024-01-01T00:00:00"])
def test_a_number_is_no_day(day: object) -> None:
    response = post(body(filters={"published_from": day}))
    assert response.status_code == 400
    assert error_of(response)["param"] == "filters.published_from"


def test_outside_of_a_request_there_is_no_name() -> None:
    assert request_id() == ""
