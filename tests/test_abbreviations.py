"""Abbreviations as abstracts define them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.abbreviations import abbreviations


@pytest.mark.parametrize(
    ("text", "short", "long_form"),
    [
        ("We train sparse autoencoders (SAEs) on it.", "SAE", "sparse autoencoders"),
        ("Large Language Models (LLMs) are used.", "LLM", "Large Language Models"),
        ("a position-dependence score (PDS) of 0.3", "PDS", "position-dependence score"),
        ("Retrieval-Augmented Generation (RAG) helps", "RAG", "Retrieval-Augmented Generation"),
        ("chain of thought (CoT) prompting", "CoT", "chain of thought"),
        ("the multi-layer perceptron (MLP; two layers)", "MLP", "multi-layer perceptron"),
    ],
)
def test_a_definition_gives_the_long_form_of_its_abbreviation(text, short, long_form):
    assert abbreviations(text) == {short: long_form}


@pytest.mark.parametrize(
    "text",
    [
        "no parentheses at all",
        "results (see below) are good",
        "an accuracy (90%) that is high",
        "a model (XYZ) whose letters do not match",
        "(SAE) with nothing before",
        "(see Figure 3) and (a)",
        "",
    ],
)
def test_what_defines_nothing_gives_nothing(text):
    assert abbreviations(text) == {}


def test_several_definitions_are_all_found():
    text = "Sparse autoencoders (SAEs) decompose multi-layer perceptrons (MLPs)."
    assert set(abbreviations(text)) == {"SAE", "MLP"}


def test_the_bundled_abstracts_define_what_they_are_known_to(bundled_papers):
    defined = {
        short: long_form.casefold()
        for paper in bundled_papers
        for short, long_form in abbreviations(paper.abstract).items()
    }
    assert defined["SAE"].startswith("sparse autoencoder")
    assert defined["LLM"].startswith("large language model")


@given(st.text(alphabet=st.sampled_from("abAB (),;-SAE\n."), max_size=80))
def test_a_long_form_stands_in_the_text_and_spells_its_abbreviation(text):
    for short, long_form in abbreviations(text).items():
        assert long_form in text
        assert len(long_form) > len(short)
        letters = iter(long_form.casefold())
        assert all(char in letters for char in short.casefold() if char.isalnum())


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text):
    abbreviations(text)
