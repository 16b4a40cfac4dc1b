"""Saying no: in OpenAI's shape where a program of theirs asks, in one sentence elsewhere."""

import json
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from ui.access.visit import Visit, visit_of

_LARGEST_UNREAD = 64 * 1024
_OF_OPENAI = ("api", "widget")
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_SAFE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not let in. `code` names the reason, for programs and for the log."""

    status: int
    code: str
    message: str
    headers: tuple[tuple[str, str], ...] = ()


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request with a refusal."""
    del receive
    visit = visit_of(scope)
    visit.refused = refusal.code
    kind, body = _body(refusal, visit)
    headers = MutableHeaders(
        {**_SAFE, "content-type": kind, "content-length": str(len(body)), **dict(refusal.headers)}
    )
    if refusal.status in (408, 413, 431) or _has_much_unread(scope):
        headers["connection"] = "close"  # rather than read to its end what nobody wants
    start: Message = {"type": "http.response.start", "status": refusal.status}
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b"" if _is_head(scope) else body})


def _body(refusal: Refusal, visit: Visit) -> tuple[str, bytes]:
    if visit.route.face not in _OF_OPENAI:
        return "text/plain; charset=utf-8", f"{refusal.message}\n".encode()
    kind = _TYPES.get(refusal.status, "server_error" if refusal.status >= 500 else None)
    error = {
        "message": refusal.message,
        "type": kind or "invalid_request_error",
        "param": None,
        "code": refusal.code,
    }
    return "application/json", json.dumps({"error": error}).encode()


def _has_much_unread(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if "transfer-encoding" in headers:
        return True
    length = headers.get("content-length", "0")
    return not length.isdecimal() or int(length) > _LARGEST_UNREAD


def _is_head(scope: Scope) -> bool:
    return bool(scope["method"] == "HEAD")
