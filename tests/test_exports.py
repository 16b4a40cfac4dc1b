"""Exports: what was written imports again to the same papers, and other programs read it."""

import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from ui.exports import EXPORTERS, citation_keys, to_bibtex, to_csl_json, to_ris
from vectorstore import Paper
from vectorstore.readers import bibtex, csl_json, jsonl, ris
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions

READERS: Mapping[str, Reader] = {
    "bibtex": bibtex.READER,
    "ris": ris.READER,
    "csl-json": csl_json.READER,
    "jsonl": jsonl.READER,
}
HOSTILE = "{}\\&%$#_~^\"'@,=<>-"

# What a clean text can hold: no controls, and single blanks between its words.
signs = st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(HOSTILE)
words = st.text(signs, min_size=1, max_size=12)
texts = st.lists(words, min_size=1, max_size=8).map(" ".join)
people = st.sampled_from(
    (
        *("Ada Marsh", "Jan van der Berg", "Martin King Jr.", "Owl Society, Inc.", "K. L."),
        *("others", "Marsh and Heath", "ENIGMA Consortium", "李雷", "J{\\'o}n", "and", "a\\"),
    )
)
days = st.dates(date(1500, 1, 1), date(2199, 12, 31))
addresses = st.text(st.sampled_from("abz019-._~:/?#&%=+"), max_size=12)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    day = draw(st.none() | days)
    authors = draw(st.lists(people | texts, max_size=4))
    n_authors = draw(st.none() | st.integers(0, 5000)) if not authors else len(authors)
    return Paper(
        paper_id=draw(texts),
        title=draw(texts),
        abstract=draw(texts),
        authors=tuple(authors),
        n_authors=n_authors or None,
        published=day,
        year=day.year if day else draw(st.none() | st.integers(1400, 2199)),
        arxiv_id=draw(st.sampled_from(["", "2409.00001", "hep-th/9901001"])),
        doi=draw(st.sampled_from(["", "10.1000/owl.1", "10.1002/(sici)1<1::aid-x>3.0.co;2-#_%"])),
        url=draw(addresses.map("https://example.org/{}".format) | st.just("")),
        n_comments=draw(st.none() | st.integers(0, 5000)),
    )


# Of a list of names that the source cut off, JSON lines keep no word.
cut_papers = st.builds(
    lambda paper, n_more: replace(
        paper, n_authors=None if n_more is None else len(paper.authors) + n_more
    ),
    papers().filter(lambda paper: bool(paper.authors)),
    st.none() | st.integers(1, 99),
)


def unique(found: Iterable[Paper]) -> list[Paper]:
    return list({paper.paper_id: paper for paper in found}.values())


def exported(name: str, found: Iterable[Paper]) -> str:
    return "".join(EXPORTERS[name](found))


def imported(name: str, text: str) -> list[object]:
    """What the reader makes of a text, the name of the reader taken off."""
    opened = Opened("export", io.BytesIO(text.encode()))
    assert READERS[name].recognises(opened)
    rows = READERS[name].read(opened, ReadOptions())
    return [replace(row, source="") if isinstance(row, Paper) else row for row in rows]


@pytest.mark.parametrize("name", EXPORTERS)
@given(st.lists(papers(), min_size=1, max_size=4).map(unique))
def test_what_was_exported_imports_to_the_same_papers(name: str, found: list[Paper]) -> None:
    assert imported(name, exported(name, found)) == found


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl-json"])
@settings(max_examples=40)
@given(st.lists(cut_papers, min_size=1, max_size=3).map(unique))
def test_a_list_of_authors_that_was_cut_off_stays_one(name: str, found: list[Paper]) -> None:
    assert imported(name, exported(name, found)) == found


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_bundled_papers_survive_each_format(
    name: str, bundled_papers: tuple[Paper, ...]
) -> None:
    expected = [replace(paper, source="") for paper in bundled_papers]
    assert imported(name, exported(name, bundled_papers)) == expected


