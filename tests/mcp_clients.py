"""The official MCP client, over each way to reach the server."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, TypeVar, cast

import anyio
import uvicorn
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.memory import create_connected_server_and_client_session
from mcp.types import (
    CallToolResult,
    CancelledNotification,
    CancelledNotificationParams,
    ClientNotification,
)

from ui.mcp.mounting import mount_mcp
from ui.mcp.server import create_server

T = TypeVar("T")
Talk = Callable[[ClientSession], Awaitable[T]]

_SECONDS = 120  # that a conversation may take: a hang is a failure, not a stopped run


def talk(sessions: AbstractAsyncContextManager[ClientSession], conversation: Talk[T]) -> T:
    """Return what a conversation with a server comes to, or raise what it raises, in no group."""
    failures: list[Exception] = []

    async def main() -> T | None:
        with anyio.fail_after(_SECONDS):
            async with sessions as session:
                try:
                    return await conversation(session)
                except Exception as error:  # noqa: BLE001 (raised again below)
                    failures.append(error)
        return None

    result = anyio.run(main)
    if failures:
        raise failures[0]
    return cast(T, result)


def in_memory(assistant: Any) -> AbstractAsyncContextManager[ClientSession]:
    """Return a session with a server in this process."""
    return create_connected_server_and_client_session(create_server(lambda: assistant).lowlevel)


@asynccontextmanager
async def over_http(address: str) -> AsyncIterator[ClientSession]:
    """Give a session with the server at an address."""
    async with (
        streamable_http_client(f"{address}/mcp") as (received, sent, _),
        ClientSession(received, sent) as session,
    ):
        await session.initialize()
        yield session


@contextmanager
def serving(assistant: Any, **options: Any) -> Iterator[str]:
    """Serve an assistant's MCP on a free port of this machine, and give the address."""
    app = FastAPI()
    mount_mcp(app, assistant, **options)
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive(), "the server did not end"


async def cancel(session: ClientSession, request_id: int) -> None:
    """Tell the server that a request's result is no longer wanted."""
    params = CancelledNotificationParams(requestId=request_id)
    notification = CancelledNotification(method="notifications/cancelled", params=params)
    await session.send_notification(ClientNotification(notification))


def text_of(result: CallToolResult) -> str:
    """Return the one text that a result holds."""
    (content,) = result.content
    assert content.type == "text"
    return content.text


class Endless:
    """An assistant that answers without end, and tells when it began and when it was stopped."""

    backend = "endless"

    def __init__(self) -> None:
        self.begun, self.stopped = threading.Event(), threading.Event()

    def stream(self, question: str, **_: Any) -> Iterator[Any]:
        from assistant.events import TextDelta, Understood

        try:
            yield Understood(question)
            while True:
                self.begun.set()
                yield TextDelta("word ")
                self.stopped.wait(0.001)
        finally:
            self.stopped.set()
