"""A name for each request, so that a client's report and a line of the log can be matched."""

import re
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"

_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")  # nothing that could end a line or a field
_IN_SCOPE = "citewise.request_id"
_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the id of the request that is being answered, also in its threads; "" outside one."""
    return _current.get()


class RequestIds:
    """ASGI middleware that takes over a sane `X-Request-Id`, or makes one, and sends it back.

    It may stand around the whole server and around the API in it: the outer one counts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or _IN_SCOPE in scope:
            await self._app(scope, receive, send)
            return
        name = _name_for(Headers(scope=scope))

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        token = _current.set(name)
        try:
            await self._app({**scope, _IN_SCOPE: name}, receive, send_named)
        finally:
            _current.reset(token)


def _name_for(headers: Headers) -> str:
    given = headers.get(HEADER, "")
    return given if _SANE.fullmatch(given) else f"req_{uuid4().hex}"
