"""Connections that hold nothing up: a head that never ends is not waited for."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ui.access.addresses import is_this_machine, network_of

if TYPE_CHECKING:
    from asyncio.events import TimerHandle

_CLOSE = b"content-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _CLOSE
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n" + _CLOSE


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How long and how large a request's head may be, and how many connections an address has.

    The latter does not hold for this machine, where a proxy may stand for many.
    """

    head_seconds: float = 15.0
    max_head_bytes: int = 64 * 1024
    max_of_one_address: int = 200


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with the limits, which it lacks.

    uvicorn waits for a head for ever, keeps all of it, and goes on waiting while bytes drip in
    after an answer that came before the body's end.
    """

    limits: ClassVar[ConnectionLimits] = ConnectionLimits()
    n_connections: ClassVar[Counter[str]] = Counter()

    _deadline: "TimerHandle | None" = None
    _network = ""
    _n_head_bytes = 0
    _is_in_head = True

    def connection_made(self, transport: Any) -> None:
        """Count the connection, and wait for a head."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self._network = network_of(address)
        self.n_connections[self._network] += 1
        is_many = self.n_connections[self._network] > self.limits.max_of_one_address
        if is_many and not is_this_machine(address):
            transport.abort()
        else:
            self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._clear_deadline()
        self.n_connections[self._network] -= 1
        if not self.n_connections[self._network]:
            del self.n_connections[self._network]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has grown too large."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._is_in_head and not self.transport.is_closing():
            self._n_head_bytes += len(data)
            if self._n_head_bytes > self.limits.max_head_bytes:
                self._end(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._is_in_head = True
        self._n_head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """End a head: how long the rest may take is said elsewhere."""
        self._is_in_head = False
        self._clear_deadline()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for the next head, unless it is there."""
        is_next_there = bool(self.pipeline)
        super().on_response_complete()
        if not is_next_there and not self.transport.is_closing():
            self._set_deadline()

    def _set_deadline(self) -> None:
        self._clear_deadline()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(self.limits.head_seconds, self._end, _TOO_SLOW)

    def _clear_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _end(self, farewell: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(farewell if self._is_in_head else b"")
            self.transport.close()


def guarded_protocol(limits: ConnectionLimits) -> type[GuardedProtocol]:
    """Return the protocol with other limits, for `uvicorn.Config(http=...)`."""
    return type("Guarded", (GuardedProtocol,), {"limits": limits, "n_connections": Counter()})
