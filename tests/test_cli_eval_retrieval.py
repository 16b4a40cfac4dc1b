"""`citewise eval retrieval` on a few papers: what it prints, and how it ends."""

import gzip
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import assistant.build

PAPERS = [
    {"id": "owls", "title": "Owls", "abstract": "Owls hoot at night."},
    {"id": "larks", "title": "Larks", "abstract": "Larks sing in the morning."},
    {"id": "untitled", "title": "", "abstract": "Nightingales sing at night."},
]
QUERIES = [
    {"id": "q1", "text": "owls hoot"},
    {"id": "q2", "text": "larks in the morning"},
    {"id": "q3", "text": "nobody judged this"},
]
FIGURES = {
    "n_papers": int,
    "n_queries": int,
    "ndcg_at_10": float,
    "mrr": float,
    "recall_at_5": float,
    "recall_at_20": float,
    "recall_at_100": float,
    "ms_p50": float,
    "ms_p95": float,
    "abstracts_per_second": float,
    "peak_memory_mb": float,
    "n_unknown_papers": int,
    "n_unknown_queries": int,
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
    corpus = tmp_path / "corpus.jsonl.gz"
    corpus.write_bytes(gzip.compress("\n".join(map(json.dumps, PAPERS)).encode()))
    queries = make_jsonl(*QUERIES, name="queries.jsonl")
    files = ("--corpus", corpus, "--queries", queries, "--qrels", qrels)

    def measuring(*arguments: str | Path) -> Any:
        return run_citewise("eval", "retrieval", *files, *arguments)

    return measuring


def test_the_json_has_every_figure(measure: Measure) -> None:
    ended = measure("--json")
    assert ended.code == 0
    assert re.fullmatch(r"Indexing: 3 of 3 papers, [\d,]+ papers/s\n", ended.err)
    figures = ended.json
    assert {name: type(value) for name, value in figures.items()} == FIGURES
    assert list(figures) == list(FIGURES)
    assert (figures["n_papers"], figures["n_queries"]) == (3, 2)
    assert figures["ndcg_at_10"] == figures["mrr"] == figures["recall_at_5"] == 1
    assert 0 < figures["ms_p50"] <= figures["ms_p95"]
    assert figures["abstracts_per_second"] > 0
    assert 10 < figures["peak_memory_mb"] < 100_000  # what Python and numpy take, not its square


def test_the_table_has_a_line_a_figure(measure: Measure) -> None:
    ended = measure()
    assert ended.code == 0
    cells = dict(line.rsplit(maxsplit=1) for line in ended.out.splitlines())
    assert cells["papers"] == "3"
    assert cells["nDCG@10"] == cells["MRR"] == cells["recall@100"] == "1.000"
    assert list(cells)[-4:] == ["p50 ms", "p95 ms", "abstracts/s", "peak memory MB"]
    assert len({len(line) for line in ended.out.splitlines()}) == 1


def test_nothing_is_left_of_a_library_that_was_not_asked_for(
    measure: Measure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "mine"))
    assert measure().code == 0
    assert not (tmp_path / "mine").exists()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_library_that_was_asked_for_is_used_again(
    measure: Measure, tmp_path: Path, hash_encoder: Any
) -> None:
    first = measure("--library", tmp_path / "kept", "--json").json
    encoded = hash_encoder.n_texts
    second = measure("--library", tmp_path / "kept", "--json").json
    assert hash_encoder.n_texts == encoded + len(QUERIES) - 1 + 1  # two judged, one to warm up
    assert second["abstracts_per_second"] is None
    assert second["ndcg_at_10"] == first["ndcg_at_10"]
    shown = measure("--library", tmp_path / "kept").out
    assert dict(line.rsplit(maxsplit=1) for line in shown.splitlines())["abstracts/s"] == "-"


def test_a_library_of_other_papers_is_refused(
    measure: Measure, make_library: Callable[..., Any], make_paper: Callable[..., Any]
) -> None:
    library = make_library([make_paper("Mine")])
    ended = measure("--library", library.path)
    assert (ended.code, ended.out) == (1, "")
    assert "not in the corpus" in ended.err
    assert library.catalogue.n_papers() == 1


def test_the_run_holds_every_judged_query_in_the_order_found(
    measure: Measure, tmp_path: Path
) -> None:
    path = tmp_path / "out.trec"
    assert measure("--run", path, "--top-k", "2").code == 0
    lines = [line.split(" ") for line in path.read_text().splitlines()]
    assert [(line[0], line[3]) for line in lines] == [
        ("q1", "1"),
        ("q1", "2"),
        ("q2", "1"),
        ("q2", "2"),
    ]
    assert [line[2] for line in lines if line[3] == "1"] == ["owls", "larks"]
    assert {(line[1], line[5]) for line in lines} == {("Q0", "citewise")}
    assert float(lines[0][4]) > float(lines[1][4])


def test_a_run_that_cannot_be_written_fails_before_anything_is_encoded(
    measure: Measure, tmp_path: Path, hash_encoder: Any
) -> None:
    ended = measure("--run", tmp_path / "none" / "out.trec")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("citewise: Cannot write a run to ")
    assert ended.err.count("\n") == 1
    assert hash_encoder.n_texts == 0


def test_short_lists_give_no_deep_measures(measure: Measure) -> None:
    figures = measure("--top-k", "5", "--json").json
    assert figures["recall_at_5"] == 1
    assert figures["ndcg_at_10"] is figures["recall_at_20"] is figures["recall_at_100"] is None


def test_judgements_of_what_is_not_there_are_said_in_one_line(
    measure: Measure, qrels: Path
) -> None:
    with qrels.open("a") as file:
        file.write("q1\tgone\t1\nq9\towls\t1\nq8\tlarks\t1\n")
    ended = measure("--json")
    assert ended.code == 0
    said, *_ = ended.err.splitlines()
    assert said.startswith(f"{qrels}: ")
    assert "not in the corpus: 1 " in said
    assert "not in the queries: 2 " in said
    assert (ended.json["n_unknown_papers"], ended.json["n_unknown_queries"]) == (1, 2)
    assert ended.json["recall_at_5"] == 0.75


def test_a_bad_row_fails_with_its_file_and_line(measure: Measure, qrels: Path) -> None:
    with qrels.open("a") as file:
        file.write("q1 owls 1\n")
    ended = measure()
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"citewise: {qrels}, line 4: 'q1 owls 1' is not ")


def test_each_file_must_be_named(run_citewise: Measure) -> None:
    ended = run_citewise("eval", "retrieval")
    assert ended.code == 2
    assert "--corpus, --queries, --qrels" in ended.err
    assert run_citewise("eval", "retrieval", "--top-k", "0").code == 2
