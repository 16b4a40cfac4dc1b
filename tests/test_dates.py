"""Dates as people and programs write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.readers.dates import dated, day_or_none, month_number

DAY = (date(2024, 5, 22), 2024)


@pytest.mark.parametrize(
    "text",
    [
        *("2024-05-22", "2024/5/22", "2024/05/22/epub", "20240522", "2024-05-22T10:00:00Z"),
        *("2024 May 22", "22nd May 2024", "May 22, 2024", "MAY 22 2024"),
    ],
)
def test_a_day_is_found_however_it_is_written(text: str) -> None:
    assert dated(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *("2024", "May 2024", "2024-05", "2024///", "c2024", "Spring 2024", "2024-02-30"),
        *("2024-05-22/2024-05-25", "22-25 May 2024", "2024 May-Jun 3"),
    ],
)
def test_less_than_a_day_is_a_year(text: str) -> None:
    assert dated(text) == (None, 2024)


@pytest.mark.parametrize("text", ["", "in press", "12345", "0999", "9999", "1/2/3"])
def test_no_year_is_none(text: str) -> None:
    assert dated(text) == (None, None)


def test_the_first_day_goes_before_the_first_year() -> None:
    assert dated("2023", "2024-05-22") == DAY
    assert dated("soon", "2023", "2022") == (None, 2023)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    day, year = dated(text)
    assert day is None or day.year == year


def test_months_are_known_by_name_and_number() -> None:
    assert [month_number(text) for text in ("jul", "July", "7", "07", "13", "")] == [7] * 4 + [
        None
    ] * 2
    assert day_or_none(2024, 2, 30) is None
