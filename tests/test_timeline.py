"""Papers by month, year and decade."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert

from vectorstore import Library, Paper, SearchFilter
from vectorstore.catalogue.rows import row_of
from vectorstore.catalogue.tables import PAPERS
from vectorstore.catalogue.timeline import Period, Timeline, months, timeline, years


@contextmanager
def holding(papers: list[Paper]) -> Iterator[Connection]:
    """Give a catalogue's tables with these papers."""
    with create_engine("sqlite://").connect() as connection:
        PAPERS.create(connection)
        if papers:
            connection.execute(insert(PAPERS), list(map(row_of, papers)))
        yield connection


@pytest.fixture
def dated(make_paper) -> Iterator[Callable[..., Connection]]:
    """Yield a maker of a catalogue's tables with papers of these dates, years or neither."""
    with ExitStack() as opened:

        def make(*dates: date | int | None) -> Connection:
            papers = []
            for number, when in enumerate(dates):
                published = when if isinstance(when, date) else None
                year = when.year if isinstance(when, date) else when
                papers.append(make_paper(f"Paper {number}", published=published, year=year))
            return opened.enter_context(holding(papers))

        yield make


def counts(line: Timeline) -> list[tuple[int, int | None, int]]:
    return [(period.year, period.month, period.count) for period in line.periods]


def test_months_without_a_paper_are_there_too(dated):
    connection = dated(date(2023, 11, 2), date(2024, 2, 1), date(2024, 2, 29))
    assert counts(months(connection)) == [
        (2023, 11, 1),
        (2023, 12, 0),
        (2024, 1, 0),
        (2024, 2, 2),
    ]


def test_a_paper_of_which_only_the_year_is_known_is_in_no_month(dated):
    connection = dated(date(2024, 2, 1), 2024, None)
    assert months(connection).n_undated == 2
    assert counts(years(connection)) == [(2024, None, 2)]
    assert years(connection).n_undated == 1


def test_years_are_shown_where_most_papers_have_only_a_year(dated):
    assert timeline(dated(date(2024, 2, 1), 2020, 2021)).unit == "year"
    assert timeline(dated(date(2024, 2, 1), date(2024, 5, 1), 2021)).unit == "month"


def test_more_than_ten_years_of_months_are_shown_by_year_and_centuries_by_decade(dated):
    assert timeline(dated(date(2014, 1, 1), date(2023, 12, 1))).unit == "month"
    assert timeline(dated(date(2014, 1, 1), date(2024, 1, 1))).unit == "year"
    line = timeline(dated(date(1843, 1, 1), date(2024, 1, 1), 2021))
    assert line.unit == "decade"
    assert line.periods[0] == Period(1840, None, 1)
    assert line.periods[-1] == Period(2020, None, 2)


def test_no_paper_makes_an_empty_timeline(dated):
    assert timeline(dated()) == Timeline("year", (), 0)
    assert timeline(dated(None, None)) == Timeline("year", (), 2)


def test_only_papers_that_meet_the_filter_are_counted(dated):
    connection = dated(date(2022, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
    assert counts(months(connection, SearchFilter(year_from=2024))) == [(2024, 2, 1), (2024, 3, 1)]


def test_every_bundled_paper_is_counted_once(library: Library):
    with library.catalogue.connected() as connection:
        line = timeline(connection)
    assert line.unit == "month"
    assert sum(period.count for period in line.periods) + line.n_undated == 43


@settings(deadline=None)  # the first example brings the imports
@given(st.lists(st.dates(date(2019, 1, 1), date(2024, 12, 31)), min_size=1, max_size=20))
def test_months_are_those_that_counting_by_hand_gives(dates):
    papers = [
        Paper(str(n), "Owls", "Owls hunt.", published=day, year=day.year)
        for n, day in enumerate(dates)
    ]
    with holding(papers) as connection:
        found = counts(months(connection))
    by_hand = Counter((day.year, day.month) for day in dates)
    assert {(year, month): n for year, month, n in found if n} == by_hand
    numbers = [12 * year + (month or 0) for year, month, _ in found]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
