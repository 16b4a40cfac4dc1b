"""A small application behind everything about access, and a real server that runs one."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import URL

from ui.access.installing import Access, install_access
from ui.access.keys import Key
from ui.access.settings import AccessSettings
from ui.access.store import KEYS_NAME, KeyStore
from ui.operations.connections import ConnectionLimits, guarded_protocol
from ui.operations.draining import Drain
from ui.operations.installing import Operations
from ui.operations.server import GracefulServer
from vectorstore.database import place_of

ASK = "/v1/chat/completions"
THIS_MACHINE, STRANGER = "127.0.0.1", "203.0.113.7"


def inner_app() -> FastAPI:
    """Return an application with a route behind each door; `app.state.n_asked` counts questions."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.n_asked = 0
    app.state.go_on = asyncio.Event()

    @app.post(ASK)
    async def ask(request: Request) -> Any:
        app.state.n_asked += 1
        body = await request.body()
        if b"slow" in body:
            await app.state.go_on.wait()
        if b"stream" in body:
            return StreamingResponse(events(app.state.go_on), media_type="text/event-stream")
        return {"n_bytes": len(body), "address": request.client.host if request.client else ""}

    async def say(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"inside {request.url.path}")

    for path in ("/v1/search", "/v1/papers/{rest:path}", "/v1/models", "/v1/imports", "/mcp"):
        app.add_api_route(path, say, methods=["GET", "POST"])
    for path in ("/healthz", "/metrics", "/widget.js", "/gradio_api/{rest:path}", "/"):
        app.add_api_route(path, say, methods=["GET", "POST"])
    return app


async def events(go_on: asyncio.Event) -> AsyncIterator[str]:
    """Yield an event, and another one when it may."""
    yield "data: {}\n\n"
    await go_on.wait()
    yield "data: [DONE]\n\n"


class Behind:
    """The application behind a library's access. Made keys count at once."""

    def __init__(self, library: Path, *, database: URL | None = None, **settings: Any) -> None:
        keys = place_of(KEYS_NAME, library, database)
        self.store = KeyStore(keys)
        self.access = Access.of(keys, AccessSettings(**settings))
        self.app = inner_app()
        self.operations = Operations.of()
        install_access(self.app, self.access, self.operations.around())

    def key(self, *scopes: Any, **details: Any) -> tuple[Key, str]:
        """Return a new key with these scopes, and its token."""
        made = self.store.create("a test", scopes or ("ask", "search"), **details)
        self.look_again()
        return made

    def revoke(self, key: Key) -> None:
        self.store.revoke(key.key_id)
        self.look_again()

    def look_again(self) -> None:
        """Read the keys as the ring does after a second."""
        self.access.ring._read()

    def client(self, address: str = THIS_MACHINE, **headers: str) -> TestClient:
        """Return a client at an address."""
        return TestClient(
            self.app,
            base_url="http://127.0.0.1",
            client=(address, 50_000),
            headers=headers,
            follow_redirects=False,
        )


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@contextmanager
def running(
    app: Any, drain: Drain | None = None, limits: ConnectionLimits | None = None
) -> Iterator[tuple[str, int, GracefulServer]]:
    """Serve an application for the `with` block; give host, port and server."""
    protocol = guarded_protocol(limits or ConnectionLimits())
    config = uvicorn.Config(
        app, port=0, log_level="critical", http=protocol, ws="none", proxy_headers=False
    )
    server = GracefulServer(config, drain or Drain(), finish_seconds=0.5)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield "127.0.0.1", port, server
    finally:
        server.should_exit = True
        thread.join(60)


def talk(host: str, port: int, *pieces: bytes, timeout: float = 30.0) -> bytes:
    """Send bytes over a connection of its own; return all that came until the server closed it."""
    with socket.create_connection((host, port), timeout=timeout) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received
