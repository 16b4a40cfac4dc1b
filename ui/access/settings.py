"""What an operator says about access."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from ui.access.errors import AccessError
from ui.access.logins import Logins
from ui.access.rate import Rate


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Who may use a server that listens on `host`, and how much.

    `logins` are who may use the chat; none where they are empty. `allowed_hosts` are the names by
    which clients know the server beside its own, `trusted_proxies` the addresses and networks whose
    X-Forwarded-For is believed, `cors_origins` the pages that may use /v1 from a browser.
    `key_rate` and `address_rate` count requests that do work. `max_running` of these run at once,
    streams included, None for as many as suits those who answer; `max_waiting` wait for at most
    `max_wait_seconds`, and fewer where that would take longer than is worth waiting.
    """

    host: str = "127.0.0.1"
    no_auth: bool = False
    logins: Logins = field(default_factory=Logins)
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: frozenset[str] = frozenset()
    key_rate: Rate = field(default_factory=lambda: Rate(600, 60))
    address_rate: Rate = field(default_factory=lambda: Rate(120, 60))
    max_body_bytes: int = 2 * 1024 * 1024
    body_seconds: float = 20.0
    max_running: int | None = None
    max_waiting: int = 64
    max_wait_seconds: float = 10.0
    stall_seconds: float = 30.0
    audit_log: Path | None = None
    audit_questions: bool = False

    def __post_init__(self) -> None:
        if self.no_auth and self.logins:
            raise AccessError("--no-auth lets everyone in, and --auth does not. Leave one out.")
        for proxy in self.trusted_proxies:
            _check_network(proxy)

    @property
    def is_exposed(self) -> bool:
        """Return whether others than this machine can reach the server, by a proxy or directly."""
        from ui.security import is_loopback

        return not is_loopback(self.host) or bool(self.allowed_hosts or self.trusted_proxies)


def _check_network(text: str) -> None:
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise AccessError(
            f"{text!r} is no address or network of a proxy. Give --trusted-proxy one such as"
            " 127.0.0.1 or 10.0.0.0/8."
        ) from None
    if network.prefixlen == 0:
        raise AccessError(
            f"{text!r} is every address: then anybody could say to be anybody. Give --trusted-proxy"
            " the proxy's own address."
        )
