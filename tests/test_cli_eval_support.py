"""`citewise eval support` on a few pairs: what it prints and writes, and how it ends."""

import json

import pytest

import assistant.build

PAIRS = [
    {"id": "a", "claim": "Owls hoot at night.", "evidence": "Owls hoot at night.", "label": 1},
    {"claim": "Owls hoot at night.", "evidence": ["Cells divide.", "Slowly."], "label": "Neutral"},
    {"claim": "Bats hunt 3 moths.", "evidence": "Bats hunt 4 moths.", "label": "REFUTES"},
]


@pytest.fixture
def evaluate(make_jsonl, encoder, monkeypatch, run_citewise):
    """Runs the command on the pairs, with more arguments."""
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    pairs = make_jsonl(*PAIRS, name="pairs.jsonl")
    return lambda *arguments: run_citewise("eval", "support", "--pairs", pairs, *arguments)


def test_json_has_the_measures_of_the_check_and_of_word_overlap(evaluate):
    ended = evaluate("--json")
    assert ended.code == 0
    assert ended.json["n"] == 3
    assert ended.json["base_rate"] == 0.3333
    for name in ("check", "word_overlap"):
        assert set(ended.json[name]) == {"macro_f1", "auroc", "ece"}
    assert ended.json["check"]["macro_f1"] == 1.0


def test_a_table_is_printed_for_a_reader(evaluate):
    ended = evaluate()
    assert ended.code == 0
    assert "3 pairs, of which 33.3% are supported" in ended.out
    assert "the check" in ended.out
    assert "word overlap" in ended.out


def test_predictions_have_a_line_a_pair(evaluate, tmp_path):
    path = tmp_path / "predictions.jsonl"
    assert evaluate("--predictions", path).code == 0
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["id"], row["line"]) for row in rows] == [("a", 1), ("", 2), ("", 3)]
    assert [row["supported"] for row in rows] == [True, False, False]
    assert all(0 <= row["score"] <= 1 for row in rows)
    assert rows[0]["verdict"] == "supported"
    assert "3" in rows[2]["reason"]


def test_no_library_is_made(evaluate, tmp_path, monkeypatch):
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "library"))
    assert evaluate().code == 0
    assert not (tmp_path / "library").exists()


def test_a_wrong_label_ends_in_one_line_that_names_it(make_jsonl, run_citewise):
    ended = run_citewise("eval", "support", "--pairs", make_jsonl({**PAIRS[0], "label": "maybe"}))
    assert ended.code == 1
    assert "line 1" in ended.err
    assert "'maybe'" in ended.err


def test_a_path_that_cannot_be_written_ends_the_command(evaluate):
    ended = evaluate("--predictions", "/no/such/directory/file.jsonl")
    assert ended.code == 1
    assert "/no/such/directory" in ended.err
