"""BibTeX: every flavour's fields, and entries of which a broken one costs only itself."""

from datetime import date

import pytest

from tests.mutations import (
    SAMPLES,
    check_survives,
    opened,
    papers_of,
    rejects_of,
    rows_of,
)
from vectorstore.paper import Paper
from vectorstore.readers.bibtex import READER
from vectorstore.readers.bibtex_text import escape, unescape

SAMPLE = (SAMPLES / "bibtex.bib").read_bytes()


def entry(fields: str, opening: str = "@misc{key,") -> str:
    return f"{opening} title = {{Owls}}, abstract = {{They fly.}}, {fields}}}"


def paper_with(fields: str) -> Paper:
    [paper] = papers_of(READER, entry(fields))
    return paper


def test_the_sample_is_recognised_and_each_entry_is_accounted_for() -> None:
    assert READER.recognises(opened(SAMPLE))
    rows = rows_of(READER, SAMPLE)
    assert [
        row.title if isinstance(row, Paper) else f"{row.line} {row.reason}" for row in rows
    ] == [
        "Quiet Flight of {B}arn Owls",
        "Counting {``}Owls{''} in {E}nglish Barns",
        "28 no abstract",
        "30 broken entry: Unexpectedly reached end of file.",
        "39 no abstract",
        "Feathers and Their Edges",
    ]


def test_an_entry_of_arxiv_gives_id_names_and_address() -> None:
    paper = rows_of(READER, SAMPLE)[0]
    assert isinstance(paper, Paper)
    assert paper.paper_id == paper.arxiv_id == "2409.00001"
    assert paper.url == "https://arxiv.org/abs/2409.00001v2"
    assert paper.authors == (
        "Ada Marsh",
        "Juan de la Cruz",
        'J{\\"o}rg M{\\"u}ller',
        "{Owl Society, Inc.}",
    )
    assert paper.abstract == "We measure the flight of 12 owls. It is quiet at 5\\,kHz \\& above."
    assert (paper.n_authors, paper.year, paper.published) == (4, 2024, None)


def test_an_entry_of_the_acl_anthology_gives_its_ids_and_the_day_of_its_macro() -> None:
    paper = rows_of(READER, SAMPLE)[1]
    assert isinstance(paper, Paper)
    assert paper.paper_id == "2020.owls-main.1"  # as in the Anthology's XML
    assert paper.doi == "10.18653/v1/2020.owls-main.1"
    assert paper.authors == ("Rose Heath", "Martin King Jr.")
    assert paper.published == date(2020, 7, 22)


def test_a_chapter_takes_the_date_of_the_volume_that_it_refers_to() -> None:
    chapter = rows_of(READER, SAMPLE)[-1]
    assert isinstance(chapter, Paper)
    assert chapter.published == date(2018, 5, 3)


@pytest.mark.parametrize(
    "source", ["{title: 1}", "[1]", "<xml>@misc{a,b}</xml>", "Mail ada@owls{x", "", "TY  - JOUR"]
)
def test_other_sources_are_not_taken_for_bibtex(source: str) -> None:
    assert not READER.recognises(opened(source))


@pytest.mark.parametrize(
    "source", ["% a comment\n@misc{a, title={x}}", "\ufeff@Article(a,\n)", "@string{a = {b}}"]
)
def test_bibtex_is_recognised_by_an_entry(source: str) -> None:
    assert READER.recognises(opened(source))


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("{Owls {and {Barns}}}", "Owls {and {Barns}}"),
        ('"Owls and {"}Barns{"}"', 'Owls and {"}Barns{"}'),
        ('owl # " and " # {Barns}', "Owls of Wales and Barns"),
        ("OWL", "Owls of Wales"),
        ("unknown # { Owls}", "unknown Owls"),
        ("{Owls\n   and\tBarns}", "Owls and Barns"),
        ('{Owls "and" Barns}', 'Owls "and" Barns'),
        ("{a@b.org {x}, @misc{y}}", "a@b.org {x}, @misc{y}"),
    ],
)
def test_values_are_read_as_bibtex_reads_them(value: str, title: str) -> None:
    strings = '@string{owl = "Owls" # " of " # wales}\n'
    text = f"@string(wales = {{Wales}})\n{strings}@misc{{k, title = {value}, abstract = {{Fly.}}}}"
    assert papers_of(READER, text)[0].title == title


