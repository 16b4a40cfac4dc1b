"""Names of a claim that the evidence lacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.names import missing_names, names_of


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Pando holds models of GPT-4 and Llama.", ["GPT-4", "Llama"]),
        ("AttnTrace traces prompts.", ["AttnTrace"]),
        ("We use p16INK4A in London.", ["p16INK4A", "London"]),
        ("A Study Of Many Small Things", []),  # a heading: capitals say nothing
        ("It works. However, not always.", []),
        ("nothing is named here", []),
    ],
)
def test_names_are_told_by_their_letters(text, names):
    assert names_of(text) == names


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It beats GPT-4.", "GPT4 is beaten."),
        ("It beats GPT4.", "GPT 4 is beaten."),
        ("It uses LLMs.", "It uses an LLM."),
        ("It uses SAEs.", "It uses sparse auto-encoders, as ever."),
        ("It uses Large Language Models.", "It uses LLMs."),
        ("It uses BERT-based readers.", "BERT reads."),
        ("It was made in Africa.", "An African model."),
    ],
)
def test_a_name_is_found_in_another_form(claim, evidence):
    assert missing_names(claim, evidence) == []


def test_a_name_that_is_nowhere_is_missing():
    assert missing_names("It beats GPT-4 and Llama.", "It beats GPT-3 and Llama.") == ["GPT-4"]


@given(st.text(max_size=80))
def test_no_name_of_a_text_is_missing_from_itself(text):
    assert missing_names(text, text) == []
