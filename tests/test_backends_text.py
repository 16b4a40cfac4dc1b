"""Tokens, the context budget, and thoughts: what is counted and what is kept of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.backends.budget import count_fitting_excerpts
from assistant.backends.errors import ContextError
from assistant.backends.thoughts import ThoughtFilter
from assistant.backends.tokens import TokenMeter, estimate_tokens

# --- tokens


@pytest.mark.parametrize(
    ("text", "at_least", "at_most"),
    [
        ("", 0, 0),
        ("a", 1, 1),
        ("zebras run fast and lions sleep at noon", 8, 12),
        ("3.14159", 7, 7),
        ("斑馬跑得很快", 6, 12),
        ("Зебры бегают", 8, 13),
        ("🦓🦓", 2, 6),
    ],
)
def test_an_estimate_is_near_and_rather_too_high(text, at_least, at_most):
    assert at_least <= estimate_tokens(text) <= at_most


@given(st.text(), st.text())
def test_more_text_never_takes_fewer_tokens(first, second):
    both = estimate_tokens(first + second)
    assert both >= estimate_tokens(first)
    assert both <= estimate_tokens(first) + estimate_tokens(second)


def test_no_estimate_is_below_the_word_pieces_of_an_abstract(bundled_papers):
    from tokenizers import Tokenizer

    from vectorstore.encoders.models import embedded_model_path

    tokenizer = Tokenizer.from_file(str(embedded_model_path() / "tokenizer.json"))
    tokenizer.no_truncation()
    for paper in bundled_papers:
        counted = len(tokenizer.encode(paper.abstract, add_special_tokens=False).ids)
        assert counted <= estimate_tokens(paper.abstract) <= 2 * counted


def test_a_meter_adds_up_and_remembers_that_one_count_was_an_estimate():
    meter = TokenMeter()
    meter.add(10, 2)
    meter.add(5, 1, estimated=True)
    meter.add(1, 1)
    assert meter == TokenMeter(16, 4, estimated=True)


# --- the budget


def fitting(excerpts: list[str], context_tokens: int, *, max_output_tokens: int = 100) -> int:
    return count_fitting_excerpts(
        excerpts,
        system="Be brief.",
        question="Why?",
        context_tokens=context_tokens,
        max_output_tokens=max_output_tokens,
    )


def test_all_excerpts_are_shown_where_there_is_room():
    assert fitting(["some words here"] * 8, 8_192) == 8
    assert fitting([], 8_192) == 0


def test_excerpts_that_do_not_fit_are_dropped_whole_from_the_end():
    excerpt = "word " * 160  # 200 tokens
    assert [fitting([excerpt] * 5, size) for size in (450, 700, 1_000, 5_000)] == [1, 2, 3, 5]


def test_an_excerpt_behind_one_that_does_not_fit_is_not_shown_either():
    assert fitting(["short", "long " * 5_000, "short"], 1_000) == 1


def test_a_model_that_cannot_read_one_excerpt_is_an_error_that_says_what_to_do():
    with pytest.raises(ContextError, match=r"of 400 that the model.*llm_context_tokens"):
        fitting(["word " * 400], 400)


def test_room_is_kept_for_the_answer():
    excerpt = "word " * 160
    assert fitting([excerpt] * 5, 1_300, max_output_tokens=100) == 5
    assert fitting([excerpt] * 5, 1_300, max_output_tokens=900) == 1


@given(
    st.lists(st.text(max_size=400), min_size=1, max_size=12),
    st.integers(1, 3_000),
    st.integers(1, 1_000),
)
def test_what_is_shown_and_the_answer_never_exceed_the_context(excerpts, context, output):
    try:
        n_shown = fitting(excerpts, context, max_output_tokens=output)
    except ContextError:
        return
    assert 1 <= n_shown <= len(excerpts)
    shown = "".join(["Be brief.", "Why?", *excerpts[:n_shown]])
    assert estimate_tokens(shown) + output <= context


# --- thoughts


def answer_of(pieces: list[str]) -> str:
    thoughts = ThoughtFilter()
    return "".join([*map(thoughts.feed, pieces), thoughts.flush()])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Zebras run.", "Zebras run."),
        ("<think>Hm.</think>Zebras run.", "Zebras run."),
        ("\n<think>\nHm. <b>\n</think>\n\nZebras run.", "Zebras run."),
        ("<think></think>", ""),
        ("<think>never ends", ""),
        ("", ""),
        ("<thing> is a tag", "<thing> is a tag"),
        ("<thi", "<thi"),
        ("Zebras <think>run</think>.", "Zebras <think>run</think>."),
    ],
)
@given(data=st.data())
def test_thoughts_are_taken_out_however_the_text_is_cut_up(text, answer, data):
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8).map(sorted))
    ends = [*cuts, len(text)]
    pieces = [text[a:b] for a, b in zip([0, *cuts], ends, strict=True)]
    assert answer_of(pieces) == answer


def test_an_answer_without_thoughts_is_not_held_back():
    thoughts = ThoughtFilter()
    assert thoughts.feed("Z") == "Z"
    assert thoughts.feed("<") == "<"
