"""Ending: streams are finished, and those that take too long are told that they were cut."""

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.refusals import Refusal, refuse
from ui.access.visit import visit_of

if TYPE_CHECKING:
    from ui.access.visit import Visit

_ERROR = {
    "message": "The server is shutting down. What came so far is not the whole answer; ask again.",
    "type": "server_error",
    "param": None,
    "code": "shutting_down",
}
_LAST_EVENT = f"data: {json.dumps({'error': _ERROR})}\n\n".encode()
_ENDING = Refusal(503, "shutting_down", "The server is shutting down.", (("retry-after", "5"),))


@dataclass(eq=False, slots=True)
class _Open:
    """A request under way."""

    task: "asyncio.Task[object]"
    visit: "Visit"
    waits_only: bool
    is_cut: bool = False
    has_started: bool = False
    is_stream: bool = False

    def cut(self) -> None:
        if not self.is_cut:
            self.is_cut = True
            self.visit.refused = _ENDING.code
            self.task.cancel()


class Drain:
    """The requests under way, and their end."""

    def __init__(self) -> None:
        self._open: set[_Open] = set()
        self.has_cut = False  # something that was not finished in time

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, seconds: float) -> None:
        """Give what is under way so long to finish; call it in the server's event loop.

        Streams that only wait for something to happen are ended at once.
        """
        for request in list(self._open):
            if request.waits_only:
                request.cut()
        asyncio.get_running_loop().call_later(seconds, self._end)

    def _end(self) -> None:
        for request in list(self._open):
            self.has_cut = True
            request.cut()

    def enter(self, scope: Scope) -> _Open:
        """Count a request as under way, until `leave`."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A request is served by a task.")
        request = _Open(task, visit_of(scope), _waits_only(scope))
        self._open.add(request)
        return request

    def leave(self, request: _Open) -> None:
        """Count it no more."""
        self._open.discard(request)


class Drained:
    """ASGI middleware that lets `drain` end what passes through.

    A stream of answers that is cut ends with an error event: clients take a stream that merely
    ends for a whole answer.
    """

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self._app = app
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = self._drain.enter(scope)
        try:
            await self._app(scope, receive, _noting(send, request))
        except BaseException:
            if not request.is_cut:
                raise
            request.task.uncancel()
            await _say_goodbye(request, scope, receive, send)
        finally:
            self._drain.leave(request)


def _noting(send: Send, request: _Open) -> Send:
    async def send_noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            request.has_started = True
            kind = dict(message.get("headers", ())).get(b"content-type", b"")
            request.is_stream = kind.startswith(b"text/event-stream")
        await send(message)

    return send_noted


async def _say_goodbye(request: _Open, scope: Scope, receive: Receive, send: Send) -> None:
    if not request.has_started:
        await refuse(_ENDING, scope, receive, send)
        return
    is_answer = request.is_stream and request.visit.route.face in ("api", "widget")
    last = _LAST_EVENT if is_answer else b""
    if request.is_stream:
        await send({"type": "http.response.body", "body": last, "more_body": False})


def _waits_only(scope: Scope) -> bool:
    """Return whether a request is open for as long as its client is: nothing is under way in it."""
    if visit_of(scope).route.face == "mcp":
        return bool(scope["method"] == "GET")
    return bool(scope["path"].startswith("/gradio_api/heartbeat/"))
