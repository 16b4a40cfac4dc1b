"""`citewise eval rewrite`: what it prints and writes, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

ROWS = [
    {"id": "1", "set": "a", "history": [], "text": "What is tooth decay?",
     "rewrite": "What is tooth decay?"},
    {"id": "2", "set": "a", "history": ["What is tooth decay?"], "text": "Is it painful?",
     "rewrite": "Is tooth decay painful?"},
    {"id": "3", "set": "b", "history": ["What is gold?"], "text": "What is its colour?",
     "rewrite": "What is gold's colour?"},
]  # fmt: skip


@pytest.fixture
def turns(make_jsonl: Any) -> Path:
    path: Path = make_jsonl(*ROWS, name="turns.jsonl")
    return path


def test_the_json_has_the_scores_of_all_and_of_each_set(run_citewise: Any, turns: Path) -> None:
    ended = run_citewise("eval", "rewrite", "--turns", turns, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert list(ended.json) == ["overall", "by_set"]
    assert list(ended.json["by_set"]) == ["a", "b"]
    overall = ended.json["overall"]
    assert (overall["n"], overall["n_changed"]) == (3, 2)
    assert overall["rewriter_f1"] == overall["rewriter_f1_changed"] == 1
    assert overall["copying_f1_changed"] < overall["copying_f1"] < 1
    assert overall["left_alone"] == 1


def test_the_table_has_a_line_a_set(run_citewise: Any, turns: Path) -> None:
    ended = run_citewise("eval", "rewrite", "--turns", turns)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["overall", "a", "b"]
    assert lines[3].split() == ["b", "1", "1", "0.667", "1.000", "0.667", "1.000", "-"]
    assert len({len(line) for line in lines}) == 1


def test_the_predictions_hold_a_line_a_question(
    run_citewise: Any, turns: Path, tmp_path: Path
) -> None:
    path = tmp_path / "out.jsonl"
    assert run_citewise("eval", "rewrite", "--turns", turns, "--predictions", path).code == 0
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"id": row["id"], "line": number, "rewrite": row["rewrite"]}
        for number, row in enumerate(ROWS, 1)
    ]


def test_questions_that_nobody_rewrote_are_predicted_all_the_same(
    run_citewise: Any, make_jsonl: Any, tmp_path: Path
) -> None:
    path = tmp_path / "out.jsonl"
    turns = make_jsonl({"history": ["What is gold?"], "text": "Is it rare?"}, name="turns.jsonl")
    ended = run_citewise("eval", "rewrite", "--turns", turns, "--predictions", path)
    assert ended.code == 0
    assert json.loads(path.read_text()) == {"id": "", "line": 1, "rewrite": "Is gold rare?"}


def test_no_library_is_made(
    run_citewise: Any, turns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "mine"))
    assert run_citewise("eval", "rewrite", "--turns", turns).code == 0
    assert not (tmp_path / "mine").exists()


def test_a_bad_line_ends_it_and_is_named(run_citewise: Any, make_jsonl: Any) -> None:
    turns = make_jsonl(ROWS[0], "{", name="turns.jsonl")
    ended = run_citewise("eval", "rewrite", "--turns", turns)
    assert (ended.code, ended.out) == (1, "")
    assert "line 2" in ended.err


def test_predictions_that_cannot_be_written_end_it(
    run_citewise: Any, turns: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "none" / "out.jsonl"
    ended = run_citewise("eval", "rewrite", "--turns", turns, "--predictions", missing)
    assert (ended.code, ended.out) == (1, "")
    assert "out.jsonl" in ended.err
