"""Tables: CSV and its kin, Excel workbooks, Parquet; columns by name, rows into papers."""

import csv
import datetime
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Paper, ReadError
from vectorstore.readers import csv_tables, parquet, xlsx
from vectorstore.readers.cells import split_authors
from vectorstore.readers.columns import NAMES, find_columns
from vectorstore.readers.formats import find_reader
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import ReadOptions
from vectorstore.readers.report import Reject

SAMPLES = Path(__file__).parent / "data" / "readers"
ABSTRACT = "Owls hunt at night. We count 17 of them."


def opened(content: bytes | str, name: str = "table.csv") -> Opened:
    return Opened(name, io.BytesIO(content.encode() if isinstance(content, str) else content))


def rows(
    content: bytes | str, reader: Any = csv_tables, name: str = "table.csv", **columns: str
) -> list[Paper | Reject]:
    return list(reader.READER.read(opened(content, name), ReadOptions(columns=columns)))


def workbook(*table: list[Any], sheets: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    for sheet in sheets:
        book.create_sheet(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parquet_file(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), buffer, row_group_size=2)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("sample", "reader"),
    [
        ("csv.csv", "csv"),
        ("csv_scopus.tsv", "csv"),
        ("xlsx.xlsx", "xlsx"),
        ("parquet.parquet",) * 2,
    ],
)
def test_a_sample_is_told_by_its_content_and_gives_its_papers_and_a_reject(sample, reader):
    content = (SAMPLES / sample).read_bytes()
    found = find_reader(opened(content, "renamed"))
    assert found.name == reader.removesuffix(".parquet")
    read = list(found.read(opened(content), ReadOptions()))
    assert read[0].title == "Counting Owls at Night"
    assert read[0].authors == ("Ada Strix", "Bo Uhu")
    [reject] = [row for row in read if isinstance(row, Reject)]
    assert reject.reason.startswith("no abstract")


# Columns


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        # Zotero, Scopus, Web of Science, its tags, IEEE Xplore, PubMed, Dimensions
        ("Key,Author,Title,Publication Title,DOI,Url,Abstract Note,Date", 6),
        ("Authors,Author full names,Title,Year,Source title,DOI,Link,Abstract,EID", 7),
        ("Authors,Author Full Names,Article Title,Source Title,Publication Year,DOI,Abstract", 5),
        ("PT,AU,AF,TI,SO,AB,PY,DI,UT", 6),
        ("Document Title,Authors,Publication Year,Abstract,DOI,PDF Link", 6),
        ("PMID,Title,Authors,Publication Year,DOI,Abstract", 6),
        ("Publication ID,DOI,Title,Abstract,Authors,PubYear", 6),
    ],
)
def test_the_columns_of_well_known_programs_are_found(header, fields):
    names = header.split(",")
    columns = find_columns(names, names)
    assert columns.has_title
    assert len(columns) == fields
    found = dict(columns.pairs)
    assert "Source" not in found["title"]
    assert found.get("authors", "").casefold() not in ("author(s) id", "authors with affiliations")


def test_full_names_are_better_than_initials():
    columns = dict(find_columns(*[["Title", "Authors", "Author full names"]] * 2).pairs)
    assert columns["authors"] == "Author full names"


def test_a_column_that_is_given_goes_before_what_is_found_and_an_empty_one_is_none():
    table = f"id,Title,Name,Abstract\n7,Wrong,Right,{ABSTRACT}\n"
    [paper] = rows(table, title="Name", id="")
    assert paper.title == "Right"
    assert paper.paper_id.startswith("right-")


def test_a_column_that_is_not_there_is_an_error_that_lists_those_that_are():
    with pytest.raises(ReadError, match=r"No column 'Nome' .*'Name', 'Text'"):
        rows("Name,Text\na,b\n", title="Nome")
    with pytest.raises(ReadError, match=r"no column for the title.*'Name', 'Text'.*--map title="):
        rows("Name,Text\na,b\n")


@pytest.mark.parametrize("field", NAMES)
def test_no_name_of_a_column_stands_for_two_fields(field):
    others = {name for other in NAMES if other != field for name in NAMES[other]}
    assert not others & set(NAMES[field])


# CSV


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separator_line_ends_and_encoding_make_no_difference(separator, newline, encoding):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=newline)
    writer.writerow(["Title", "Year", "Abstract"])
    writer.writerow(["Käuzchen, a|b; c\td", 2021, f'They said "{ABSTRACT}"\nand more'])
    content = buffer.getvalue().encode(encoding)
    assert find_reader(opened(content, "x")).name == "csv"
    [paper] = rows(content)
    assert paper.title == "Käuzchen, a|b; c d"
    assert (paper.year, paper.abstract) == (2021, f'They said "{ABSTRACT}"\nand more')


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=40
).filter(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_any_title_and_abstract_survive_a_table(cells):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["title", "abstract"], *cells])
    read = [(paper.title, paper.abstract) for paper in rows(buffer.getvalue())]
    assert read == [(" ".join(title.split()), abstract.strip()) for title, abstract in cells]


