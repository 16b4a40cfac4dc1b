"""What a question compares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.comparison import compared_sides


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("What is the difference between zebras and lions?", ("zebras", "lions")),
        ("Compare Pando with AttnTrace.", ("Pando", "AttnTrace")),
        ("Compare how Pando and AttnTrace use attention", ("Pando", "AttnTrace use attention")),
        ("How do Pando and AttnTrace differ?", ("Pando", "AttnTrace")),
        ("How does Pando differ from AttnTrace?", ("Pando", "AttnTrace")),
        ("Pando vs. AttnTrace", ("Pando", "AttnTrace")),
        ("Pando versus AttnTrace in terms of cost", ("Pando", "AttnTrace")),
        ("similarities of the zebra and a lion", ("zebra", "lion")),
    ],
)
def test_both_sides_are_found_without_the_words_around_them(question, sides):
    assert compared_sides(question) == sides


@pytest.mark.parametrize(
    "question", ["What is Pando?", "Compare them.", "Which papers differ?", "and", ""]
)
def test_a_question_that_does_not_name_two_sides_has_none(question):
    assert compared_sides(question) is None


def test_a_side_as_long_as_a_sentence_is_none():
    assert compared_sides(f"Compare {'very ' * 20}zebras with lions") is None


@given(st.text(max_size=120))
def test_any_text_has_two_sides_or_none(text):
    sides = compared_sides(text)
    assert sides is None or all(sides)
