"""The reader of JSON lines."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Paper, ReadError, paper_id_from_title, read_text

GOOD = {"id": "good", "title": "A Good One", "abstract": "It is whole."}


def read_rows(*rows: object) -> list[Paper]:
    return read_text("\n".join(map(json.dumps, rows)), "rows.jsonl").papers


def test_every_field_of_a_row_reaches_the_paper():
    [paper] = read_rows(
        {
            "id": "a1",
            "title": " Two\n words ",
            "abstract": " Text. ",
            "authors": ["Ada L.", "Bo M."],
            "date": "2024-03-09",
            "url": "https://example.org/a1",
            "doi": "10.1/x",
            "arxiv_id": "2403.00001",
            "venue": "ignored",
        }
    )
    assert paper == Paper(
        paper_id="a1",
        title="Two words",
        abstract="Text.",
        authors=("Ada L.", "Bo M."),
        n_authors=2,
        published=date(2024, 3, 9),
        year=2024,
        arxiv_id="2403.00001",
        doi="10.1/x",
        url="https://example.org/a1",
        source="jsonl",
    )


def test_a_title_is_enough_and_gives_the_id():
    [paper] = read_rows({"title": "Only a Title"})
    assert paper.paper_id == paper_id_from_title("Only a Title")
    assert (paper.abstract, paper.authors, paper.n_authors, paper.year) == ("", (), None, None)


def test_fields_that_are_null_count_as_absent():
    empty = dict.fromkeys(["id", "abstract", "authors", "n_authors", "date", "year", "url", "doi"])
    assert read_rows({"title": "T", **empty}) == read_rows({"title": "T"})


def test_a_date_that_is_not_a_day_leaves_the_year_alone():
    [paper] = read_rows({**GOOD, "date": "2023-13-77", "year": 2021})
    assert (paper.published, paper.year) == (None, 2021)


def test_a_url_of_another_scheme_is_left_out():
    [paper] = read_rows({**GOOD, "url": "javascript:alert(1)"})
    assert paper.url == ""


def test_numbers_for_ids_are_read_as_text():
    assert read_rows({**GOOD, "id": 17})[0].paper_id == "17"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json}", "not JSON"),
        ('{"title": "cut', "not JSON"),
        ('{"abstract": "of nothing"}', "title: Field required"),
        ('{"title": "   "}', "title: String should have at least 1 character"),
        ('{"title": ["a", "b"]}', "title: Input should be a valid string"),
        ('{"title": "T", "authors": "Ada"}', "authors: Input should be a valid list"),
        ('{"title": "T", "year": 20244}', "year: Input should be less than or equal to 9999"),
        ('{"title": "T", "n_authors": 1e30}', "n_authors: "),
        ('{"title": "T", "n_authors": 1000000000000000000000}', "n_authors: "),
        ('{"title": "T", "abstract": "\\ud800"}', "abstract: "),
        ("[1, 2]", "row: Input should be a valid dictionary"),
        ("{" + '"a":[' * 100_000, "not JSON"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason_and_the_others_are_read(line, reason):
    report = read_text("\n".join([json.dumps(GOOD), "", line, json.dumps(GOOD)]), "rows")
    assert len(report.papers) == 2
    [reject] = report.rejects
    assert reject.line == 3
    assert reject.reason.startswith(reason)


def test_a_file_without_a_good_row_is_an_error_that_shows_the_first_bad_one():
    with pytest.raises(ReadError, match="line 1: title: Field required"):
        read_text('{"name": "x"}\n{"name": "y"}', "rows")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(TEXT, max_size=5))
def test_any_text_in_an_abstract_survives_raw_unicode_and_odd_line_ends_included(abstracts):
    rows = [{"id": str(n), "title": "T", "abstract": text} for n, text in enumerate(abstracts)]
    lines = [json.dumps(row, ensure_ascii=False) for row in [GOOD, *rows]]
    report = read_text("\r\n".join(lines), "rows")
    assert report.rejects == []
    read = [paper.abstract.strip() for paper in report.papers[1:]]
    assert read == [text.strip() for text in abstracts]