@pytest.mark.parametrize(
    ("fields", "published", "year"),
    [
        ("date = {2024-05-22}", date(2024, 5, 22), 2024),
        ("date = {2024-05}", None, 2024),
        ("date = {2024-05-22/2024-05-24}", None, 2024),
        ("year = 2024, month = may, day = 22", date(2024, 5, 22), 2024),
        ("year = 2024, month = {5}, day = {22}", date(2024, 5, 22), 2024),
        ('year = 2024, month = "22~" # may', date(2024, 5, 22), 2024),
        ("year = 2024, month = {22--24 May}", None, 2024),
        ("year = 2024, month = feb, day = 30", None, 2024),
        ("year = {in press}", None, None),
    ],
)
def test_a_day_is_taken_only_where_it_is_told(
    fields: str, published: date | None, year: int | None
) -> None:
    paper = paper_with(fields)
    assert (paper.published, paper.year) == (published, year)


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {2409.00001}, archiveprefix = {arXiv}",
        "eprint = {2409.00001}, eprinttype = {arxiv}, eprintclass = {cs.CL}",
        "eprint = {arXiv:2409.00001 [cs]}",
        "journal = {CoRR}, volume = {abs/2409.00001}",
        "journal = {arXiv preprint arXiv:2409.00001}",
        "number = {arXiv:2409.00001}",
        "doi = {10.48550/arXiv.2409.00001}",
        r"howpublished = {\url{https://arxiv.org/abs/2409.00001v3}}",
        "arxivid = {2409.00001}",
    ],
)
def test_arxiv_ids_are_found_where_programs_put_them(fields: str) -> None:
    assert paper_with(fields).arxiv_id == "2409.00001"


@pytest.mark.parametrize(
    "fields",
    ["eprint = {2409.00001}, archiveprefix = {HAL}", "note = {Comment on arXiv:2409.00001}"],
)
def test_a_mention_of_another_paper_is_no_arxiv_id(fields: str) -> None:
    assert paper_with(fields).arxiv_id == ""


def test_addresses_lose_the_latex_that_wraps_them() -> None:
    paper = paper_with(r"url = {https://a.org/b\_c\%20d}, doi = {https://doi.org/10.1000/A\_B}")
    assert (paper.url, paper.doi) == ("https://a.org/b_c%20d", "10.1000/a_b")
    assert paper_with("url = {javascript:alert(1)}").url == ""


def test_and_others_leaves_the_number_of_authors_open() -> None:
    paper = paper_with("author = {Marsh, Ada and others}")
    assert (paper.authors, paper.n_authors) == (("Ada Marsh",), None)


def test_a_name_that_holds_and_in_braces_is_one() -> None:
    assert paper_with("author = {{Marsh and Heath} AND Rose Heath}").n_authors == 2


@pytest.mark.parametrize(
    "broken",
    [
        "@misc{b, title = {Owls, abstract = {They fly.}}",
        '@misc{b, title = "Owls, abstract = {They fly.}}',
        "@misc{b, title = {Owls} abstract = {They fly.}}",
        "@misc{b title = {Owls}, abstract = {They fly.}}",
        "@misc{b, title = {Owls}, abstract = {They fly.}",
        "misc{b, title = {Owls}, abstract = {They fly.}}",
        "@misc{b, = {Owls}, abstract = {They fly.}}",
    ],
)
def test_a_broken_entry_costs_only_itself(broken: str) -> None:
    text = "\n".join((entry("year = 2001"), broken, entry("year = 2002"), entry("year = 2003")))
    rows = rows_of(READER, text)
    assert [row.year for row in rows if isinstance(row, Paper)] == [2001, 2002, 2003]
    assert len(rejects_of(READER, text)) == 1


def test_bytes_that_are_no_text_cost_only_their_entry() -> None:
    good = entry("author = {Jörg Müller}")
    text = f"{good}\n{good}\n@misc{{b,\n title = {{X}},\n abstract = {{".encode() + b"\xff}}\n"
    rows = rows_of(READER, text + good.encode())
    assert [isinstance(row, Paper) for row in rows] == [True, True, False, True]


def test_entries_may_share_a_line_and_lack_a_key() -> None:
    assert len(papers_of(READER, entry("") + entry("", "@article{,") + entry("", "@x{a b,"))) == 3


def test_a_field_that_is_said_twice_counts_the_first_time() -> None:
    assert paper_with("title = {Other}").title == "Owls"


def test_two_entries_of_one_key_are_two_papers() -> None:
    other = entry("").replace("Owls", "Bats")
    assert len({paper.paper_id for paper in papers_of(READER, f"{entry('')}\n{other}")}) == 2


@pytest.mark.parametrize("piece", ["{", '"', "@misc{", "{}", "\\", "#", "=", " and "])
def test_a_long_line_of_one_sign_ends_in_rows(piece: str) -> None:
    line = piece * (200_000 // len(piece))
    rows = rows_of(READER, f"@misc{{k, title = {{{line}\n{entry('')}\n{line}")
    assert any(isinstance(row, Paper) and row.title == "Owls" for row in rows)


def test_damage_ends_in_papers_and_rejects() -> None:
    check_survives(READER, SAMPLE)


@pytest.mark.parametrize("text", ["{}\\&%$#_~^", "a {b} \\{c\\} $x_1$", "plain", "\\textbackslash"])
def test_what_is_escaped_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text
