"""The OpenAPI document: what it tells, and that the API keeps to it whatever it is sent."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from assistant.assistant import Assistant
from tests.api_calls import ScriptedAssistant, body, client_of, stream
from ui.server import create_app

load_all_checks()
EXAMPLES = 40  # 400 found no more than these
VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# What is left out: that every request is met which the schema allows. That the last message is a
# question, that there is such a paper, that a year comes before another: no schema says it.
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return client_of(ScriptedAssistant()).get("/v1/openapi.json").json()


ROUTES = [
    ("post", "/chat/completions"),
    ("post", "/related-work"),
    ("get", "/search"),
    ("post", "/search"),
    ("get", "/papers"),
    ("get", "/papers/{paper_id}"),
    ("get", "/models"),
    ("get", "/models/{name}"),
]
# Where any text is a name, nothing that can be sent breaks the schema.
SENT = [
    pytest.param(method, path, mode, id=f"{method}-{path}-{mode.value}")
    for method, path in ROUTES
    for mode in (VALID, INVALID)
    if mode is VALID or ("{" not in path and path != "/models")
]


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def validator(document: dict[str, Any], name: str) -> Draft202012Validator:
    reference = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(reference)


# What it tells


def test_every_route_is_told_of(document: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in operations(document)} == set(ROUTES)
    assert document["servers"] == [{"url": "/v1"}]


def test_every_failure_has_openai_s_shape(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        failures = {k: v for k, v in operation["responses"].items() if int(k) >= 400}
        assert {"400", "401", "403", "404", "429", "500", "503"} <= set(failures)
        for response in failures.values():
            shown = response["content"]["application/json"]["schema"]
            assert shown == {"$ref": "#/components/schemas/ErrorBody"}
            assert "X-Request-Id" in response["headers"]


def test_a_stream_is_told_of(document: dict[str, Any]) -> None:
    answered = document["paths"]["/chat/completions"]["post"]["responses"]["200"]
    assert set(answered["content"]) == {"application/json", "text/event-stream"}
    assert "[DONE]" in answered["description"]
    assert "ChatCompletionChunk" in answered["description"]


def test_every_chunk_of_a_stream_is_as_described(document: dict[str, Any]) -> None:
    *chunks, done = stream(body(stream_options={"include_usage": True}))
    assert done == "[DONE]"
    for chunk in chunks:
        validator(document, "ChatCompletionChunk").validate(chunk)


def test_nothing_in_it_is_undefined(document: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, list):
            return [found for item in value for found in references(item)]
        if not isinstance(value, dict):
            return []
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for item in value.values() for found in references(item)]

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known


# What it is sent


@pytest.fixture(scope="module")
def described(assistant: Assistant) -> Any:
    return schemathesis.openapi.from_asgi(
        "/v1/openapi.json", create_app(assistant, with_chat=False)
    )


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path", "mode"), SENT)
def test_whatever_is_sent_the_answer_is_as_described(
    method: str, path: str, mode: GenerationMode, described: Any
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def sent(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS.get_by_names(CHECKED))

    sent()
