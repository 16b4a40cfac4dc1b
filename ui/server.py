"""One process that serves every face: the chat at /, the API at /v1."""

import contextlib
import errno
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from assistant.assistant import Assistant
    from ui.chat.features import Features

# A chat page keeps a connection open for as long as its tab; Ctrl-C should not wait for it.
_SECONDS_TO_FINISH = 1
_LAST_PORT = 65_535


class ServeError(Exception):
    """The server cannot listen where it was told to."""


def create_app(
    assistant: "Assistant",
    *,
    with_chat: bool = True,
    features: "Features | None" = None,
    hosts: Sequence[str] = (),
) -> "FastAPI":
    """Return the application: `/v1`, `/mcp`, `/healthz` and, with `with_chat`, the chat at `/`.

    `features` says what the chat offers beyond the conversation; None, nothing that changes papers.
    `hosts` are names that MCP clients may call the server by, beside this machine's own.
    """
    from fastapi import FastAPI

    from ui.api import create_api
    from ui.api.failures import answer_failures
    from ui.mcp.mounting import mount_mcp
    from ui.security import SecurityHeaders

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    answer_failures(app)
    app.add_api_route("/healthz", _healthz)
    app.mount("/v1", create_api(assistant))
    mount_mcp(app, assistant, hosts=hosts)
    if with_chat:
        from ui.chat.features import Features
        from ui.chat.page import mount_chat

        # Last: it takes every path that is left.
        app = mount_chat(app, assistant, features or Features())
    return app


def serve(
    assistant: "Assistant",
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    no_auth: bool = False,
    features: "Features | None" = None,
    announce: Callable[[str], object] | None = None,
) -> None:
    """Serve until Ctrl-C. `announce` is told the address once requests are answered.

    By default it is written to standard error. Raises ServeError, as `check_host` and `check_port`
    do.
    """
    import uvicorn

    from ui.security import LoopbackHosts, is_loopback

    check_host(host, no_auth=no_auth)
    with contextlib.suppress(KeyboardInterrupt), _listen(host, port) as listener:
        app = create_app(assistant, features=features, hosts=[host])
        if is_loopback(host):
            app.add_middleware(LoopbackHosts, host=host)
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=_SECONDS_TO_FINISH
        )
        url = _url(host, listener.getsockname()[1])
        _server(config, lambda: (announce or _write_address)(url)).run(sockets=[listener])


def check_host(host: str, *, no_auth: bool = False) -> None:
    """Raise ServeError when others could reach `host` and nobody said that they may."""
    from ui.security import is_loopback

    if not no_auth and not is_loopback(host):
        raise ServeError(
            f"Host {host!r} can be reached from other machines, and no key is asked of them."
            " Use --host 127.0.0.1, or let everyone in with --no-auth."
        )


def check_port(host: str, port: int) -> None:
    """Raise ServeError when nothing can listen there; quick, so call it before loading models."""
    _listen(host, port).close()


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:
        raise ServeError(f"There is no port {port}. Give --port one from 0 to {_LAST_PORT}.")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServeError(
                f"Port {port} of {host} is in use."
                " Stop what listens there, or pick another with --port."
            ) from None
        raise ServeError(
            f"Cannot listen on port {port} of {host}: {error.strerror}."
            " Pick others with --host and --port."
        ) from None


def _server(config: "uvicorn.Config", started: Callable[[], object]) -> "uvicorn.Server":
    import uvicorn

    class Server(uvicorn.Server):
        """Tells when it has started, and ends without a word about the connections it cuts."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets=sockets)

    return Server(config)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _write_address(url: str) -> None:
    sys.stderr.write(f"Citewise is at {url} (Ctrl-C ends it)\n")


async def _healthz() -> dict[str, str]:
    return {"status": "ok"}
