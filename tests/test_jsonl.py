"""The reader of JSON lines and JSON arrays."""

import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Paper, ReadError, paper_id_from_title, read_text
from vectorstore.readers.formats import read
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import ReadOptions

TITLED = {"title": "T", "abstract": "Text."}
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


def test_title_and_abstract_are_enough_and_the_title_gives_the_id():
    [paper] = read_rows({"title": "Only a Title", "abstract": "Text."})
    assert paper.paper_id == paper_id_from_title("Only a Title")
    assert (paper.authors, paper.n_authors, paper.year) == ((), None, None)


def test_a_row_without_id_goes_by_its_arxiv_id_or_its_doi():
    [first, second] = read_rows(
        {**TITLED, "arxiv_id": "arXiv:2409.13740v2", "doi": "10.1000/X"},
        {**TITLED, "doi": "https://doi.org/10.1000/X"},
    )
    assert (first.paper_id, first.arxiv_id, first.doi) == ("2409.13740", "2409.13740", "10.1000/x")
    assert (second.paper_id, second.doi) == ("10.1000/x", "10.1000/x")


def test_fields_that_are_null_count_as_absent():
    empty = dict.fromkeys(["id", "authors", "n_authors", "date", "year", "url", "doi"])
    assert read_rows({**TITLED, **empty}) == read_rows(TITLED)


def test_a_date_that_is_not_a_day_leaves_the_year_alone():
    [paper] = read_rows({**GOOD, "date": "2023-13-77", "year": 2021})
    assert (paper.published, paper.year) == (None, 2021)


def test_a_url_of_another_scheme_is_left_out():
    [paper] = read_rows({**GOOD, "url": "javascript:alert(1)"})
    assert paper.url == ""


def test_numbers_for_ids_are_read_as_text():
    assert read_rows({**GOOD, "id": 17})[0].paper_id == "17"


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Ada", ("Ada",)),
        ("Strix, Ada; Uhu, Bo", ("Ada Strix", "Bo Uhu")),
        (["Ada  Strix", " ", "Bo Uhu"], ("Ada Strix", "Bo Uhu")),
        ([{"name": "Ada Strix"}, {"given": "Bo", "family": "Uhu"}], ("Ada Strix", "Bo Uhu")),
    ],
)
def test_authors_are_a_list_or_a_text(authors, names):
    assert read_rows({**GOOD, "authors": authors})[0].authors == names


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json}", "not JSON"),
        ('{"title": "cut', "not JSON"),
        ('{"abstract": "of nothing"}', "no title"),
        ('{"title": "   "}', "no title"),
        ('{"title": "T", "abstract": " "}', "no abstract"),
        ('{"title": "T"}', "no abstract"),
        ('{"title": ["a", "b"]}', "title: a list instead of a text"),
        ('{"title": "T", "abstract": {"a": 1}}', "abstract: an object instead of a text"),
        ('{"title": "T", "abstract": "A", "authors": 7}', "authors: int instead of names"),
        ('{"title": "T", "abstract": "A", "authors": [true]}', "authors: a truth value instead"),
        ('{"title": "T", "abstract": "A", "year": 20244}', "year: 20244 is no year"),
        ('{"title": "T", "abstract": "A", "n_authors": 1e30}', "n_authors: "),
        ('{"title": "T", "abstract": "A", "n_authors": 1000000000000000000000}', "n_authors: "),
        ('{"title": "T", "abstract": "\\ud800"}', "abstract: half a character (U+D800)"),
        ('{"title": "T", "abstract": "A", "authors": ["\\ud800"]}', "authors: half a character"),
        ("[1, 2]", "not a JSON object"),
        ("{" + '"a":[' * 100_000, "not JSON"),
        ("7" * 5_000, "not JSON"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_reason_and_the_others_are_read(line, reason):
    report = read_text("\n".join([json.dumps(GOOD), "", line, json.dumps(GOOD)]), "rows")
    assert len(report.papers) == 2
    [reject] = report.rejects
    assert reject.reason.startswith(reason)
    assert reject.line == 3 or "record 2" in reject.reason


def test_a_file_without_a_good_row_is_an_error_that_shows_the_first_bad_one():
    with pytest.raises(ReadError, match="line 1: no title"):
        read_text('{"name": "x"}\n{"name": "y"}', "rows")


# --- arrays


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("key", ["", "papers", "results"])
def test_an_array_of_papers_reads_like_their_lines(key, indent):
    rows = [GOOD, {**GOOD, "id": "other", "authors": ["Ada L."]}]
    document = {"count": 2, key: rows} if key else rows
    assert read_text(json.dumps(document, indent=indent), "rows.json").papers == read_rows(*rows)


def test_a_row_of_an_array_that_is_no_paper_is_rejected_with_its_line():
    report = read_text(json.dumps([GOOD, {"title": "T"}, 5, GOOD], indent=1), "rows.json")
    assert len(report.papers) == 2
    first, second = report.rejects
    assert (first.line, first.reason) == (7, "no abstract")
    assert second.reason == "not a JSON object"


# --- columns of other names


def test_columns_of_other_names_are_found_or_given():
    row = {"Name": "T", "Summary": "Text.", "publicationYear": "2021", "Venue": "J. Owls"}
    text = json.dumps(row)
    [paper] = read(
        Opened("rows", io.BytesIO(text.encode())), ReadOptions(columns={"title": "Name"})
    )
    assert (paper.title, paper.abstract, paper.year) == ("T", "Text.", 2021)
    with pytest.raises(ReadError, match="no title"):
        read_text(text, "rows")


def test_what_citewise_prints_of_papers_is_read_again():
    printed = {"paper_id": "p1", "published": "2024-05-06", "n_authors": 3, "n_comments": 2}
    [paper] = read_rows({**TITLED, **printed})
    assert (paper.paper_id, paper.n_authors, paper.n_comments) == ("p1", 3, 2)
    assert paper.published == date(2024, 5, 6)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(st.lists(TEXT.filter(str.strip), max_size=5))
def test_any_text_in_an_abstract_survives_raw_unicode_and_odd_line_ends_included(abstracts):
    rows = [{"id": str(n), "title": "T", "abstract": text} for n, text in enumerate(abstracts)]
    lines = [json.dumps(row, ensure_ascii=False) for row in [GOOD, *rows]]
    report = read_text("\r\n".join(lines), "rows")
    assert report.rejects == []
    read = [paper.abstract.strip() for paper in report.papers[1:]]
    assert read == [text.strip() for text in abstracts]
