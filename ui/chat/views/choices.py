"""What a reader chose in the Settings view: kept by the browser, sent with each question."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, get_args

from assistant.options import Unsupported

MIN_TOP_K, MAX_TOP_K = 1, 50
_MAX_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Choices:
    """How this reader's questions are answered; None is the server's own way."""

    llm: str | None = None
    top_k: int | None = None
    unsupported: Unsupported | None = None


def choices_of(text: str | None, backends: Collection[str]) -> Choices:
    """Return the choices in a JSON object; what is not on offer counts as not chosen.

    `backends` are the writers that a reader may choose. Never raises: whoever can reach the page
    can send anything.
    """
    found = _object(text or "")
    llm, top_k, unsupported = (found.get(name) for name in ("llm", "top_k", "unsupported"))
    is_number = type(top_k) is int and MIN_TOP_K <= top_k <= MAX_TOP_K
    is_policy = isinstance(unsupported, str) and unsupported in get_args(Unsupported)
    return Choices(
        llm=llm if isinstance(llm, str) and llm in backends else None,
        top_k=top_k if is_number else None,
        unsupported=unsupported if is_policy else None,
    )


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if len(text) <= _MAX_CHARS else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
