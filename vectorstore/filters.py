"""Which papers a search may return."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Bounds that a paper must meet, all of them; None means no bound.

    Dates and years are inclusive. A paper of which only the year is known meets a date bound when
    its whole year lies inside it. Of `authors`, `sources` and `paper_ids` one must fit; an author
    is named in full or by surname, in any case and with or without accents.
    """

    year_from: int | None = None
    year_to: int | None = None
    published_from: date | None = None
    published_to: date | None = None
    min_authors: int | None = None
    max_authors: int | None = None
    min_comments: int | None = None
    max_comments: int | None = None
    authors: frozenset[str] | None = None
    sources: frozenset[str] | None = None
    paper_ids: frozenset[str] | None = None

    def __bool__(self) -> bool:
        """Return whether anything is bounded at all."""
        return self != SearchFilter()

    def merged_with(self, other: "SearchFilter") -> "SearchFilter":
        """Return the filter that both let through."""
        return SearchFilter(
            year_from=_tightest(max, self.year_from, other.year_from),
            year_to=_tightest(min, self.year_to, other.year_to),
            published_from=_tightest(max, self.published_from, other.published_from),
            published_to=_tightest(min, self.published_to, other.published_to),
            min_authors=_tightest(max, self.min_authors, other.min_authors),
            max_authors=_tightest(min, self.max_authors, other.max_authors),
            min_comments=_tightest(max, self.min_comments, other.min_comments),
            max_comments=_tightest(min, self.max_comments, other.max_comments),
            authors=_both(self.authors, other.authors),
            sources=_both(self.sources, other.sources),
            paper_ids=_both(self.paper_ids, other.paper_ids),
        )


def _tightest(pick: Callable[..., T], first: T | None, second: T | None) -> T | None:
    if first is None or second is None:
        return second if first is None else first
    return pick(first, second)


def _both(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second
