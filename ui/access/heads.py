"""What no request may look like, whoever sends it."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.bearer import has_key
from ui.access.refusals import Refusal, refuse
from ui.access.visit import visit_of

_MAX_HEADERS = 100
_MAX_HEADER_BYTES = 32 * 1024
_MAX_QUERY_BYTES = 8 * 1024
_MAX_PATH_CHARS = 2_048
_OF_PROGRAMS = ("api", "mcp", "widget")


class SaneHeads:
    """ASGI middleware that refuses what only attacks and mistakes contain.

    Too many or too long headers, two lengths, a path that climbs, a key in the address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        refusal = _fault(scope) if scope["type"] == "http" else None
        if refusal:
            await refuse(refusal, scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _fault(scope: Scope) -> Refusal | None:
    headers = scope["headers"]
    n_bytes = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > _MAX_HEADERS or n_bytes > _MAX_HEADER_BYTES:
        return Refusal(431, "headers_too_large", "The request's headers are too many or too long.")
    query: bytes = scope["query_string"]
    if len(scope["path"]) > _MAX_PATH_CHARS or len(query) > _MAX_QUERY_BYTES:
        return Refusal(414, "address_too_long", "The address is too long.")
    return _bad_path(scope["path"]) or _bad_length(Headers(scope=scope)) or _key_in(scope)


def _bad_path(path: str) -> Refusal | None:
    is_climbing = any(step in (".", "..") for step in path.split("/"))
    if is_climbing or "\\" in path or not path.startswith("/") or not path.isprintable():
        return Refusal(400, "bad_path", "The path holds what no path of this server does.")
    return None


def _bad_length(headers: Headers) -> Refusal | None:
    lengths, codings = headers.getlist("content-length"), headers.getlist("transfer-encoding")
    is_one = len(lengths) + len(codings) <= 1
    if is_one and all(length.isascii() and length.isdecimal() for length in lengths):
        return None
    return Refusal(400, "bad_length", "Say once how long the body is.")


def _key_in(scope: Scope) -> Refusal | None:
    is_program = visit_of(scope).route.face in _OF_PROGRAMS
    if not has_key(scope["query_string"], names_count=is_program):
        return None
    message = (
        "A key stands in the address, where logs and histories keep it. Send the header"
        " 'Authorization: Bearer KEY' instead. If the key is a real one, make a new one and revoke"
        " it: citewise keys revoke ID"
    )
    return Refusal(400, "key_in_address", message)
