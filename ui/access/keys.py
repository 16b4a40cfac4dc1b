"""API keys: how one looks, what it allows, and what is kept of it."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from ui.access.rate import Rate

Scope = Literal["ask", "search", "add"]
State = Literal["active", "expired", "revoked"]

SCOPES: tuple[Scope, ...] = ("ask", "search", "add")
SECRET_PREFIX, PUBLISHABLE_PREFIX = "cw_", "pk_"

# Prefix, id, secret. The id is no secret: it finds the row, so that one comparison is enough.
_TOKEN = re.compile(r"(?:cw|pk)_([0-9a-f]{10})_[A-Za-z0-9_-]{43}")
_TOKENS = re.compile(r"\b((?:cw|pk)_[0-9a-f]{0,10})[A-Za-z0-9_-]{16,}")
_ID_BYTES, _SECRET_BYTES = 5, 32


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: never the key itself.

    `digest` is its SHA-256. A key holds 256 random bits, so nobody can go through the candidates; a
    slow hash (scrypt) protects guessable passwords, and would only slow each request here.
    `rate` None stands for the server's own. Times are in UTC.
    """

    key_id: str
    name: str
    scopes: frozenset[Scope]
    digest: bytes
    created_at: datetime
    publishable: bool = False
    rate: Rate | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def state(self, now: datetime | None = None) -> State:
        """Return whether it can be used at `now`, today's time if left out."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= (now or datetime.now(UTC)):
            return "expired"
        return "active"


def new_token(*, publishable: bool = False) -> str:
    """Return a new random key."""
    prefix = PUBLISHABLE_PREFIX if publishable else SECRET_PREFIX
    return f"{prefix}{secrets.token_hex(_ID_BYTES)}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def id_in(token: str) -> str | None:
    """Return the id that stands in a key; None for what is no key of ours."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def digest_of(token: str) -> bytes:
    """Return what is kept of a key."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def without_keys(text: str) -> str:
    """Return `text` with the secret part of every key left out, for a log."""
    return _TOKENS.sub(r"\1…", text)
