"""Chunks as server-sent events that never end in silence."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ui.api.failures import describe

_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # the latter is for nginx


class EventStream(StreamingResponse):
    """Sends chunks as they are made, in a worker thread, and `[DONE]` when all are sent.

    `close` is called at the end, also when the client has gone: it frees what makes the chunks.
    """

    def __init__(self, chunks: Iterable[dict[str, Any]], *, close: Callable[[], None]) -> None:
        super().__init__(server_sent_events(chunks), 200, _HEADERS, "text/event-stream")
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, as an ASGI application."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._close)


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
