"""Text to terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import content_terms, stem, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Saliency-based", ["saliency-bas", "salienc", "base"]),
        ("GPT-4", ["gpt-4", "gpt", "4"]),
        ("k-NN at 3.1", ["k-nn", "k", "nn", "at", "3.1", "3", "1"]),
        ("Models, modelling: MODEL", ["model", "model", "model"]),
        ("", []),
        ("... -- !?", []),
    ],
)
def test_terms_are_stems_with_the_parts_of_compounds_beside_them(text, expected):
    assert terms(text) == expected


def test_a_possessive_has_the_stem_of_its_noun():
    assert stem("Chinchilla's") == stem("Chinchilla’s") == stem("chinchilla")


def test_content_terms_leave_out_the_words_of_asking():
    assert content_terms("What is the role of sparse autoencoders?") == terms(
        "role sparse autoencoders"
    )


def test_a_question_of_stop_words_only_keeps_them():
    assert content_terms("Who are you?") == terms("Who are you")


@given(st.text(max_size=100))
def test_words_stand_where_their_offsets_say_and_terms_are_never_empty(text):
    for word in words(text):
        assert text[word.start() : word.end()] == word.group()
    assert all(terms(text))
    assert bool(terms(text)) == bool(content_terms(text)) == bool(words(text))


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_case_does_not_change_the_terms(text):
    assert terms(text.upper()) == terms(text.lower())


@pytest.mark.parametrize(
    ("one", "other"), [("CO₂", "CO2"), ("café", "cafe"), ("Müller's", "muller"), ("ﬁne", "fine")]
)
def test_spellings_of_one_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_marks_that_make_another_letter_stay():
    assert stem("ガ") != stem("カ")
