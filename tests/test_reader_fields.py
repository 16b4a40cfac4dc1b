"""Raw fields of foreign records, and the row that they make."""

from datetime import date

import pytest

from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.readers.arxiv_ids import ArxivId
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import (
    day_of,
    day_of_milliseconds,
    first_text,
    mail_day_of,
    text_of,
    year_of,
)
from vectorstore.readers.report import Reject


@pytest.mark.parametrize(
    ("value", "text"),
    [(" a\n b\u00a0c ", "a b c"), (17, "17"), (None, ""), (True, ""), ([1], ""), ({}, "")],
)
def test_a_text_is_collapsed_and_anything_else_is_absent(value, text):
    assert text_of(value) == text


def test_half_a_surrogate_pair_becomes_a_replacement_character():
    assert text_of("cut \ud83e") == "cut \ufffd"


def test_the_first_field_that_holds_a_text_is_taken():
    assert first_text({"a": None, "b": "  ", "c": "x", "d": "y"}, "a", "b", "c", "d") == "x"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-22", date(2024, 5, 22)),
        ("2024-05-22T23:59:59.000Z", date(2024, 5, 22)),
        ("2024-05", None),
        ("2024-13-01", None),
        (20240522, None),
        (None, None),
    ],
)
def test_a_day_is_only_what_is_told_to_the_day(value, expected):
    assert day_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 2 Apr 2007 19:18:42 GMT", date(2007, 4, 2)),
        ("Fri, 20 Sep 2024 00:00:00 -0400", date(2024, 9, 20)),
        ("20 Sep 2024", date(2024, 9, 20)),
        ("Fri, 31 Feb 2024 00:00:00 GMT", None),
        ("2 Foo 2024", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_of_mail_are_read(value, expected):
    assert mail_day_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1695900000000, date(2023, 9, 28)), (0, None), (-5, None), (1e300, None), (True, None)],
)
def test_milliseconds_are_a_day(value, expected):
    assert day_of_milliseconds(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2024, 2024), ("1998 Dec-1999 Jan", 1998), ("99", None), ("abcd", None), (20, None)],
)
def test_a_year_has_four_digits(value, expected):
    assert year_of(value) == expected


def test_the_id_is_the_arxiv_id_then_the_sources_then_the_doi_then_the_titles():
    ids = {"arxiv": ArxivId("2409.13740", 2), "own_id": "own", "doi": "10.1234/x"}
    expected = ["2409.13740", "own", "10.1234/x", paper_id_from_title("T")]
    for paper_id, left in zip(expected, [*ids, ""], strict=True):
        row = build_row(1, "s", title="T", abstract="A", **ids)
        assert isinstance(row, Paper)
        assert row.paper_id == paper_id
        ids.pop(left, None)


def test_an_arxiv_doi_is_an_arxiv_id():
    row = build_row(1, "s", title="T", abstract="A", doi="10.48550/arxiv.2409.13740")
    assert isinstance(row, Paper)
    assert (row.arxiv_id, row.year) == ("2409.13740", 2024)
    assert row.url == "https://arxiv.org/abs/2409.13740"


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("", "An abstract.", Reject(7, "no title (record 3)", "own")),
        ("A Title", "", Reject(7, "no abstract (record 3)", "A Title")),
        ("", "", Reject(7, "no title (record 3)", "own")),
    ],
)
def test_a_record_without_title_or_abstract_is_a_reject(title, abstract, expected):
    row = build_row(7, "s", title=title, abstract=abstract, own_id="own", where="record 3")
    assert row == expected
