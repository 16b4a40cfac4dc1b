"""Measuring how well follow-up questions are made to stand alone."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Turn
from assistant.errors import EvaluationError
from assistant.evaluation.rewriting import (
    FollowUp,
    Rewritten,
    read_follow_ups,
    rewrite_all,
    summarise,
    token_f1,
    turns_of,
)
from assistant.understanding.rewriting import RuleRewriter

ASKED = FollowUp(
    text="Is it painful?", history=["What is tooth decay?"], rewrite="Is tooth decay painful?"
)
ALONE = FollowUp(text="What is gum?", history=["What is gold?"], rewrite="What  is gum?")


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("Is it painful?", "is it PAINFUL", 1.0),
        ("Is it painful?", "Is tooth decay painful?", 4 / 7),
        ("a a b", "a b b", 2 / 3),
        ("zebra", "lion", 0.0),
        ("", "", 1.0),
        ("", "lion", 0.0),
    ],
)
def test_token_f1_compares_bags_of_lower_cased_words(text, gold, expected):
    assert token_f1(text, gold) == pytest.approx(expected)


@given(st.text(), st.text())
def test_token_f1_is_symmetric_and_between_0_and_1(first, second):
    assert 0 <= token_f1(first, second) == token_f1(second, first) <= 1
    assert token_f1(first, first) == 1


def test_white_space_alone_is_no_change():
    assert ASKED.is_changed
    assert not ALONE.is_changed


def test_copying_and_rewriting_are_scored_over_all_and_over_the_changed():
    scores = summarise(list(rewrite_all(RuleRewriter(), [ASKED, ALONE])))["overall"]
    assert (scores.n, scores.n_changed) == (2, 1)
    assert scores.copying_f1_changed == round(4 / 7, 4)
    assert scores.copying_f1 == round((4 / 7 + 1) / 2, 4)
    assert scores.rewriter_f1 == scores.rewriter_f1_changed == scores.left_alone == 1


def test_a_rewriter_that_changes_what_stood_alone_is_seen():
    scores = summarise([Rewritten(ALONE, "What is gum of gold?")])["overall"]
    assert scores.left_alone == 0
    assert scores.rewriter_f1_changed is None


def test_each_set_is_scored_on_its_own_and_unjudged_questions_are_left_out():
    sets = [("b", "x"), ("a", "x"), ("b", None)]
    rewritten = [Rewritten(FollowUp(text="x", set=s, rewrite=gold), "x") for s, gold in sets]
    scores = summarise(rewritten)
    assert list(scores) == ["overall", "b", "a"]
    assert [score.n for score in scores.values()] == [2, 1, 1]


def test_nothing_judged_has_no_score():
    [scores] = summarise([Rewritten(FollowUp(text="x"), "y")]).values()
    assert (scores.n, scores.rewriter_f1) == (0, None)


def test_a_history_of_questions_and_answers_is_told_from_one_of_questions():
    questions = ["What is gold?", "Is it rare?"]
    assert turns_of(questions) == [Turn(text) for text in questions]
    answered = ["What is gold?", "Gold is a metal.", "Is it rare?", "It is."]
    assert turns_of(answered) == [Turn(*answered[:2]), Turn(*answered[2:])]
    assert turns_of([]) == []


def test_a_file_is_read_gzipped_or_not_and_fields_of_others_are_passed_over(tmp_path):
    row = {"text": "Why?", "history": ["Is it?"], "rewrite": "Why is it?", "id": "7", "more": 1}
    plain, packed = tmp_path / "turns.jsonl", tmp_path / "turns.jsonl.gz"
    plain.write_text("\n" + json.dumps(row) + "\n", encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    [found] = read_follow_ups(plain)
    assert read_follow_ups(packed) == [found]
    assert (found.text, found.id, found.line, found.rewrite) == ("Why?", "7", 2, "Why is it?")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2"),
        ("[]", "line 2: an object with 'text'"),
        ('{"history": []}', "line 2: text"),
        ('{"text": ""}', "line 2: text"),
        ('{"text": "Why?", "history": "Is it?"}', "line 2: history"),
        ('{"text": "Why?", "rewrite": 3}', "line 2: rewrite"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_bad_line_is_an_error_that_names_it(tmp_path, line, reason):
    path = tmp_path / "turns.jsonl"
    path.write_text('{"text": "Why?"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=reason):
        read_follow_ups(path)


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path):
    (tmp_path / "bad.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"text": "Why?"}' * 99)[:-12])
    (tmp_path / "empty.jsonl").write_bytes(b"\n")
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "\xff"}')
    for name in ("bad.jsonl.gz", "cut.jsonl.gz", "empty.jsonl", "latin.jsonl", "none.jsonl"):
        with pytest.raises(EvaluationError, match=name):
            read_follow_ups(tmp_path / name)
