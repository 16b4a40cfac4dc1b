"""How far the terms of a question occur in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.matching import coverage, expanded_terms, jaccard, term_match
from vectorstore import stem


@pytest.mark.parametrize(
    ("term", "text", "degree"),
    [
        ("probing", "probing", 1.0),
        ("probing", "probe", 1.0),
        ("represent", "representation", 0.9),
        ("fast", "speed", 0.6),
        ("dataset", "benchmark", 0.6),
        ("zebra", "autoencoder", 0.0),
        ("cat", "category", 0.0),
    ],
)
def test_a_term_matches_by_stem_by_beginning_or_by_meaning(term, text, degree):
    assert term_match(stem(term), {stem(text)}) == degree


def test_nothing_matches_in_an_empty_text():
    assert term_match("probe", frozenset()) == 0.0


def test_coverage_is_the_weighted_share():
    assert coverage({"zebra": 3.0, "lion": 1.0}, {"zebra"}) == 0.75
    assert coverage({"zebra": 3.0, "lion": 1.0}, {"zebra", "lion"}) == 1.0
    assert coverage({}, {"zebra"}) == 0.0


@given(
    st.dictionaries(st.text(max_size=8), st.floats(0.1, 5), max_size=6),
    st.frozensets(st.text(max_size=8), max_size=6),
)
def test_coverage_lies_between_none_and_all(weights, text_terms):
    assert 0 <= coverage(weights, text_terms) <= 1 + 1e-9


@given(st.frozensets(st.text(max_size=4)), st.frozensets(st.text(max_size=4)))
def test_jaccard_is_symmetric_and_a_share(first, second):
    assert jaccard(first, second) == jaccard(second, first)
    assert 0 <= jaccard(first, second) <= 1
    assert jaccard(first, first) == (1.0 if first else 0.0)


def test_an_abbreviation_stands_for_its_long_form_and_the_other_way_round(make_paper):
    paper = make_paper("On features", "Sparse autoencoders (SAEs) find them. SAEs are good.")
    used = expanded_terms("SAEs are good.", paper)
    assert {stem("sparse"), stem("autoencoders")} <= used
    spelled = expanded_terms("A sparse autoencoder is good.", paper)
    assert stem("SAE") in spelled


def test_an_abbreviation_is_not_expanded_by_another_papers_definition(make_paper):
    paper = make_paper("On features", "SAEs are good.")
    assert stem("autoencoders") not in expanded_terms("SAEs are good.", paper)
