"""The grammar of citation marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing.marks import (
    Mark,
    is_balanced,
    may_become_bare,
    may_become_mark,
    read_bare,
    read_mark,
)

MARKS = [
    ("[1]", (1,)),
    ("[1, 3]", (1, 3)),
    ("[1,3]", (1, 3)),
    ("[1; 2]", (1, 2)),
    ("[1 and 3]", (1, 3)),
    ("[1, 2, and 3]", (1, 2, 3)),
    ("[1-3]", (1, 2, 3)),
    ("[1–3]", (1, 2, 3)),
    ("[2 - 3]", (2, 3)),
    ("[3, 1-2]", (3, 1, 2)),
    ("[^1]", (1,)),
    ("[#1]", (1,)),
    ("[[2]]", (2,)),
    ("[ 2 ]", (2,)),
    ("【1】", (1,)),
    ("【1†source】", (1,)),
    ("【2†L1-L5】", (2,)),
    ("［１］", (1,)),
    ("[Excerpt 1]", (1,)),
    ("[excerpt 2]", (2,)),
    ("[Excerpts 1, 3]", (1, 3)),
    ("[Excerpt 1, Excerpt 3]", (1, 3)),
    ("[Source: 3]", (3,)),
    ("(Excerpt 1)", (1,)),
    ("(excerpts 1 and 2)", (1, 2)),
    ("([1], [2])", (1, 2)),
    ("(see [1])", (1,)),
    ("[0]", ()),
    ("[9]", ()),
    ("[2, 9]", (2,)),
    ("[3-1]", ()),
    ("[2-900000000]", (2, 3)),
]


@pytest.mark.parametrize(("text", "named"), MARKS)
def test_a_mark_names_the_excerpts_that_exist(text, named):
    mark = read_mark(text)
    assert mark
    assert mark.among(3) == named


@pytest.mark.parametrize(
    "text",
    ["[0, 1]", "[0-1]", "[0, 255]", "[1, 5)", "[2024]", "[2020-2024]", "[x]", "[]", "[see]",
     "[1.5]", "(1)", "(2024)", "(see)", "(in 3)", "[-1, 1]", "[a1]", "[1a]"],
)  # fmt: skip
def test_intervals_years_and_words_are_no_marks(text):
    assert read_mark(text) is None


@pytest.mark.parametrize("text", ["(1)", "(1, 3)", "(2-3)", "(Excerpt 1)", "[1]"])
def test_round_marks_are_read_where_the_model_was_told_to_write_them(text):
    assert read_mark(text, "round")


@pytest.mark.parametrize(("text", "_"), MARKS)
def test_every_start_of_a_mark_may_become_one(text, _):
    starts = [text[:end] for end in range(1, len(text))]
    assert all(may_become_mark(start) for start in starts)
    assert not any(is_balanced(start) for start in starts)
    assert is_balanced(text)


@pytest.mark.parametrize("text", ["[the", "(SAE", "(2", "[1!", "[[[", "[" + "1, " * 40])
def test_text_that_can_be_no_mark_is_told_at_once(text):
    assert not may_become_mark(text)


@given(st.text(alphabet="[]()【】 0123456789,;-†^abe", max_size=30))
def test_only_what_may_become_a_mark_is_read_as_one(text):
    if text and text[0] in "[【(" and is_balanced(text) and text[-1] in "]】)" and read_mark(text):
        assert all(may_become_mark(text[:end]) for end in range(1, len(text) + 1))


@pytest.mark.parametrize(
    ("text", "taken", "named"),
    [
        ("Excerpt 1 says", "Excerpt 1", (1,)),
        ("excerpts 1 and 2 say", "excerpts 1 and 2", (1, 2)),
        ("Excerpts 1, 2, and 3 say", "Excerpts 1, 2, and 3", (1, 2, 3)),
        ("excerpt [2], too", "excerpt [2]", (2,)),
        ("Excerpt 1, which", "Excerpt 1", (1,)),
        ("Excerpt 1 and lions", "Excerpt 1", (1,)),
    ],
)
def test_a_bare_name_of_excerpts_is_a_word_of_its_sentence(text, taken, named):
    n_chars, mark = read_bare(text)
    assert text[:n_chars] == taken
    assert mark == Mark(tuple((n, n) for n in named), is_noun=True)
    assert all(may_become_bare(taken[:end]) for end in range(1, n_chars + 1))


@pytest.mark.parametrize("text", ["excerpt", "excerpts of it", "Excerpt 2024", "except 1", ""])
def test_other_words_are_no_names_of_excerpts(text):
    assert read_bare(text) == (0, None)
