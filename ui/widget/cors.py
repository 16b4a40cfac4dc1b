"""Which pages may ask, and which may read what they are answered (CORS)."""

from collections.abc import Set as AbstractSet

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.widget.origins import is_own_on_loopback
from ui.widget.refusals import RefusedError

ASKING_PATH = "/widget/v1/chat/completions"
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


def listed_origin(request: Request, origins: AbstractSet[str]) -> str:
    """Return the origin of the page that asks; raises RefusedError (403) for any other."""
    sent, host = request.headers.getlist("origin"), request.headers.get("host", "")
    if len(sent) != 1:
        raise RefusedError(403, "Only web pages are answered here: no Origin.", "no_origin")
    if sent[0] in origins or is_own_on_loopback(sent[0], request.url.scheme, host):
        return sent[0]
    message = "This page's origin is not listed. See --widget-origin of citewise serve."
    raise RefusedError(403, message, "origin_not_listed")


def headers_for(origin: str) -> dict[str, str]:
    """Return what lets a page of `origin` read an answer. Cookies are not allowed."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After",
        "Vary": "Origin",
    }


class ReadableByListedPages:
    """ASGI middleware, put around what else may refuse a question (limits, a queue, a size).

    Without it a page could not read those refusals, and would take them for a server out of reach.
    """

    def __init__(self, app: ASGIApp, origins: AbstractSet[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["path"] != ASKING_PATH:
            await self._app(scope, receive, send)
            return
        try:
            allowed = headers_for(listed_origin(Request(scope), self._origins))
        except RefusedError:
            allowed = {"Vary": "Origin"}

        async def send_readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowed)
            await send(message)

        await self._app(scope, receive, send_readable)
