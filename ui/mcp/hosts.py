"""Which requests over HTTP are meant for this server, and which a web page was tricked into."""

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.security import is_address

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class RebindingGuard:
    """ASGI middleware that refuses requests to other hosts (421) and from other sites' pages (403).

    A site can make its own name point at this machine and then read, through its visitor's browser,
    what is served here (DNS rebinding). Such a request names the site. One that names a bare
    address cannot come about so; those are let through, since behind a container's published port
    nothing here knows the address that clients use. The SDK's own check cannot say that, so it is
    turned off behind this one.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        own = socket.gethostname().casefold()
        named = {name.casefold().strip("[]") for name in names}
        self._app = app
        self._names = _LOOPBACK_NAMES | named | {own, f"{own}.local"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        headers = Headers(scope=scope)
        host, origin = _host_of(f"//{headers.get('host', '')}"), headers.get("origin")
        if not self._is_ours(host):
            refusal = f"This server is not {host!r}: start it with a name that clients may use."
            await PlainTextResponse(refusal, 421)(scope, receive, send)
        elif origin is not None and not _is_same(_host_of(origin), host):
            refusal = "Pages of other sites may not use this server."
            await PlainTextResponse(refusal, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        return host in self._names or is_address(host)


def _host_of(url: str) -> str:
    """Return the host of a URL, or of `//host:port`, in lower case; empty for what is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_same(origin: str, host: str) -> bool:
    return origin == host or {origin, host} <= _LOOPBACK_NAMES
