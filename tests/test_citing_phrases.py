"""Sentences that are no part of an answer."""

import pytest

from assistant.abstention import ABSTENTION
from assistant.citing.phrases import (
    is_abstention,
    is_chatter,
    may_be_abstention,
    may_be_chatter,
    may_say_nothing_is_said,
    says_nothing_is_said,
)


def starts(text: str) -> list[str]:
    return [text[:end] for end in range(1, len(text) + 1)]


@pytest.mark.parametrize(
    "text",
    [
        ABSTENTION,
        ABSTENTION.upper(),
        f"“{ABSTENTION}”",
        f"*{ABSTENTION}*",
        "the abstracts do not say",
    ],
)
def test_the_abstention_is_known_whatever_its_case_and_punctuation(text):
    assert is_abstention(text)
    assert says_nothing_is_said(text)
    assert all(may_be_abstention(start) for start in starts(text))


@pytest.mark.parametrize(
    "text",
    ["The abstracts do not say which GPU was used.", "The abstract does not mention it.",
     "The provided excerpts do not contain that.", "These abstracts do not specify a GPU."],
)  # fmt: skip
def test_telling_what_is_not_told_is_known_in_several_wordings(text):
    assert says_nothing_is_said(text)
    assert not is_abstention(text)
    assert all(may_say_nothing_is_said(start) for start in starts(text))


@pytest.mark.parametrize(
    "text",
    [
        "The abstracts say so.",
        "The models do not say so.",
        "They do not say.",
        "The abstracts do",
        "",
    ],
)
def test_other_sentences_tell_something(text):
    assert not says_nothing_is_said(text)
    assert not is_abstention(text)


@pytest.mark.parametrize("text", ["The abstracts say", "The models", "Zebras", "Thesis"])
def test_a_sentence_that_turns_another_way_is_not_held_back(text):
    assert not may_say_nothing_is_said(text)
    assert not may_be_abstention(text)


@pytest.mark.parametrize(
    "text",
    ["Sure!", "Of course.", "Here is the answer:", "Here’s what I found:", "Sure, here are both:"],
)
def test_talk_that_announces_an_answer_is_chatter(text):
    assert is_chatter(text)
    assert all(may_be_chatter(start) for start in starts(text))


@pytest.mark.parametrize(
    "text",
    ["Surely zebras run.", "Here, zebras run.", "Certainty matters:", "Here is one that runs."],
)
def test_an_answer_is_no_chatter(text):
    assert not is_chatter(text)
