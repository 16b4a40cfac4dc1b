"""Filters and orders of papers as expressions on the catalogue's tables."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Cast, ColumnElement, Text, and_, cast, func, or_, select, true

from vectorstore.catalogue.rows import author_key
from vectorstore.catalogue.tables import AUTHORSHIPS, HAS_JOINED, ORIGINS, PAPERS
from vectorstore.database import any_of
from vectorstore.filters import SearchFilter

_YEAR: Cast[str] = cast(PAPERS.c.year, Text)

# A year alone comes before its days.
DATE: ColumnElement[str] = func.coalesce(PAPERS.c.published, _YEAR.concat("-00-00"))
NEWEST_FIRST = (DATE.desc().nulls_last(), PAPERS.c.title)

_FIRST_DAY = func.coalesce(PAPERS.c.published, _YEAR.concat("-01-01"))
_LAST_DAY = func.coalesce(PAPERS.c.published, _YEAR.concat("-12-31"))


def condition_of(where: SearchFilter) -> ColumnElement[bool]:
    """Return the condition on `papers` that all bounds are met."""
    bounds: tuple[tuple[Any, Callable[[Any], ColumnElement[bool]]], ...] = (
        (where.year_from, PAPERS.c.year.__ge__),
        (where.year_to, PAPERS.c.year.__le__),
        (where.published_from, lambda day: day.isoformat() <= _FIRST_DAY),
        (where.published_to, lambda day: day.isoformat() >= _LAST_DAY),
        (where.min_authors, PAPERS.c.n_authors.__ge__),
        (where.max_authors, PAPERS.c.n_authors.__le__),
        (where.min_comments, PAPERS.c.n_comments.__ge__),
        (where.max_comments, PAPERS.c.n_comments.__le__),
        (where.paper_ids, lambda ids: _named_by("paper_id", "source_id", ids)),
        (where.sources, lambda sources: _named_by("source", "source", sources)),
        (where.authors, _written_by),
    )
    return and_(true(), *(bound(value) for value, bound in bounds if value is not None))


def _named_by(column: str, of_origin: str, values: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that one of the values names a paper, or an origin that joined it.

    The first origin's source, and with rare exceptions its id, are the paper's own: few papers
    have another, so that little more is looked up.
    """
    joined = select(ORIGINS.c.paper_row).where(HAS_JOINED, any_of(ORIGINS.c[of_origin], values))
    return or_(any_of(PAPERS.c[column], values), PAPERS.c.paper_row.in_(joined))


def _written_by(authors: Collection[str]) -> ColumnElement[bool]:
    names = any_of(AUTHORSHIPS.c.name, [author_key(name) for name in authors])
    return PAPERS.c.paper_row.in_(select(AUTHORSHIPS.c.paper_row).where(names))