def test_a_row_that_is_no_paper_is_rejected_with_the_line_where_it_begins():
    table = (
        f'title,abstract,year\n"A\nB",{ABSTRACT},2020\n\nC,,2021\n,{ABSTRACT},2021\n'
        f"D,{ABSTRACT},2021,more\nE,{ABSTRACT},20211\nF,{ABSTRACT}\n"
    )
    read = rows(table)
    assert [row.title for row in read if isinstance(row, Paper)] == ["A B", "F"]
    assert [(row.line, row.reason) for row in read if isinstance(row, Reject)] == [
        (5, "no abstract"),
        (6, "no title"),
        (7, "4 cells where the header has 3; is a quote missing?"),
        (8, "year: '20211' is no year"),
    ]


def test_a_quote_that_does_not_end_is_a_reject_that_says_so():
    table = f'title,abstract\nA,{ABSTRACT}\n"B,{ABSTRACT}\n' + "x" * 200_000 + f"\nC,{ABSTRACT}\n"
    read = rows(table)
    assert [row.title for row in read if isinstance(row, Paper)] == ["A", "C"]
    assert [row.line for row in read if isinstance(row, Reject)] == [3]
    assert "is a quote missing?" in read[1].reason


def test_a_line_that_is_no_text_is_a_reject_and_the_others_are_read():
    table = f"title,abstract\nKäuzchen Käuzchen Käuzchen,{ABSTRACT}\n".encode()
    read = rows(table + b"\xff\xfe,no\nC," + ABSTRACT.encode())
    assert [type(row) for row in read] == [Paper, Reject, Paper]
    assert read[1].reason.startswith("not UTF-8 text")


def test_an_empty_table_is_no_table():
    with pytest.raises(ReadError):
        rows("")
    assert rows("title,abstract\n") == []


# Cells


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("Lovelace, Ada", ["Ada Lovelace"]),
        ("Lovelace, Ada, Jr", ["Ada Lovelace Jr"]),
        ("de la Cruz, Ada", ["Ada de la Cruz"]),
        ("Lovelace, Ada; Turing, Alan", ["Ada Lovelace", "Alan Turing"]),
        ("Lovelace, Ada (57190); Turing, Alan (12)", ["Ada Lovelace", "Alan Turing"]),
        ("Ada Lovelace | Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Ada Lovelace, Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Lovelace, Ada and Turing, Alan", ["Ada Lovelace", "Alan Turing"]),
        ("A Lovelace, A Turing, and B Babbage", ["A Lovelace", "A Turing", "B Babbage"]),
        ("Smith J., Doe A.", ["Smith J.", "Doe A."]),
        ("Plato", ["Plato"]),
        ("", []),
        (" ; ", []),
    ],
)
def test_authors_are_separated_and_turned_round(text, names):
    assert split_authors(text) == names


@pytest.mark.parametrize(
    ("cells", "published", "year"),
    [
        ({"date": "2021-03-04"}, date(2021, 3, 4), 2021),
        ({"date": "2021-03-04T12:00:00Z", "year": "1999"}, date(2021, 3, 4), 2021),
        ({"date": "March 2021"}, None, 2021),
        ({"date": "2021-03"}, None, 2021),
        ({"date": "2021-13-77", "year": "2020"}, None, 2020),
        ({"year": "2021.0"}, None, 2021),
        ({"year": "in press"}, None, None),
        ({"year": "c. 2021"}, None, 2021),
    ],
)
def test_a_date_is_a_day_only_where_it_is_given_to_the_day(cells, published, year):
    header, row = ",".join(cells), ",".join(f'"{cell}"' for cell in cells.values())
    [paper] = rows(f"title,abstract,{header}\nT,{ABSTRACT},{row}\n")
    assert (paper.published, paper.year) == (published, year)


def test_identifiers_are_bare_and_an_address_of_another_scheme_is_left_out():
    [paper] = rows(
        "title,abstract,doi,arxiv,url\n"
        f"T,{ABSTRACT},https://doi.org/10.5555/ABC,arXiv:2409.13740v3,javascript:alert(1)\n"
    )
    assert (paper.doi, paper.arxiv_id, paper.url) == ("10.5555/abc", "2409.13740", "")
    assert paper.paper_id == "2409.13740"


