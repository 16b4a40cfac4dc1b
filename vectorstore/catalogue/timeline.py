"""How many papers are of each month, year or decade: exact, counted where the papers are."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, select

from vectorstore.catalogue.conditions import condition_of
from vectorstore.catalogue.tables import PAPERS
from vectorstore.filters import SearchFilter

Unit = Literal["month", "year", "decade"]

_MAX_BARS = 120  # more cannot be told apart: ten years of months, 120 years
_MONTHS_A_YEAR, _YEARS_A_DECADE = 12, 10
_YEAR: ColumnElement[int] = func.coalesce(
    cast(func.substr(PAPERS.c.published, 1, 4), Integer), PAPERS.c.year
)
_MONTH: ColumnElement[int] = cast(func.substr(PAPERS.c.published, 6, 2), Integer)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a year (`month` is None) or the ten years from `year` on, and its papers."""

    year: int
    month: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every period from the first to the last that has papers, empty ones too, in order.

    `n_undated` papers are in none of them: no date is known of them, or, where the unit is a month,
    only the year.
    """

    unit: Unit
    periods: tuple[Period, ...]
    n_undated: int


def timeline(connection: Connection, where: SearchFilter | None = None) -> Timeline:
    """Return the papers that meet the filter by the shortest unit that suits them.

    Months, unless most have only a year, or they are more than 120; years, unless those are.
    """
    by_month, by_year = months(connection, where), years(connection, where)
    has_months = 2 * sum(each.count for each in by_month.periods) >= sum(
        each.count for each in by_year.periods
    )
    if by_month.periods and has_months and len(by_month.periods) <= _MAX_BARS:
        return by_month
    return by_year if len(by_year.periods) <= _MAX_BARS else _decades(by_year)


def months(connection: Connection, where: SearchFilter | None = None) -> Timeline:
    """Return the papers that meet the filter by month."""
    counts, n_undated = _counts(connection, _MONTHS_A_YEAR * _YEAR + _MONTH - 1, where)
    periods = tuple(
        Period(number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, count)
        for number, count in _without_gaps(counts)
    )
    return Timeline("month", periods, n_undated)


def years(connection: Connection, where: SearchFilter | None = None) -> Timeline:
    """Return the papers that meet the filter by year."""
    counts, n_undated = _counts(connection, _YEAR, where)
    periods = tuple(Period(year, None, count) for year, count in _without_gaps(counts))
    return Timeline("year", periods, n_undated)


def _decades(by_year: Timeline) -> Timeline:
    counts: dict[int, int] = {}
    for period in by_year.periods:
        decade = period.year // _YEARS_A_DECADE
        counts[decade] = counts.get(decade, 0) + period.count
    periods = tuple(Period(n * _YEARS_A_DECADE, None, count) for n, count in counts.items())
    return Timeline("decade", periods, by_year.n_undated)


def _counts(
    connection: Connection, number: ColumnElement[Any], where: SearchFilter | None
) -> tuple[dict[int, int], int]:
    """Return how many papers have each number of a period, and how many have none."""
    grouped = select(number.label("number"), func.count()).group_by("number")
    rows = connection.execute(grouped.where(condition_of(where or SearchFilter())))
    counts: dict[int | None, int] = dict(rows.all())
    n_undated = counts.pop(None, 0)
    return {n: count for n, count in counts.items() if n is not None}, n_undated


def _without_gaps(counts: dict[int, int]) -> list[tuple[int, int]]:
    if not counts:
        return []
    return [(number, counts.get(number, 0)) for number in range(min(counts), max(counts) + 1)]
