"""The papers of a library in an order, a page at a time."""

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from vectorstore import SearchFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from vectorstore import Library, Paper

Order = Literal["newest", "oldest", "title", "authors", "comments"]

_ORDERS_KEPT = 32  # a row number a paper each: 1 MB of a hundred thousand papers
_BATCH_PAPERS = 1_000  # read at once: others who read the catalogue come in between

# What papers are ordered by, and whether the largest comes first; ties are broken by title.
_KEYS: "dict[Order, tuple[Callable[[Paper], object], bool]]" = {
    "newest": (lambda paper: _date(paper), True),
    "oldest": (lambda paper: _date(paper) or "9999-99", False),
    "title": (lambda paper: paper.title, False),
    "authors": (lambda paper: paper.n_authors or len(paper.authors), True),
    "comments": (lambda paper: paper.n_comments or 0, True),
}


class OrderedPapers:
    """Pages of one library's papers. An order is found once, and again after every change."""

    def __init__(self, library: "Library") -> None:
        self._catalogue = library.catalogue
        self._rows = lru_cache(maxsize=_ORDERS_KEPT)(self._find_rows)

    def page(
        self, order: Order, where: SearchFilter | None, *, offset: int, limit: int
    ) -> "tuple[list[Paper], int]":
        """Return the papers from `offset` on, at most `limit`, and how many there are in all."""
        rows = self._rows(order, where or SearchFilter(), self._catalogue.generation)
        wanted = rows[offset : offset + limit].tolist()
        papers = self._catalogue.get_rows(wanted)
        return [papers[row] for row in wanted if row in papers], len(rows)

    def _find_rows(self, order: Order, where: SearchFilter, _generation: int) -> NDArray[np.int64]:
        rows = self._catalogue.rows_of(where)
        key, largest_first = _KEYS[order]
        found: list[tuple[str, object, int]] = []
        for start in range(0, len(rows), _BATCH_PAPERS):
            batch = self._catalogue.get_rows(rows[start : start + _BATCH_PAPERS].tolist())
            found += [(paper.title, key(paper), row) for row, paper in batch.items()]
        found.sort(key=lambda each: each[0])
        found.sort(key=lambda each: each[1], reverse=largest_first)  # type: ignore[arg-type, return-value]
        return np.array([row for _, _, row in found], dtype=np.int64)


def _date(paper: "Paper") -> str:
    """Return a text that orders as dates do: a year alone comes before its days."""
    if paper.published:
        return paper.published.isoformat()
    return f"{paper.year:04d}-00-00" if paper.year else ""
