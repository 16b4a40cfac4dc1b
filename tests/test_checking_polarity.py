"""Negation and opposites between a claim and the words that it cites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.polarity import (
    count_negators,
    negation_conflicts,
    opposite_words,
    quoted_negation,
)


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("Pando outperforms BERT.", "Pando does not outperform BERT."),
        ("Pando does not outperform BERT.", "Pando outperforms BERT."),
        ("Pando outperforms BERT.", "Pando fails to significantly outperform BERT."),
        ("It needs labels.", "It works without needing labels."),
        ("There was an improvement.", "There was no significant improvement."),
        ("The scores can be compared.", "The scores can't be compared."),
        (
            "Heat is not linked to yield, heat is.",
            "Heat is linked to yield. Frost is linked to it.",
        ),
        ("Owls do not hoot, owls hoot.", "Owls hoot and larks hoot."),
    ],
)
def test_a_denied_word_conflicts_with_an_affirmed_one(claim, cited):
    assert negation_conflicts(claim, cited)


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("Pando outperforms BERT.", "Pando outperforms BERT."),
        ("Pando cannot outperform BERT.", "Pando does not outperform BERT."),
        ("Pando trains fast and needs no labels.", "Without labels, Pando trains fast."),
        ("It is fast and cheap.", "It is not only fast but cheap."),
        ("It works.", "No label is read."),
    ],
)
def test_what_both_say_is_no_conflict(claim, cited):
    assert negation_conflicts(claim, cited) == []


@pytest.mark.parametrize(
    ("claim", "cited", "pairs"),
    [
        ("Heat increases yield.", "Heat decreases yield.", [("increases", "decreases")]),
        ("A is better than B.", "A is worse than B.", [("better", "worse")]),
        ("fewer errors", "more errors", [("fewer", "more")]),
        ("Heat has lower yield.", "Heat has higher yield at lower cost.", [("lower", "higher")]),
        ("Heat increases yield.", "Heat raises yield.", []),
        ("Heat increases yield.", "Heat increases yield and decreases cost.", []),
        ("A is better than B.", "A is not worse than B.", []),
        ("Owls hoot.", "Larks sing.", []),
    ],
)
def test_opposite_words_are_those_that_stand_in_the_others_place(claim, cited, pairs):
    assert opposite_words(claim, cited) == pairs


def test_the_denial_is_quoted_with_its_helping_verb():
    cited = "As shown, Pando does not outperform BERT."
    assert quoted_negation(cited, "outperform") == "does not outperform"
    assert quoted_negation(cited, "bert") == ""


@given(st.text(max_size=80))
def test_no_text_contradicts_itself(text):
    assert negation_conflicts(text, text) == []
    assert opposite_words(text, text) == []
    assert count_negators(text) >= 0
