"""Every failure, whatever raised it, in OpenAI's error shape."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import BackendError, QuestionError
from assistant.related_work.errors import DraftError, PlanError
from ui.api.request_ids import request_id

logger = logging.getLogger(__name__)

INVALID_REQUEST = "invalid_request_error"
CLIENT_GONE = 499  # nginx's; nobody reads it but a log
_MAX_SHOWN_CHARS = 80
_FOR_READERS = (QuestionError, DraftError, PlanError, BackendError)


@dataclass(frozen=True, slots=True)
class Failure:
    """What `error` says; `param` names the field at fault, as in `messages[0].content`."""

    message: str
    type: str = INVALID_REQUEST
    param: str | None = None
    code: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the JSON that a client gets, as a response or as an event of a stream."""
        named = {"request_id": request_id()} if request_id() else {}
        return {"error": asdict(self), **named}


class ApiError(Exception):
    """A request that the API refuses, with the HTTP status that says so."""

    def __init__(
        self, status: int, failure: Failure, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(failure.message)
        self.status = status
        self.failure = failure
        self.headers = dict(headers or {})


class FailureResponse(JSONResponse):
    """A failure as a response. What a client sent may be told back to it, half characters too."""

    def render(self, content: Any) -> bytes:
        """Return the JSON in ASCII."""
        return json.dumps(content).encode()


def describe(error: Exception) -> tuple[int, Failure]:
    """Return the HTTP status and the failure that tell a client of `error`.

    Only messages written for a reader are passed on; of anything else the log has the traceback.
    """
    match error:
        case ApiError():
            return error.status, error.failure
        case RequestValidationError():
            return 400, _invalid(error.errors())
        case QuestionError():
            return 400, Failure(str(error), param="messages", code="invalid_question")
        case DraftError():
            return 400, Failure(str(error), param="draft", code="invalid_draft")
        case PlanError():
            return 400, Failure(str(error), param="plan", code="invalid_plan")
        case BackendError():
            logger.error("Request %s: %s", request_id() or "without a name", error)
            return 502, Failure(str(error), "api_error", code="backend_failed")
        case ClientDisconnect():
            return CLIENT_GONE, Failure("The client has gone.", code="client_gone")
    logger.error("Request %s failed", request_id() or "without a name", exc_info=error)
    return 500, Failure("The server failed; its log says why.", "server_error")


def failure_response(error: Exception) -> FailureResponse:
    """Return the response that tells a client of `error`."""
    status, failure = describe(error)
    headers = error.headers if isinstance(error, ApiError) else None
    return FailureResponse(failure.body(), status, headers)


class AnswerFailures:
    """ASGI middleware: what is raised behind it, before a response began, becomes a response.

    Starlette answers an unforeseen failure outside of all middleware, so without a request's id.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            await failure_response(error)(scope, receive, send)


def answer_failures(app: FastAPI) -> None:
    """Make `app` answer each of its failures in OpenAI's shape."""
    app.add_exception_handler(HTTPException, _on_http_exception)
    for kind in (ApiError, RequestValidationError, *_FOR_READERS, Exception):
        app.add_exception_handler(kind, _on_error)


async def _on_error(_: Request, error: Exception) -> JSONResponse:
    return failure_response(error)


async def _on_http_exception(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise TypeError(f"Not an HTTPException: {error!r}")
    failure = Failure(f"{request.method} {request.url.path}: {error.detail}")
    return FailureResponse(failure.body(), error.status_code, headers=error.headers)


def _invalid(errors: Sequence[Mapping[str, Any]]) -> Failure:
    first = errors[0]
    if first["type"] == "json_invalid":
        return Failure(f"The body is not JSON: {first['ctx']['error']}.", code="json_invalid")
    param = _param(first["loc"])
    got = "" if first["type"] == "missing" else f" Got {_shown(first['input'])}."
    where = f"{param}: " if param else ""
    return Failure(f"{where}{first['msg']}.{got}", param=param, code=first["type"])


def _param(location: Sequence[str | int]) -> str | None:
    """Return ("body", "messages", 0, "content") as "messages[0].content"."""
    names = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in location[1:]]
    return "".join(names).removeprefix(".") or None


def _shown(value: object) -> str:
    """Return a value for a message: on one line, printable, short."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[:_MAX_SHOWN_CHARS]}…"
