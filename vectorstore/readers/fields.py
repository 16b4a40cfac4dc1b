"""Raw fields of foreign records, read with tolerance: what does not fit counts as absent."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from vectorstore.readers.dates import day_or_none, month_number

_MAIL_DATE = re.compile(r"\s*(?:[A-Za-z]{3},\s*)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})(?!\d)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def text_of(value: object) -> str:
    """Return a text with its white space collapsed; numbers are written out, all else is empty.

    Half a surrogate pair, which JSON can spell and UTF-8 cannot, becomes U+FFFD.
    """
    if isinstance(value, str):
        joined = " ".join(value.split())
        return joined if joined.isascii() else _SURROGATE.sub("\ufffd", joined)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def mapping_of(value: object) -> Mapping[str, object]:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """Return a JSON array, or an empty one."""
    return value if isinstance(value, list) else []


def first_text(record: Mapping[str, object], *keys: str) -> str:
    """Return the first of these fields that holds a text."""
    for key in keys:
        if text := text_of(record.get(key)):
            return text
    return ""


def day_of(value: object) -> date | None:
    """Return the day of an ISO date or time; None where it is not given to the day."""
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def mail_day_of(value: object) -> date | None:
    """Return the day of a date as mail and RSS write it ("Mon, 2 Apr 2007 19:18:42 GMT")."""
    found = _MAIL_DATE.match(value) if isinstance(value, str) else None
    if not found:
        return None
    return day_or_none(int(found[3]), month_number(found[2]) or 0, int(found[1]))


def day_of_milliseconds(value: object) -> date | None:
    """Return the day in UTC of a time that counts milliseconds since 1970."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e14:
        return None
    return datetime.fromtimestamp(value / 1000, UTC).date()


def year_of(value: object) -> int | None:
    """Return the year that a number or the start of a text gives; None for what is no year."""
    digits = text_of(value)[:4]
    year = int(digits) if len(digits) == 4 and digits.isascii() and digits.isdigit() else 0
    return year if year >= 1000 else None
