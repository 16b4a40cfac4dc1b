"""Which web pages may use /v1 from a browser: our own, and those that are listed."""

from collections.abc import Set
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.refusals import Refusal, refuse
from ui.access.visit import visit_of

_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type, idempotency-key, x-request-id",
    "access-control-max-age": "600",
}
_EXPOSED = (
    "retry-after, ratelimit, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset,"
    " x-request-id"
)
_REFUSAL = Refusal(
    403,
    "origin_not_listed",
    "This page may not use the API. Start the server with --cors-origin and the page's origin.",
)


class ListedOrigins:
    """ASGI middleware for /v1. A page of an origin that is not listed is not answered at all.

    Without CORS headers it could not read the answer, but could have the work done, by a form that
    needs no preflight. No header allows credentials: a session's cookie is no key for pages of
    others.
    """

    def __init__(self, app: ASGIApp, origins: Set[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, answer a preflight, or refuse it."""
        if scope["type"] != "http" or visit_of(scope).route.face != "api":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origins = headers.getlist("origin")
        origin = origins[0] if len(origins) == 1 else ""
        if not origins or is_own(origin, headers.get("host", "")):
            await self._app(scope, receive, send)
        elif origin not in self._origins:
            await refuse(_REFUSAL, scope, receive, send)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _allow(send, origin)
        else:
            await self._app(scope, receive, _with_cors(send, origin))


def is_own(origin: str, host: str) -> bool:
    """Return whether a page of this very server has the origin; a proxy may have changed http."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.netloc == host


async def _allow(send: Send, origin: str) -> None:
    headers = MutableHeaders({**_PREFLIGHT, "access-control-allow-origin": origin})
    headers["vary"] = "Origin"
    await send({"type": "http.response.start", "status": 204, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b""})


def _with_cors(send: Send, origin: str) -> Send:
    async def send_with_cors(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = _EXPOSED
            headers.add_vary_header("Origin")
        await send(message)

    return send_with_cors
