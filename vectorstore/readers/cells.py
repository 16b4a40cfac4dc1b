"""Values of a table's cells, of whatever type the table gives them, read as a paper's fields."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vectorstore.readers.dates import dated
from vectorstore.readers.names import natural_order

_MAX_COUNT = 100_000
_NUMBER = re.compile(r"\s*(\d{1,7})(?:\.0*)?\s*")
_NUMBERED = re.compile(r"\s*\((?:\d+|[a-z])\)$", re.IGNORECASE)  # Scopus: "Smith, John (57190)"
_AND = re.compile(r"\s*,?\s+and\s+|\s+&\s+", re.IGNORECASE)


def is_empty(value: Any) -> bool:
    """Return whether a cell holds nothing: None, no text, or NaN."""
    return value is None or value == "" or (isinstance(value, float) and value != value)


def text_of(value: Any) -> str:
    """Return a text without white space around it; a number is written out. None is empty."""
    if isinstance(value, str):
        return value.strip() if value.isascii() else _encodable(value.strip())
    if is_empty(value):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise ValueError(f"{_kind(value)} instead of a text")


def authors_of(value: Any) -> tuple[str, ...]:
    """Return the names in order, each with the given names first.

    A list holds names, or objects with a name or with given and family names. In a text they are
    separated by ";" or "|", by " and ", or else by commas.
    """
    if is_empty(value):
        return ()
    if isinstance(value, str):
        return tuple(split_authors(value))
    if isinstance(value, Mapping) or not isinstance(value, Sequence):
        raise ValueError(f"{_kind(value)} instead of names")
    return tuple(filter(None, map(_name, value)))


def split_authors(text: str) -> list[str]:
    """Return the names that a cell lists, each with the given names first."""
    for separator in (";", "|"):
        if separator in text:
            return _natural(text.split(separator))
    parts = _AND.split(text)
    if len(parts) > 1:
        return _natural(name for part in parts for name in _listed(part, is_one_of_many=True))
    return _natural(_listed(text, is_one_of_many=False))


def count_of(value: Any) -> int | None:
    """Return a number from 0 to 100,000; None where the cell is empty."""
    if is_empty(value):
        return None
    number = _whole(value)
    if number is None or not 0 <= number <= _MAX_COUNT:
        raise ValueError(f"{_shown(value)} is no number from 0 to 100,000")
    return number


def year_of(value: Any) -> int | None:
    """Return a year; None where the cell is empty, or holds words such as "in press"."""
    if is_empty(value):
        return None
    if isinstance(value, datetime | date):
        return value.year
    number = _whole(value)
    if number is None and isinstance(value, str):
        return dated(value[:100])[1]
    if number is None or not 1000 <= number <= 9999:
        raise ValueError(f"{_shown(value)} is no year")
    return number


def day_of(value: Any) -> date | None:
    """Return the day that a cell gives; None where it gives none, or only a month or year."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not value:
        return None
    if value[4:5] == "-" and value[7:8] == "-":
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return dated(value[:100])[0]


def year_of_date(value: Any) -> int | None:
    """Return the year of a cell that gives a date, but not to the day."""
    return dated(text[:100])[1] if (text := text_of(value)) else None


def _encodable(text: str) -> str:
    """Return the text. Raises ValueError at half a character, which JSON can spell."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"half a character (U+{ord(text[error.start]):04X})") from None
    return text


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    found = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def _name(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        given = value.get("given") or value.get("first") or value.get("firstName") or ""
        family = value.get("family") or value.get("last") or value.get("lastName") or ""
        name = value.get("name") or value.get("full_name") or f"{given} {family}"
        return " ".join(str(name).split())
    raise ValueError(f"{_kind(value)} instead of a name")


def _listed(text: str, *, is_one_of_many: bool) -> list[str]:
    """Return the names between commas, or the whole where it is one, "Last, First"."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    are_whole = all(" " in part for part in parts)
    if len(parts) < 2 or are_whole or (not is_one_of_many and len(parts) > 3):
        return parts
    return [text]


def _natural(names: Any) -> list[str]:
    turned = (natural_order(_NUMBERED.sub("", name.strip())) for name in names)
    return [name for name in turned if name]


def _kind(value: Any) -> str:
    kinds = ((bool, "a truth value"), (Mapping, "an object"), (Sequence, "a list"))
    return next((name for kind, name in kinds if isinstance(value, kind)), type(value).__name__)


def _shown(value: Any) -> str:
    return repr(value)[:30] if isinstance(value, str | int | float) else _kind(value)
