"""Which hosts are ours: a site whose name is made to point here must not read what we serve."""

import socket
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access.refusals import Refusal, refuse
from ui.security import is_address

if TYPE_CHECKING:
    from ui.access.settings import AccessSettings

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class OwnHosts:
    """ASGI middleware that answers only requests whose Host is this server (DNS rebinding).

    On a loopback address that is this machine by its loopback names. On another it is also any bare
    address, which no rebinding can name, and this machine's own names. `--allowed-host` adds some.
    """

    def __init__(self, app: ASGIApp, settings: "AccessSettings") -> None:
        from ui.security import is_loopback

        own = socket.gethostname().casefold()
        named = {name.casefold().strip("[]") for name in (*settings.allowed_hosts, settings.host)}
        self._app = app
        self._takes_addresses = not is_loopback(settings.host)
        self._names = _LOOPBACK_NAMES | named
        if self._takes_addresses:
            self._names |= {own, f"{own}.local", socket.getfqdn().casefold()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist("host")
        host = host_in(given[0]) if len(given) == 1 else None
        if host is None:
            refusal = Refusal(400, "bad_host", "Send one Host header, with a name or an address.")
            await refuse(refusal, scope, receive, send)
        elif not self._is_ours(host):
            message = f"This server is not {host!r}. Start it with --allowed-host {host} if it is."
            await refuse(Refusal(421, "other_host", message), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        return host in self._names or (self._takes_addresses and is_address(host))


def host_in(header: str) -> str | None:
    """Return the host of a Host header, in lower case and without its port; None for no host."""
    text = header.casefold()
    host, closed, port = text.rpartition("]") if text.startswith("[") else ("", "", "")
    if closed:
        host = host.removeprefix("[")
        return host if is_address(host) and _is_port(port) else None
    host, colon, port = text.partition(":")
    is_name = bool(host) and all(c.isascii() and (c.isalnum() or c in "-._") for c in host)
    return host if is_name and _is_port(f"{colon}{port}") else None


def _is_port(text: str) -> bool:
    return not text or (text.startswith(":") and text[1:].isdecimal() and len(text) <= 6)
