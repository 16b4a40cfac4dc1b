"""The time, as it is kept."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def now_text() -> str:
    """Return the time in ISO 8601, all of one length, so that text sorts as time does."""
    return now().isoformat(timespec="microseconds")
