"""The OpenAPI document: what FastAPI knows of the routes, and what it does not."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ui.api.schemas import ChatCompletion, ChatCompletionChunk, ErrorBody, schema_of
from ui.api.section_schemas import RelatedWork, RelatedWorkParagraph, RelatedWorkPlanned

_DESCRIPTION = (
    "Answers questions about research papers from their abstracts; every sentence cites the words"
    " it stands on. `/chat/completions` is OpenAI's, so that programs written for it work here."
    " Each response has an `X-Request-Id`, that of the request where it had a sane one."
)
_STREAM = (
    "With `stream`: server-sent events, each `data: ` and a ChatCompletionChunk. In this order: the"
    " role; pieces of text; the end of the text, with `delta.annotations`, `citations`, `sources`,"
    " `abstained` and `backend`; `finish_reason`; with `stream_options.include_usage` the usage, in"
    " a chunk without choices; `data: [DONE]`. A stream without `[DONE]` is no whole answer: what"
    ' fails midway ends it with `data: {"error": ...}`, an ErrorBody.'
)
_SECTION_STREAM = (
    "With `stream`: server-sent events, each `data: ` and an object. First a RelatedWorkPlanned,"
    " then a RelatedWorkParagraph for each paragraph as it is written, then the RelatedWork, then"
    " `data: [DONE]`. A stream without `[DONE]` is no whole section: what fails midway ends it with"
    ' `data: {"error": ...}`, an ErrorBody.'
)
_FAILURES = {
    400: "The request cannot be met; `param` names the field.",
    401: "A key is needed, or it is not known.",
    403: "The key may not do this.",
    404: "There is no such path, model, backend or paper.",
    405: "The path is there, the method is not.",
    409: "The request with this Idempotency-Key is being answered.",
    413: "The body is too long.",
    422: "This Idempotency-Key came with another request.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    500: "The server failed; its log says why.",
    502: "The language model failed.",
    503: "The server is busy; `Retry-After` says how many seconds to wait.",
}
_POST_ONLY = (409, 413, 422)
_WITH_MODEL_ONLY = (502,)
_WITH_MODEL = ("/chat/completions", "/related-work")
_REQUEST_ID = {
    "X-Request-Id": {"schema": {"type": "string"}, "description": "Names the request in the log."}
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeated request with the same key and body gets the same answer for ten"
    " minutes, without work.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_Responses = dict[int | str, dict[str, Any]]
_EVENTS = {"text/event-stream": {"schema": {"type": "string"}}}
COMPLETION_RESPONSES: _Responses = {
    200: {
        "description": f"The answer. {_STREAM}",
        "model": ChatCompletion,
        "content": _EVENTS,
    }
}
RELATED_WORK_RESPONSES: _Responses = {
    200: {
        "description": f"The section. {_SECTION_STREAM}",
        "model": RelatedWork,
        "content": _EVENTS,
    }
}


def describe_api(api: FastAPI) -> None:
    """Have `api` serve a document that tells of every failure, of streams and of keys."""
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            made.update(_document(api))
        return made

    api.openapi = document  # type: ignore[method-assign]


def _document(api: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title="Citewise",
        version=version("citewise"),
        description=_DESCRIPTION,
        routes=api.routes,
        servers=[{"url": "/v1"}],
    )
    schemas = found["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for model in (ChatCompletionChunk, RelatedWorkPlanned, RelatedWorkParagraph, ErrorBody):
        shown = schema_of(model)
        schemas.update(shown.pop("$defs", {}))
        schemas[model.__name__] = shown
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            _tell_failures(operation, _statuses(path, method))
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
    found["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "Where the server asks for one."}
    }
    found["security"] = [{}, {"key": []}]
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is left out or has a value: no text of it is null."""
    left = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(left) != 1:
        return schema
    return {**left[0], **{name: value for name, value in schema.items() if name != "anyOf"}}


def _statuses(path: str, method: str) -> list[int]:
    left_out = () if method == "post" else _POST_ONLY
    if path not in _WITH_MODEL:
        left_out = (*left_out, *_WITH_MODEL_ONLY)
    return [status for status in _FAILURES if status not in left_out]


def _tell_failures(operation: dict[str, Any], statuses: list[int]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's own, which is a 400 here
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    for status in statuses:
        responses[str(status)] = {"description": _FAILURES[status], "content": body}
    for response in responses.values():
        response["headers"] = _REQUEST_ID