@pytest.mark.parametrize("name", EXPORTERS)
def test_text_of_several_lines_stays_in_its_record(
    name: str, make_paper: Callable[..., Paper]
) -> None:
    paper = make_paper(title="Owls\nTY  - JOUR", abstract="One.\r\n@misc{x,\nER  - \n\ttwo.")
    [back] = imported(name, exported(name, [paper, paper][:1]))
    assert isinstance(back, Paper)
    assert back.title == "Owls TY - JOUR"
    assert " ".join(back.abstract.split()) == "One. @misc{x, ER - two."


def test_no_papers_make_an_empty_export_of_each_format() -> None:
    assert {name: exported(name, []) for name in EXPORTERS} == {
        "bibtex": "",
        "ris": "",
        "csl-json": "[]\n",
        "jsonl": "",
    }


# BibTeX


@settings(max_examples=40)
@given(st.lists(papers(), min_size=1, max_size=4).map(unique))
def test_pybtex_reads_our_bibtex_and_finds_each_field(found: list[Paper]) -> None:
    entries = parse_string("".join(to_bibtex(found)), "bibtex").entries
    assert list(entries) == list(citation_keys(found).values())
    for entry, paper in zip(entries.values(), found, strict=True):
        assert entry.type == "misc"
        assert len(entry.persons.get("author", ())) == len(paper.authors)
        assert entry.fields.get("year", "") == str(paper.year or "")
        assert bibtex.unescape(entry.fields["abstract"]) == paper.abstract
        assert bibtex.unescape(entry.fields["title"]) == paper.title


def test_an_entry_looks_as_a_person_would_write_it(make_paper: Callable[..., Paper]) -> None:
    paper = make_paper(
        "BERT & C++: Quiet Flight",
        "It saves 5%.",
        paper_id="2409.00001",
        authors=("Ada Marsh", "Jan van der Berg", "Martin King Jr.", "Owl Society"),
        n_authors=4,
        published=date(2024, 9, 3),
        year=2024,
        arxiv_id="2409.00001",
        url="https://arxiv.org/abs/2409.00001",
        n_comments=3,
    )
    assert "".join(to_bibtex([paper])) == (
        "@misc{marsh2024bert,\n"
        "  title         = {{BERT} \\& {C}++: Quiet Flight},\n"
        "  author        = {Ada Marsh and Jan van der Berg and King, Jr., Martin and"
        " {Owl Society}},\n"
        "  year          = {2024},\n"
        "  month         = sep,\n"
        "  day           = {3},\n"
        "  eprint        = {2409.00001},\n"
        "  archiveprefix = {arXiv},\n"
        "  url           = {https://arxiv.org/abs/2409.00001},\n"
        "  abstract      = {It saves 5\\%.},\n"
        "  citewiseid    = {2409.00001},\n"
        "  citewisecomments = {3},\n"
        "}\n\n"
    )


def test_authors_who_were_only_counted_are_noted_and_not_invented(
    make_paper: Callable[..., Paper],
) -> None:
    found = [make_paper("Owls", n_authors=5)]
    entry = "".join(to_bibtex(found))
    assert " author " not in entry
    assert "note          = {5 authors, whom the source does not name}" in entry
    assert "AU  - " not in "".join(to_ris(found))
    assert "author" not in json.loads("".join(to_csl_json(found)))[0]


@pytest.mark.parametrize(
    ("title", "protected"),
    [
        ("Deep Learning for Owls", []),
        ("A mRNA Vaccine", ["mRNA"]),
        ("Vitamin C and X-ray Vision", ["C", "X-ray"]),
        ("How owls of Wales learned to fly in English barns", ["Wales", "English"]),
        ("GPT-4: A Report", ["GPT-4"]),
    ],
)
def test_capitals_that_mean_something_are_protected(
    title: str, protected: list[str], make_paper: Callable[..., Paper]
) -> None:
    [line] = re.findall(r"title +=(.*)", "".join(to_bibtex([make_paper(title)])))
    assert re.findall(r"{([^{}]*)}", line.strip(" ,")[1:-1]) == protected


