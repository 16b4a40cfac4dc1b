"""Ports for servers that are started by a test and told where to listen."""

import os
import socket
from itertools import cycle

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_FIRST_PORT = 20_000 + 1_000 * (_WORKER % 10)
_PORTS = cycle(range(_FIRST_PORT, _FIRST_PORT + 1_000))


def free_port() -> int:
    """Return a port that nobody listens on now, each time another.

    It lies below those that the system gives out, which it may give to two that ask one after the
    other; each worker of pytest has a thousand of its own.
    """
    return next(port for port in _PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
