"""What clients send: at most so much, within so much time."""

import asyncio
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.refusals import Refusal, refuse
from ui.access.visit import visit_of
from ui.bodies import TooLongError, bounded_body, replaying

if TYPE_CHECKING:
    from ui.access.settings import AccessSettings

_DISCONNECT: Message = {"type": "http.disconnect"}


class BoundedBodies:
    """ASGI middleware that reads a body before anything works on it.

    A client that sends a byte a minute so holds a connection for a while, and no thread and no
    place among those that are answered. A route that takes files reads its body itself, but never
    waits long for the next piece.
    """

    def __init__(self, app: ASGIApp, settings: "AccessSettings") -> None:
        self._app = app
        self._max_bytes = settings.max_body_bytes
        self._seconds = settings.body_seconds
        self._stall_seconds = settings.stall_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, or refuse it."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
        elif visit_of(scope).route.is_long:
            await self._app(scope, _impatient(receive, self._stall_seconds), send)
        else:
            await self._read_first(scope, receive, send)

    async def _read_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                body = await bounded_body(scope, receive, self._max_bytes)
        except TimeoutError:
            message = f"The body did not arrive within {self._seconds:.0f} seconds."
            await refuse(Refusal(408, "body_too_slow", message), scope, receive, send)
        except TooLongError:
            message = f"A body may have {self._max_bytes:,} bytes."
            await refuse(Refusal(413, "body_too_large", message), scope, receive, send)
        except ClientDisconnect:
            return
        else:
            await self._app(scope, replaying(body, receive), send)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _impatient(receive: Receive, seconds: float) -> Receive:
    """Return a `receive` that takes a client which sends nothing for too long for gone."""
    is_read = False

    async def receive_soon() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()  # what is waited for now is the client's leaving
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            return _DISCONNECT
        is_read = not message.get("more_body", False)
        return message

    return receive_soon
