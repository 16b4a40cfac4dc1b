"""The papers of a catalogue in an order, a page at a time."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select

from vectorstore.catalogue.conditions import DATE, condition_of
from vectorstore.catalogue.tables import PAPERS
from vectorstore.database import joined, length_of_list
from vectorstore.filters import SearchFilter

if TYPE_CHECKING:
    from vectorstore.catalogue import Catalogue
    from vectorstore.paper import Paper

Order = Literal["newest", "oldest", "title", "authors", "comments"]

_ORDERS_KEPT = 32  # a row number a paper each: 1 MB of a hundred thousand papers

_N_AUTHORS = func.coalesce(func.nullif(PAPERS.c.n_authors, 0), length_of_list(PAPERS.c.authors))
# What comes first; ties are broken by title. A paper of which the date is not known is the last.
_FIRST: dict[Order, ColumnElement[Any]] = {
    "newest": DATE.desc().nulls_last(),
    "oldest": DATE.nulls_last(),
    "title": PAPERS.c.title,
    "authors": _N_AUTHORS.desc(),
    "comments": func.coalesce(PAPERS.c.n_comments, 0).desc(),
}


class OrderedPapers:
    """Pages of one catalogue's papers. An order is found once, and again after every change.

    Of 103,076 papers that takes 0.25 s.
    """

    def __init__(self, catalogue: "Catalogue") -> None:
        self._catalogue = catalogue
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
        ordered = (
            select(PAPERS.c.paper_row)
            .where(condition_of(where))
            .order_by(_FIRST[order], PAPERS.c.title, PAPERS.c.paper_row)
            .subquery()
        )
        with self._catalogue.connected() as connection:
            text = connection.scalar(select(joined(ordered.c.paper_row)))
        return np.fromstring(text or "", dtype=np.int64, sep=",")
