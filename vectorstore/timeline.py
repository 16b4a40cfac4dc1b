"""How many papers are of each month, year or decade: exact, counted where the papers are."""

import sqlite3
from dataclasses import dataclass
from typing import Literal

from vectorstore.filters import SearchFilter
from vectorstore.rows import condition_of

Unit = Literal["month", "year", "decade"]

_MAX_BARS = 120  # more cannot be told apart: ten years of months, 120 years
_MONTHS_A_YEAR, _YEARS_A_DECADE = 12, 10
_YEAR = "coalesce(CAST(substr(published, 1, 4) AS INTEGER), year)"
_MONTH = "CAST(substr(published, 6, 2) AS INTEGER)"


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


def timeline(connection: sqlite3.Connection, where: SearchFilter | None = None) -> Timeline:
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


def months(connection: sqlite3.Connection, where: SearchFilter | None = None) -> Timeline:
    """Return the papers that meet the filter by month."""
    counts, n_undated = _counts(connection, f"12 * ({_YEAR}) + {_MONTH} - 1", where)
    periods = tuple(
        Period(number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, count)
        for number, count in _without_gaps(counts)
    )
    return Timeline("month", periods, n_undated)


def years(connection: sqlite3.Connection, where: SearchFilter | None = None) -> Timeline:
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
    connection: sqlite3.Connection, number: str, where: SearchFilter | None
) -> tuple[dict[int, int], int]:
    """Return how many papers have each number of a period, and how many have none."""
    condition, values = condition_of(where or SearchFilter())
    rows = connection.execute(
        f"SELECT {number} AS number, count(*) FROM papers WHERE {condition} GROUP BY number",  # noqa: S608
        values,
    ).fetchall()
    counts: dict[int | None, int] = {row[0]: row[1] for row in rows}
    n_undated = counts.pop(None, 0)
    return {n: count for n, count in counts.items() if n is not None}, n_undated


def _without_gaps(counts: dict[int, int]) -> list[tuple[int, int]]:
    if not counts:
        return []
    return [(number, counts.get(number, 0)) for number in range(min(counts), max(counts) + 1)]
