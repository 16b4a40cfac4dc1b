"""One process that serves: the application, with all that is around it, on a listening socket."""

import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ui.access.installing import Access, install_access
from ui.operations.installing import Operations
from ui.operations.leaving import leave

if TYPE_CHECKING:
    from starlette.applications import Starlette


def run_server(
    app: "Starlette",
    access: Access,
    operations: Operations,
    *,
    listener: socket.socket,
    outside: Sequence[tuple[Any, dict[str, Any]]] = (),
    finish_seconds: float = 30.0,
    started: Callable[[], object] = lambda: None,
    parent: int | None = None,
) -> None:
    """Serve `app` until a signal; its routes and own middleware are complete.

    Ends the process where an answer was cut: its thread may wait for a language model's next word.

    `outside` is middleware with its options that stands around all other.

    uvicorn's own reading of X-Forwarded-For is off: it believes every process of this machine.
    WebSockets are off, since no face speaks over them.
    """
    import uvicorn

    from ui.operations.connections import ConnectionLimits, guarded_protocol
    from ui.operations.server import GracefulServer

    install_access(app, access, [*outside, *operations.around()])
    config = uvicorn.Config(
        app,
        http=guarded_protocol(ConnectionLimits()),
        ws="none",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
    )
    server = GracefulServer(
        config,
        operations.drain,
        finish_seconds=finish_seconds,
        started=started,
        parent=parent,
    )
    operations.exchange.start()
    try:
        server.run(sockets=[listener])
    finally:
        operations.exchange.stop()
        access.close()
        if operations.drain.has_cut:
            leave(0)
