"""A paper, its link, its id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Paper, paper_id_from_title, read_bundled_papers


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ({"url": "https://x.org/1", "arxiv_id": "2401.1", "doi": "10.1/2"}, "https://x.org/1"),
        ({"arxiv_id": "2401.00001", "doi": "10.1/2"}, "https://arxiv.org/abs/2401.00001"),
        ({"doi": "10.1/2"}, "https://doi.org/10.1/2"),
        ({}, "https://arxiv.org/search/?searchtype=title&query=Why%3F+A+%26+B"),
    ],
)
def test_the_link_is_the_surest_there_is_and_else_a_search_for_the_title(fields, link):
    assert Paper("p", "Why? A & B", "", **fields).link == link


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Pando: Do Methods Work?", "Pando"),
        ("Hyperdimensional Probe: Decoding", "Hyperdimensional Probe"),
        ("Trust but Verify: Introducing", "Trust but Verify: Introducing"),
        ("No colon at all", "No colon at all"),
        ("Ends with: ", "Ends with: "),
    ],
)
def test_the_short_title_is_the_name_before_the_colon(title, short):
    assert Paper("p", title, "").short_title == short


def test_an_id_is_readable_and_does_not_change_from_run_to_run():
    title = "Pando: Do Interpretability Methods Work When Models Won't Explain Themselves?"
    assert paper_id_from_title(title) == "pando-do-interpretability-methods-work-when-b10f2885"


def test_case_spaces_and_punctuation_do_not_change_the_id():
    assert paper_id_from_title("A  Title: of WORDS") == paper_id_from_title("a title, of words!")


def test_titles_with_the_same_first_words_have_different_ids():
    first = "One Two Three Four Five Six Seven"
    assert paper_id_from_title(first) != paper_id_from_title(f"{first} Eight")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_title_has_an_id_of_plain_characters(title):
    assert set(paper_id_from_title(title)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_titles_in_other_scripts_have_different_ids():
    assert paper_id_from_title("解释性") != paper_id_from_title("可解释")


def test_the_bundled_papers_link_to_a_search_for_their_title():
    assert all(
        paper.link.startswith("https://arxiv.org/search/?searchtype=title&query=")
        for paper in read_bundled_papers().papers
    )
