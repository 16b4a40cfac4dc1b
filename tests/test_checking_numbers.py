"""Numbers of a claim that the evidence lacks, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.numbers import missing_numbers, quantities


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It holds 720 models.", "There are 720 models."),
        ("a gain of 25%", "a gain of 25 percent"),
        ("a gain of 25%", "a gain of 25 per cent"),
        ("25% of them", "a share of 0.25"),
        ("a share of 0.25", "25 % of them"),
        ("1,000 papers", "1000 papers"),
        ("1k papers", "1,000 papers"),
        ("1.5 million rows", "1,500,000 rows"),
        ("a 7B model", "7 billion parameters"),
        ("two thousand papers", "2,000 papers"),
        ("twenty-five papers", "25 papers"),
        ("three tasks", "3 tasks"),
        ("5 ms", "5 milliseconds"),
        ("about 25%", "24.8%"),
        ("nearly 1,000 papers", "988 papers"),
        ("two things matter: speed and cost", "speed and cost matter"),
        ("GPT-4 wins", "no number here"),
        ("It is (1) fast and (2) cheap.", "It is fast and cheap."),
        ("It is: 1) fast, 2) cheap.", "It is fast and cheap."),
    ],
)
def test_the_same_number_is_found_however_it_is_written(claim, evidence):
    assert missing_numbers(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "missing"),
    [
        ("It holds 721 models.", "There are 720 models.", ["721"]),
        ("a gain of 25%", "a gain of 26 percent", ["25%"]),
        ("a gain of 25%", "a gain of 24.8%", ["25%"]),
        ("5 ms", "5 seconds", ["5"]),
        ("about 25%", "31%", ["25%"]),
        ("three tasks", "four tasks", ["three"]),
        ("in 2019 and 2020", "in 2019", ["2020"]),
        ("12 papers", "", ["12"]),
    ],
)
def test_another_number_is_missing(claim, evidence, missing):
    assert missing_numbers(claim, evidence) == missing


def test_digits_in_a_name_are_no_number():
    assert quantities("GPT-4 and Llama-3.1 and p16 and 10.1000/xyz123") in (
        (),
        quantities("10.1000"),
    )


@given(st.text(max_size=80))
def test_no_number_of_a_text_is_missing_from_itself(text):
    assert missing_numbers(text, text) == []
