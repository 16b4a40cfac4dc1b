"""RIS in its flavours, and the tagged text of Web of Science."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rejects_of, rows_of
from vectorstore.paper import Paper
from vectorstore.readers import ris, web_of_science

RIS = (SAMPLES / "ris.ris").read_bytes()
WOS = (SAMPLES / "web_of_science.txt").read_bytes()


def record(*lines: str) -> str:
    return "\n".join(("TY  - JOUR", "TI  - Owls", "AB  - They fly.", *lines, "ER  - ", ""))


def paper_with(*lines: str) -> Paper:
    [paper] = papers_of(ris.READER, record(*lines))
    return paper


def test_the_sample_is_recognised_and_each_record_is_accounted_for() -> None:
    assert ris.READER.recognises(opened(RIS))
    rows = rows_of(ris.READER, RIS)
    assert [
        row.title if isinstance(row, Paper) else f"{row.line} {row.reason}" for row in rows
    ] == [
        "Quiet Flight of Barn Owls",
        "Counting Owls in English Barns",
        "25 no abstract",
        "Feathers and Their Edges",  # a record without its end
        "Owls by Night",
    ]


def test_a_record_of_zotero_gives_all_its_fields() -> None:
    assert rows_of(ris.READER, RIS)[0] == Paper(
        paper_id="2409.00001",
        title="Quiet Flight of Barn Owls",
        abstract="We measure the flight of 12 owls. It is quiet at 5 kHz and above.",
        authors=("Ada Marsh", "Juan de la Cruz", "Owl Society"),
        n_authors=3,
        published=date(2024, 9, 3),
        year=2024,
        arxiv_id="2409.00001",
        doi="10.1000/owl.1",
        url="https://example.org/owls",
        source="ris",
    )


def test_older_tags_are_understood_and_a_file_is_no_address() -> None:
    paper = rows_of(ris.READER, RIS)[1]
    assert isinstance(paper, Paper)
    assert paper.authors == ("Rose Heath", "Martin King Jr.")
    assert (paper.year, paper.published) == (2020, None)
    assert (paper.doi, paper.url) == ("10.1000/owl.2", "https://example.org/barns")


@pytest.mark.parametrize(
    ("lines", "published", "year"),
    [
        (("DA  - 2024/05/22/",), date(2024, 5, 22), 2024),
        (("PY  - 2024", "DA  - May 22"), date(2024, 5, 22), 2024),  # EndNote
        (("PY  - 2024/05/22/epub",), date(2024, 5, 22), 2024),
        (("Y1  - 2024/05//",), None, 2024),
        (("PY  - 2024", "DA  - 2024///"), None, 2024),
        (("PY  - 2024", "DA  - MAY-JUN"), None, 2024),
        (("PY  - soon",), None, None),
    ],
)
def test_a_day_is_taken_only_where_it_is_told(
    lines: tuple[str, ...], published: date | None, year: int | None
) -> None:
    paper = paper_with(*lines)
    assert (paper.published, paper.year) == (published, year)


def test_lines_without_a_tag_go_on_with_the_field_before() -> None:
    paper = paper_with("N1  - x", "AI - based owls", "", "and more")
    assert (paper.title, paper.abstract) == ("Owls", "They fly.")
    text = record().replace("They fly.", "They\nAI - fly\n\n quietly.")
    assert papers_of(ris.READER, text)[0].abstract == "They AI - fly quietly."


def test_one_blank_before_the_dash_is_understood_where_the_file_has_that() -> None:
    assert papers_of(ris.READER, record("PY  - 2024").replace("  - ", " - "))[0].year == 2024


def test_records_without_end_or_beginning_are_told_apart() -> None:
    assert len(papers_of(ris.READER, record().replace("ER  - ", "") + record())) == 2
    assert len(papers_of(ris.READER, record() + record().replace("TY  - JOUR\n", ""))) == 2


def test_bytes_that_are_no_text_cost_only_their_record() -> None:
    good = record("AU  - Müller, Jörg").encode()
    rows = rows_of(ris.READER, good + good.replace("ö".encode(), b"\xff") + good)
    assert [isinstance(row, Paper) for row in rows] == [True, False, True]


@pytest.mark.parametrize(
    ("line", "n_lines", "reason"),
    [
        ("KW  - " + "x" * 1000, 9_000, "a record longer than 8 MiB"),
        ("KW  - x", 100_001, "a record of more than 100,000 lines"),
        ("x", 100_001, "a record of more than 100,000 lines"),
    ],
)
def test_a_record_without_end_is_rejected_with_its_reason(
    line: str, n_lines: int, reason: str
) -> None:
    [reject] = rejects_of(ris.READER, record(*[line] * n_lines))
    assert (reject.line, reject.reason) == (1, reason)


def test_web_of_science_gives_full_names_and_joined_lines() -> None:
    assert web_of_science.READER.recognises(opened(WOS))
    paper, other, reject = rows_of(web_of_science.READER, WOS)
    assert paper == Paper(
        paper_id="10.1000/owl.1",
        title="Quiet Flight of Barn Owls",
        abstract="We measure the flight of 12 owls. It is quiet at 5 kHz and above.",
        authors=("Ada Marsh", "Juan de la Cruz"),
        n_authors=2,
        published=date(2024, 9, 3),
        year=2024,
        doi="10.1000/owl.1",
        source="web-of-science",
    )
    assert isinstance(other, Paper)
    assert other.paper_id == "WOS:000000000000002"
    assert (other.published, other.year) == (None, 2020)  # "JUL-AUG" is no day
    assert str(reject) == "line 28: no abstract: 'A Paper Without Abstract'"


@pytest.mark.parametrize("source", ["PT Cruiser\n", "FN x\n", "TY", "PMID- 1\n", "", "{}"])
def test_other_sources_are_not_taken_for_either(source: str) -> None:
    assert not ris.READER.recognises(opened(source))
    assert not web_of_science.READER.recognises(opened(source))


def test_neither_takes_the_other() -> None:
    assert not ris.READER.recognises(opened(WOS))
    assert not web_of_science.READER.recognises(opened(RIS))


@pytest.mark.parametrize(
    ("reader", "sample"), [(ris.READER, RIS), (web_of_science.READER, WOS)], ids=["ris", "wos"]
)
def test_damage_ends_in_papers_and_rejects(reader: ris.Reader, sample: bytes) -> None:
    check_survives(reader, sample)
