"""Keys as rows of the store's table, and the other way round."""

from datetime import datetime
from typing import Any, cast

from ui.access.keys import SCOPES, Key, Scope
from ui.access.rate import Rate


def row_of(key: Key) -> dict[str, object]:
    """Return the columns of a key."""
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": " ".join(scope for scope in SCOPES if scope in key.scopes),
        "digest": key.digest,
        "created_at": text_of(key.created_at),
        "publishable": key.publishable,
        "rate_count": key.rate.count if key.rate else None,
        "rate_seconds": key.rate.seconds if key.rate else None,
        "expires_at": text_of(key.expires_at) if key.expires_at else None,
        "revoked_at": text_of(key.revoked_at) if key.revoked_at else None,
        "last_used_at": text_of(key.last_used_at) if key.last_used_at else None,
    }


def key_of(row: Any) -> Key:
    """Return the key of a row, which gives its columns as attributes."""
    return Key(
        key_id=row.key_id,
        name=row.name,
        scopes=frozenset(cast("list[Scope]", row.scopes.split())),
        digest=row.digest,
        created_at=datetime.fromisoformat(row.created_at),
        publishable=row.publishable,
        rate=Rate(row.rate_count, row.rate_seconds) if row.rate_count else None,
        expires_at=_time(row.expires_at),
        revoked_at=_time(row.revoked_at),
        last_used_at=_time(row.last_used_at),
    )


def text_of(when: datetime) -> str:
    """Return a time in ISO 8601, all of one length, so that text sorts as time does."""
    return when.isoformat(timespec="microseconds")


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