# Excel workbooks


def test_cells_of_a_workbook_are_read_whatever_their_type():
    table = [
        ["Title", "Abstract", "Year", "Date", "ID", "Authors"],
        [1984, ABSTRACT, 2021.0, datetime.datetime(2021, 3, 4), 17, "Strix, Ada"],  # noqa: DTZ001
        [None, None, None],
        ["T", ABSTRACT, "2020", "soon", None, None],
        ["T", ABSTRACT, True, None, None, None],
    ]
    first, second, third = rows(workbook(*table), xlsx)
    assert (first.title, first.paper_id, first.authors) == ("1984", "17", ("Ada Strix",))
    assert (first.published, first.year) == (date(2021, 3, 4), 2021)
    assert (second.published, second.year) == (None, 2020)
    assert (third.line, third.reason) == (5, "year: True is no year (sheet 'Sheet')")


def test_the_header_may_stand_below_other_rows_and_other_sheets_are_left_out():
    table = [["Export of 2024"], [], ["Title", "Abstract"], ["T", ABSTRACT]]
    [paper] = rows(workbook(*table, sheets=("Notes",)), xlsx)
    assert paper.title == "T"


def test_a_workbook_without_a_title_is_an_error_that_lists_its_columns():
    with pytest.raises(
        ReadError, match=r"no column for the title\. Its columns are 'Name', 'Text'"
    ):
        rows(workbook(["Name", "Text"], ["a", "b"]), xlsx)
    [paper] = rows(workbook(["Name", "Abstract"], ["a", "b"]), xlsx, title="Name")
    assert paper.title == "a"


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read():
    buffer = io.BytesIO(workbook(["Title", "Abstract"], ["T", ABSTRACT]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * 60_000_000)
    with pytest.raises(ReadError, match="unpacks to 57 MiB, over 100 times its size"):
        rows(buffer.getvalue(), xlsx)


@pytest.mark.parametrize("entity", ["g", "file"])
def test_entities_in_a_workbook_are_not_expanded(entity):
    entities = "".join(
        f'<!ENTITY {b} "{f"&{a};" * 100}">' for a, b in zip("abcdef", "bcdefg", strict=True)
    )
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY file SYSTEM "/etc/passwd">{entities}]>'
    source, target = io.BytesIO(workbook(["Title", "Abstract"], ["T", ABSTRACT])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = bomb.encode() + content.replace(b">T<", f">&{entity};<".encode())
            new.writestr(name, content)
    with pytest.raises(ReadError, match="is no workbook that can be read"):
        rows(target.getvalue(), xlsx)


# Parquet


def test_row_groups_lists_and_dates_of_parquet_are_read():
    content = parquet_file(
        paper_id=["a", "b", None],
        title=["A", "B", "C"],
        abstract=[ABSTRACT, None, ABSTRACT],
        authors=[["Ada Strix", "Bo Uhu"], None, []],
        published=[date(2021, 3, 4), None, None],
        year=pyarrow.array([None, 2020.0, float("nan")], pyarrow.float64()),
        unread=[b"\xff", b"", None],
    )
    first, second, third = rows(content, parquet)
    assert (first.paper_id, first.authors) == ("a", ("Ada Strix", "Bo Uhu"))
    assert (first.published, first.year) == (date(2021, 3, 4), 2021)
    assert (second.line, second.reason) == (2, "no abstract (row 2)")
    assert (third.title, third.year) == ("C", None)


def test_columns_of_parquet_can_be_given():
    [paper] = rows(
        parquet_file(Name=["A"], Text=[ABSTRACT]), parquet, title="Name", abstract="Text"
    )
    assert (paper.title, paper.abstract) == ("A", ABSTRACT)


def test_damaged_parquet_is_an_error():
    content = parquet_file(title=["A"], abstract=[ABSTRACT])
    for damaged in (content[:-5], content[:20], b"PAR1" + b"\0" * 50 + b"PAR1"):
        with pytest.raises(ReadError, match="is no Parquet file that can be read"):
            rows(damaged, parquet)


@pytest.mark.parametrize(
    ("reader", "library", "remedy"),
    [(parquet, "pyarrow", r"pip install 'citewise\[parquet\]'"), (xlsx, "openpyxl", "pip install")],
)
def test_a_library_that_is_not_installed_is_named_with_the_command_that_installs_it(
    reader, library, remedy, monkeypatch
):
    sample = (SAMPLES / f"{reader.SOURCE}.{reader.SOURCE}").read_bytes()
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(ReadError, match=remedy):
        rows(sample, reader)
