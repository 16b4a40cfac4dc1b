"""Signed tickets: the cookie of one who has logged in, and the form's that can be sent once."""

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from ui.access.logins import Logins
from ui.access.ring import KeyRing

SESSION_SECONDS = 7 * 24 * 3_600
FORM_SECONDS = 15 * 60
_ID_BYTES = 16
_MAX_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a signed text says: whose it is, until when (Unix seconds), and its own random id."""

    user: str
    expires_at: int
    ticket_id: str


class Sessions:
    """Makes and reads tickets, signed with the library's secret.

    Any worker process reads what another has made. A session ends when it is old, when its user
    logs out, and when the user's password changes. A form's ticket works once.
    """

    def __init__(
        self, secret: bytes, logins: Logins, ring: KeyRing, clock: Callable[[], float] = time.time
    ) -> None:
        self._secret = secret
        self._logins = logins
        self._ring = ring
        self._clock = clock

    def start(self, user: str) -> str:
        """Return the cookie of a user who has just logged in."""
        return self._signed(user, SESSION_SECONDS, self._purpose(user))

    def user_of(self, cookie: str) -> str | None:
        """Return whose session a cookie is; None for one that is forged, old or ended."""
        ticket = self._session(cookie)
        return ticket.user if ticket and not self._ring.is_spent(ticket.ticket_id) else None

    def end(self, cookie: str) -> None:
        """Let a session be used no more, here or by one who copied its cookie."""
        ticket = self._session(cookie)
        if ticket:
            self._spend(ticket)

    def form(self) -> str:
        """Return the ticket of a login form."""
        return self._signed("", FORM_SECONDS, b"form")

    def accept_form(self, text: str) -> bool:
        """Return whether a form is ours, not old, and sent for the first time."""
        ticket = self._read(text, b"form")
        return ticket is not None and self._spend(ticket)

    def _session(self, cookie: str) -> Ticket | None:
        user = _claimed_user(cookie)
        return None if user is None else self._read(cookie, self._purpose(user))

    def _purpose(self, user: str) -> bytes:
        return b"session" + (self._logins.fingerprint(user) or secrets.token_bytes(_ID_BYTES))

    def _spend(self, ticket: Ticket) -> bool:
        return self._ring.spend(ticket.ticket_id, datetime.fromtimestamp(ticket.expires_at, UTC))

    def _signed(self, user: str, seconds: int, purpose: bytes) -> str:
        name = base64.urlsafe_b64encode(user.encode()).decode().rstrip("=")
        said = f"{name}.{int(self._clock()) + seconds}.{secrets.token_hex(_ID_BYTES)}"
        return f"{said}.{self._signature(said, purpose)}"

    def _read(self, text: str, purpose: bytes) -> Ticket | None:
        said, _, signature = text.rpartition(".")
        if not text.isascii() or len(text) > _MAX_CHARS:
            return None
        if not hmac.compare_digest(signature, self._signature(said, purpose)):
            return None
        _, expires_at, ticket_id = said.split(".")
        ticket = Ticket(_claimed_user(text) or "", int(expires_at), ticket_id)
        return ticket if ticket.expires_at > self._clock() else None

    def _signature(self, said: str, purpose: bytes) -> str:
        key = hmac.digest(self._secret, purpose, sha256)
        return hmac.new(key, said.encode(), sha256).hexdigest()


def _claimed_user(text: str) -> str | None:
    name = text[:_MAX_CHARS].partition(".")[0]
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
