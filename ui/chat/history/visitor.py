"""Who asks, and where: what the browser tells with each event, beside what a reader typed."""

import json
import re
from dataclasses import dataclass
from typing import Any

_MAX_CHARS = 2_000
_OWNER = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser and what it has open.

    `owner` is the browser's secret name, empty where it has none (nothing is kept then).
    `conversation` is the one that its tab shows, `replaces` the number of the question that is
    asked anew (0: none), `shared` the token of a link to one answer.
    """

    owner: str = ""
    conversation: str = ""
    replaces: int = 0
    shared: str = ""


def visitor_of(text: str | None) -> Visitor:
    """Return the visitor that a JSON object tells of; what is no such thing is left out."""
    found = _object(text or "")
    replaces = found.get("replaces")
    return Visitor(
        owner=owner_of(found.get("owner")),
        conversation=_matching(_NAME, found.get("conversation")),
        replaces=replaces if type(replaces) is int and 0 < replaces < 100_000 else 0,
        shared=_matching(_NAME, found.get("shared")),
    )


def owner_of(value: object) -> str:
    """Return the name of a browser, empty where it is none: too short a one could be guessed."""
    return _matching(_OWNER, value)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= _MAX_CHARS else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
