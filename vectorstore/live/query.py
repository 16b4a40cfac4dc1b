"""What a live source is: a query whose answers come page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from vectorstore.live.client import LiveClient
from vectorstore.readers.report import Reject
from vectorstore.readers.unpacking import Found, NotOpened


@dataclass(frozen=True, slots=True)
class Rejected(NotOpened):
    """A paper that a service does not have whole: a source of one row, which is rejected."""

    is_error: bool = True
    format: str = ""
    reject: Reject = field(default_factory=lambda: Reject(0, "no paper"))


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: what is in it, the token by which reading begins with it, and that behind it.

    `next` is "" at the end, and equal to `start` where more answers belong to the same token.
    """

    found: Sequence[Found]
    start: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of a query is wanted.

    `start` is the token to begin with, "" for the first; one that a query does not know counts as
    that. `max_papers` bounds a search, from its first paper on; None means the query's own bound.
    `since` is the day of the last reading, None for the first; `today` is in UTC.
    """

    start: str = ""
    max_papers: int | None = None
    since: date | None = None
    today: date = field(default_factory=lambda: utc_today())


class LiveQuery(Protocol):
    """One kind of live source."""

    @property
    def name(self) -> str:
        """Return the name in its one form."""

    @property
    def is_search(self) -> bool:
        """Return whether `max_papers` bounds it."""

    @property
    def is_newest_first(self) -> bool:
        """Return whether nothing new stands behind a page without anything new."""

    @property
    def is_dated(self) -> bool:
        """Return whether `since` leaves out what was there before."""

    def pages(self, client: LiveClient, asked: Asked) -> Iterator[Page]:
        """Yield the answers. Raises LiveError where one cannot be had."""

    def place(self, token: str) -> str:
        """Return where a token stands, for a person."""


def utc_today() -> date:
    """Return the day in UTC, by which Hugging Face counts."""
    return datetime.now(UTC).date()


def number_of(token: str) -> int:
    """Return the position that a token of digits gives; 0 for any other."""
    return int(token) if token.isdecimal() and token.isascii() and len(token) < 10 else 0