# Keys


@settings(max_examples=40)
@given(st.lists(papers(), max_size=6).map(unique))
def test_keys_are_unique_and_plain(found: list[Paper]) -> None:
    keys = list(citation_keys(found).values())
    assert len(set(keys)) == len(found)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*", key) for key in keys)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"authors": ("Jörg Müller",), "year": 2020}, "muller2020owls"),
        ({"authors": ("Jan van der Berg",)}, "bergowls"),
        ({"year": 2020}, "owls2020"),
        ({"title": "解", "year": 2020}, "paper2020"),
        ({"title": "解"}, "paper"),
        ({"authors": ("李雷",), "year": 2020}, "owls2020"),
        ({"title": "3D Owls"}, "paper3d"),
    ],
)
def test_a_key_is_surname_year_and_first_word(
    fields: dict[str, object], key: str, make_paper: Callable[..., Paper]
) -> None:
    paper = make_paper(**{"title": "The Owls of the Barn", **fields})
    assert list(citation_keys([paper]).values()) == [key]


def test_keys_that_would_be_the_same_get_letters(make_paper: Callable[..., Paper]) -> None:
    found = [make_paper("Owls", paper_id=str(n), authors=("A B",), year=2020) for n in range(30)]
    keys = list(citation_keys(found).values())
    assert keys[:3] == ["b2020owls", "b2020owlsa", "b2020owlsb"]
    assert keys[26:29] == ["b2020owlsz", "b2020owlsaa", "b2020owlsab"]


def test_a_suffixed_key_gives_way_to_one_that_was_there(make_paper: Callable[..., Paper]) -> None:
    found = [
        make_paper(title, paper_id=str(n), authors=("A B",))
        for n, title in enumerate(("Owlsa", "Owls", "Owls"))
    ]
    assert list(citation_keys(found).values()) == ["bowlsa", "bowls", "bowlsb"]


# RIS and CSL-JSON


def test_ris_turns_names_round_and_ends_each_record(make_paper: Callable[..., Paper]) -> None:
    paper = make_paper(authors=("Jan van der Berg", "Martin King Jr.", "Owl Society"), n_authors=3)
    lines = "".join(to_ris([paper])).splitlines()
    assert lines[0] == "TY  - GEN"
    assert [line[6:] for line in lines if line.startswith("AU")] == [
        "van der Berg, Jan",
        "King, Martin, Jr.",
        "Owl Society",
    ]
    assert lines[-2:] == ["ER  - ", ""]


def test_a_csl_item_is_what_pandoc_cites(make_paper: Callable[..., Paper]) -> None:
    paper = make_paper("Owls", authors=("Jan van der Berg",), n_authors=1, year=2020)
    [item] = json.loads("".join(to_csl_json([paper])))
    assert item["id"] == citation_keys([paper])[paper.paper_id] == "berg2020owls"
    assert item["author"] == [
        {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}
    ]
    assert item["issued"] == {"date-parts": [[2020]]}


def test_exporters_take_papers_one_at_a_time(make_paper: Callable[..., Paper]) -> None:
    for export in EXPORTERS.values():
        endless = (make_paper(f"Owls {n}", paper_id=str(n)) for n in itertools.count())
        assert len(list(itertools.islice(export(endless), 3))) == 3


def test_what_another_program_edits_is_what_comes_back(make_paper: Callable[..., Paper]) -> None:
    paper = make_paper("Owls", "They fly.", paper_id="owls")
    for name in ("bibtex", "ris", "csl-json"):
        [back] = imported(name, exported(name, [paper]).replace("They fly.", "They sleep."))
        assert back == replace(paper, abstract="They sleep.")
