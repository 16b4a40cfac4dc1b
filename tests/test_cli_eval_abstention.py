"""`citewise eval abstention` on a few papers: what it prints, and how it ends."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import assistant.build

PAPERS = [
    {"id": "owls", "title": "", "abstract": "Owls hoot at night because they hunt in the dark."},
    {"id": "larks", "title": "Larks", "abstract": "Larks sing in the morning to find a mate."},
]
QUERIES = [
    {"id": "q1", "text": "Why do owls hoot at night?"},
    {"id": "q2", "text": "Why do larks sing in the morning?"},
]
FIGURES = {
    "n_questions": int,
    "answered": float,
    "abstained": float,
    "gold_cited": float,
    "calibration_error": float,
    "ms_p50": float,
}

Measure = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    path = tmp_path / "qrels.tsv"
    path.write_text("query-id\tcorpus-id\tscore\nq1\towls\t1\nq2\tlarks\t1\n")
    return path


@pytest.fixture
def measure(
    tmp_path: Path,
    qrels: Path,
    make_jsonl: Callable[..., Path],
    hash_encoder: Any,
    monkeypatch: pytest.MonkeyPatch,
    run_citewise: Measure,
) -> Measure:
    """Runs the command on the collection, with more arguments, in a directory of its own."""
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    corpus = make_jsonl(*PAPERS, name="corpus.jsonl")
    queries = make_jsonl(*QUERIES, name="queries.jsonl")
    files = ("--corpus", corpus, "--queries", queries, "--qrels", qrels)

    def measuring(*arguments: str | Path) -> Any:
        return run_citewise("eval", "abstention", *files, *arguments)

    return measuring


def test_the_json_has_every_figure(measure: Measure) -> None:
    ended = measure("--json")
    assert ended.code == 0, ended.err
    assert {name: type(value) for name, value in ended.json.items()} == FIGURES
    assert list(ended.json) == list(FIGURES)
    assert (ended.json["answered"], ended.json["abstained"]) == (1, 1)


def test_progress_is_told_on_standard_error(measure: Measure) -> None:
    assert "Asked twice: 2 of 2 questions\n" in measure("--json").err


def test_the_table_has_a_line_a_figure(measure: Measure) -> None:
    ended = measure()
    assert ended.code == 0
    cells = dict(line.rsplit(maxsplit=1) for line in ended.out.splitlines())
    assert cells["questions"] == "2"
    assert cells["answered with gold"] == cells["abstained without"] == "1.000"


def test_the_predictions_have_a_line_a_question(measure: Measure, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert measure("--predictions", path).code == 0
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["q1", "q2"]
    assert [row["with_gold"]["cited"] for row in rows] == [["owls"], ["larks"]]


def test_nothing_is_left_of_a_library_that_was_not_asked_for(
    measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "mine"))
    assert measure().code == 0
    assert not (tmp_path / "mine").exists()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_library_that_was_asked_for_holds_all_papers_in_the_end(
    measure: Measure, tmp_path: Path, hash_encoder: Any
) -> None:
    from vectorstore import Library

    assert measure("--library", tmp_path / "kept").code == 0
    assert Library.open(tmp_path / "kept", hash_encoder).catalogue.n_papers() == 2


def test_judgements_of_what_is_not_there_are_said(measure: Measure, qrels: Path) -> None:
    with qrels.open("a") as file:
        file.write("q1\tgone\t1\nq9\towls\t1\n")
    ended = measure("--json")
    assert ended.code == 0
    assert "not in the corpus: 1, a query not in the queries: 1." in ended.err


def test_a_bad_row_fails_with_its_file_and_line(measure: Measure, qrels: Path) -> None:
    with qrels.open("a") as file:
        file.write("q1 owls 1\n")
    ended = measure()
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"citewise: {qrels}, line 4: ")


def test_predictions_that_cannot_be_written_fail_before_anything_is_encoded(
    measure: Measure, tmp_path: Path, hash_encoder: Any
) -> None:
    ended = measure("--predictions", tmp_path / "none" / "out.jsonl")
    assert (ended.code, ended.out) == (1, "")
    assert "out.jsonl" in ended.err
    assert hash_encoder.n_texts == 0


def test_each_file_must_be_named(run_citewise: Measure) -> None:
    ended = run_citewise("eval", "abstention")
    assert ended.code == 2
    assert "--corpus, --queries, --qrels" in ended.err
