"""MCP over streamable HTTP, as a path of the server's application."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.mcp.hosts import RebindingGuard

if TYPE_CHECKING:
    from fastapi import FastAPI
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from assistant.assistant import Assistant

PATH = "/mcp"

_MAX_BODY_BYTES = 1_000_000  # a question and its history
_MAX_SESSIONS = 1_000
_IDLE_SECONDS = 1_800.0


class McpEndpoint:
    """ASGI application that speaks MCP while `running` is entered."""

    def __init__(self, assistant: "Assistant", *, stateless: bool = False) -> None:
        self._assistant = assistant
        self._stateless = stateless
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve clients inside; their sessions end with it."""
        manager = self._new_manager()  # one serves only one run
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._manager is None:
            await PlainTextResponse("The server is not running.", 503)(scope, receive, send)
        else:
            await self._manager.handle_request(scope, receive, send)

    def _new_manager(self) -> "StreamableHTTPSessionManager":
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecuritySettings

        from ui.mcp.server import create_server

        return StreamableHTTPSessionManager(
            app=create_server(lambda: self._assistant).lowlevel,
            stateless=self._stateless,
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=_MAX_BODY_BYTES,
            max_sessions=_MAX_SESSIONS,
            session_idle_timeout=_IDLE_SECONDS,
        )


def mount_mcp(
    app: "FastAPI",
    assistant: "Assistant",
    *,
    hosts: Iterable[str] = (),
    stateless: bool = False,
    wrap: Callable[[ASGIApp], ASGIApp] = lambda endpoint: endpoint,
) -> None:
    """Let `app` speak MCP at `/mcp`. Call it before the chat is mounted, which takes what is left.

    `hosts` are the names that clients may use beside this machine's own and its addresses. With
    `stateless` any worker process can answer any request; without it a client's sessions live in
    this process, and it can cancel what it asked for. `wrap` puts middleware, such as a check of
    keys, around the endpoint.
    """
    endpoint = McpEndpoint(assistant, stateless=stateless)
    guarded = RebindingGuard(wrap(endpoint), hosts)
    for path in (PATH, f"{PATH}/"):  # without a redirect, which some clients do not follow
        app.router.routes.append(Route(path, guarded, include_in_schema=False))
    app.router.lifespan_context = _within(app.router.lifespan_context, endpoint)


def _within(
    lifespan: Callable[[Any], AbstractAsyncContextManager[Any]], endpoint: McpEndpoint
) -> Callable[[Any], AbstractAsyncContextManager[Any]]:
    """Return the lifespan with the endpoint running inside it."""

    @asynccontextmanager
    async def extended(app: Any) -> AsyncIterator[Any]:
        async with lifespan(app) as state, endpoint.running():
            yield state

    return extended
