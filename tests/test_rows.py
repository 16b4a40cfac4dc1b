"""Papers, chunks and filters as rows and conditions of the catalogue's tables."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Paper, SearchFilter
from vectorstore.catalogue.conditions import condition_of
from vectorstore.catalogue.rows import author_keys, folded_name, paper_of, row_of
from vectorstore.catalogue.tables import PAPERS


def test_a_paper_survives_its_row():
    paper = Paper(
        paper_id="owls",
        title="Owls",
        abstract="Owls hoot.",
        authors=("Ada Strix", "Bö Ühu"),
        n_authors=2,
        published=date(2024, 2, 29),
        year=2024,
        arxiv_id="2402.1",
        doi="10.1/owls",
        url="https://a.example",
        n_comments=3,
        source="jsonl",
    )
    assert all(getattr(paper, field.name) for field in fields(paper))
    assert paper_of((7, *row_of(paper).values(), "en", "[]")) == paper


def test_the_columns_of_papers_are_in_the_order_of_the_fields():
    assert PAPERS.c.keys()[1:-2] == [field.name for field in fields(Paper)]


def test_no_bound_is_a_condition_that_every_paper_meets():
    assert str(condition_of(SearchFilter())) == "true"


def test_values_never_stand_in_the_condition_itself():
    condition = condition_of(
        SearchFilter(year_from=2020, published_to=date(2024, 1, 2), min_comments=3)
    ).compile()
    assert sorted(map(str, condition.params.values())) == ["-12-31", "2020", "2024-01-02", "3"]
    assert not any(str(value) in str(condition) for value in condition.params.values())


@pytest.mark.parametrize(
    "name",
    [
        "Jörg Müller",
        "jorg muller",
        "Müller, Jörg",
        "  JÖRG   MÜLLER ",
        "Mu\u0308ller,Jo\u0308rg",
        "Müller，Jörg",
    ],
)
def test_a_name_is_one_however_it_is_written(name):
    assert folded_name(name) == "jorg muller"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Ada Strix", {"ada strix", "strix"}),
        ("Strix, Ada B.", {"ada b. strix", "b. strix", "strix"}),
        ("Aristotle", {"aristotle"}),
        (
            "Laurens van der Maaten",
            {"laurens van der maaten", "van der maaten", "der maaten", "maaten"},
        ),
        ("A B C D E F", {"a b c d e f", "c d e f", "d e f", "e f", "f"}),
        ("Jo Smith Jr.", {"jo smith jr.", "smith jr.", "jr.", "jo smith", "smith"}),
        ("李 明", {"李 明", "明"}),
        ("", set()),
        (" , ", set()),
    ],
)
def test_an_author_is_found_by_the_whole_name_and_by_whatever_may_be_the_surname(name, keys):
    assert author_keys(name) == keys


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("van der Maaten", "Laurens van der Maaten"),
        ("van der Maaten, Laurens", "Laurens van der Maaten"),
        ("Smith", "Jo Smith Jr."),
        ("Smith, Jr., Jo", "Jo Smith Jr."),
        ("Jo Smith Jr.", "Jo Smith, Jr."),
        ("Smith", "Jo Smith III"),
        ("Iv", "Oeur Iv"),
        ("Wojcik", "Łukasz Wójcik"),
        ("lukasz wojcik", "Łukasz Wójcik"),
        ("Sorensen", "Søren Sørensen"),
        ("Dordevic", "Đorđe Đorđević"),
        ("Strauss", "Ada Strauß"),
        ("Caesar", "Julius Cæsar"),
        ("Coeur", "Jean Cœur"),
        ("O'Brien", "Pat O’Brien"),
        ("O‘Brien", "Pat O'Brien"),
    ],
)
def test_an_author_is_found_as_people_write_the_name(asked, written):
    assert folded_name(asked) in author_keys(written)


def test_a_given_name_alone_finds_nobody():
    assert not {"laurens", "laurens van"} & author_keys("Laurens van der Maaten")


@given(st.text(max_size=30))
def test_a_folded_name_is_folded_already_and_finds_its_author(name):
    folded = folded_name(name)
    assert folded_name(folded) == folded
    assert not folded or folded in author_keys(name)


@given(st.text("abcdé ßØ", min_size=1, max_size=8), st.text("xyzüŁ ", min_size=1, max_size=8))
def test_given_name_and_surname_may_stand_in_either_order(given_name, surname):
    assert folded_name(f"{surname},{given_name}") == folded_name(f"{given_name} {surname}")
