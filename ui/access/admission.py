"""Admission: a request that makes work waits for a place, and keeps it while it streams."""

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.places import FullError, Places
from ui.access.refusals import Refusal, refuse
from ui.access.visit import Visit, visit_of

if TYPE_CHECKING:
    from ui.access.settings import AccessSettings


class StalledError(Exception):
    """A client that reads nothing of what it asked for."""


class Admission:
    """ASGI middleware: beyond the places and the queue for them, status 503 and Retry-After."""

    def __init__(self, app: ASGIApp, settings: "AccessSettings", places: Places) -> None:
        self._app = app
        self._places = places
        self._max_wait_seconds = settings.max_wait_seconds
        self._stall_seconds = settings.stall_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on once it has a place, or refuse it."""
        if scope["type"] != "http" or not takes_place(scope):
            await self._app(scope, receive, send)
            return
        visit = visit_of(scope)
        seen: list[Message] = []
        try:
            is_there = await self._wait(visit, receive, seen)
        except (FullError, TimeoutError):
            await refuse(self._busy(), scope, receive, send)
            return
        if is_there:
            await self._run(visit, scope, _replayed(seen, receive), send)

    async def _run(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.monotonic()
        try:
            await self._app(scope, receive, _impatient(send, self._stall_seconds))
        except StalledError:
            visit.refused = "stalled"
            raise
        finally:
            self._places.leave(visit.caller, time.monotonic() - start)

    async def _wait(self, visit: Visit, receive: Receive, seen: list[Message]) -> bool:
        """Wait for a place; return False where the client has gone meanwhile.

        What the client sent meanwhile is put into `seen`. Raises FullError, or TimeoutError.
        """
        place = self._places.ask(visit.caller)
        if place.done():
            place.result()
            return True
        gone = asyncio.ensure_future(_hang_up(receive, seen))
        try:
            await asyncio.wait(
                (place, gone),
                timeout=self._max_wait_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            has_gone = gone.done()
            gone.cancel()
            await asyncio.wait((gone,))
            if has_gone:
                gone.result()
        except BaseException:
            gone.cancel()
            self._give_up(place, visit)
            raise
        if place.done() and not has_gone:
            place.result()
            return True
        self._give_up(place, visit)
        if has_gone:
            return False
        raise TimeoutError

    def _give_up(self, place: "asyncio.Future[None]", visit: Visit) -> None:
        if place.done() and not place.cancelled() and place.exception() is None:
            self._places.leave(visit.caller, 0.0)
        else:
            self._places.forget(place)

    def _busy(self) -> Refusal:
        seconds = self._places.seconds_to_retry()
        message = f"The server is busy. Try again in {seconds} s."
        return Refusal(503, "busy", message, (("retry-after", str(seconds)),))


def takes_place(scope: Scope) -> bool:
    """Return whether a request makes work. MCP's open event stream (GET) only waits."""
    if not visit_of(scope).route.is_work or scope["method"] not in ("GET", "POST"):
        return False
    return not (visit_of(scope).route.face == "mcp" and scope["method"] == "GET")


async def _hang_up(receive: Receive, seen: list[Message]) -> None:
    """Return when the client has gone."""
    while (message := await receive())["type"] != "http.disconnect":
        seen.append(message)


def _replayed(seen: list[Message], receive: Receive) -> Receive:
    """Return a `receive` that gives again what was seen while waiting."""

    async def replay() -> Message:
        return seen.pop(0) if seen else await receive()

    return replay if seen else receive


def _impatient(send: Send, seconds: float) -> Send:
    async def send_soon(message: Message) -> None:
        try:
            async with asyncio.timeout(seconds):
                await send(message)
        except TimeoutError:
            raise StalledError from None

    return send_soon
