"""Chunks as server-sent events that never end in silence."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from threading import Event as Flag
from typing import Any, TypeVar

from anyio import CancelScope, CapacityLimiter, create_task_group, fail_after, to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ui.api.failures import describe, failure_response
from ui.api.limits import ApiLimits
from ui.api.working import until_gone

T = TypeVar("T")

_LIMITS = ApiLimits()
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # the latter is for nginx


class EventStream(Response):
    """Sends chunks as they are made, in a worker thread, and `[DONE]` when all are sent.

    No chunk is made before the one before it is sent, so that a client that reads slowly has a few
    of them waiting at most. What fails before the first one is a response with a status of its own.
    `close` is called at the end, also when the client has gone: it frees what makes the chunks.
    `gone` is set as soon as it goes, for work that would take long to the next chunk.
    """

    def __init__(
        self,
        chunks: Iterable[dict[str, Any]],
        *,
        close: Callable[[], None],
        gone: Flag | None = None,
        limiter: CapacityLimiter | None = None,
        seconds_to_take: float = _LIMITS.seconds_to_take,
    ) -> None:
        self.status_code = 200
        self.media_type = "text/event-stream"
        self.background = None
        self.init_headers(_HEADERS)
        self._chunks = iter(chunks)
        self._close = close
        self._gone = gone
        self._limiter = limiter
        self._seconds_to_take = seconds_to_take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, as an ASGI application."""
        failures: list[Exception] = []
        try:
            async with create_task_group() as group:
                group.start_soon(until_gone, receive, group.cancel_scope, self._gone)
                try:
                    await self._stream(scope, receive, send)
                except Exception as failure:  # noqa: BLE001 (raised below, not in a group of one)
                    failures.append(failure)
                group.cancel_scope.cancel()
        finally:
            # A server that ends cuts a task whose thread is at a chunk, which closes itself then.
            with CancelScope(shield=True), suppress(ValueError):
                await to_thread.run_sync(self._close)
        if failures:
            raise failures[0]

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            first = await self._next(self._chunks)
        except Exception as error:  # noqa: BLE001 (each is told in OpenAI's shape)
            await failure_response(error)(scope, receive, send)
            return
        events = server_sent_events(self._chunks if first is None else chain([first], self._chunks))
        with suppress(TimeoutError):  # it takes nothing any more: the connection is closed
            await self._send(send, "http.response.start", status=200, headers=self.raw_headers)
            while event := await self._next(events):
                await self._send_body(send, event)
            await self._send_body(send, "")

    async def _send_body(self, send: Send, text: str) -> None:
        body = text.encode()
        await self._send(send, "http.response.body", body=body, more_body=bool(body))

    async def _send(self, send: Send, kind: str, **fields: Any) -> None:
        with fail_after(self._seconds_to_take):
            await send({"type": kind, **fields})

    async def _next(self, items: Iterator[T]) -> T | None:
        return await to_thread.run_sync(next, items, None, limiter=self._limiter)


def server_sent_events(chunks: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the chunks as events, then `[DONE]`; a failure becomes an event `error`, and the last.

    Clients take a stream that is merely cut for a whole answer (measured with three of them).
    """
    try:
        for chunk in chunks:
            yield _event(json.dumps(chunk))
    except Exception as error:  # noqa: BLE001 (the status line is sent: this is the only way left)
        yield _event(json.dumps(describe(error)[1].body()))
    else:
        yield _event("[DONE]")


def _event(data: str) -> str:
    return f"data: {data}\n\n"
