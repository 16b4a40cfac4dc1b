"""The benchmarks' own helpers; what they measure is measured elsewhere."""

import gzip
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import growth, processes
from benchmarks.data import (
    alternate,
    closest_year_range,
    mixed_rows,
    read_qrels,
    read_queries,
    read_rows,
    write_lines,
)
from benchmarks.errors import BenchmarkError
from benchmarks.growth_steps import _nearest_chunks
from benchmarks.measuring import (
    disk_mb,
    latency_ms,
    mean_ndcg,
    ndcg,
    peak_memory_mb,
    percentile,
    recall,
)
from benchmarks.peers.citewise import papers_of
from benchmarks.peers.report import comparison, times_better
from benchmarks.peers.runner import Runner
from benchmarks.peers.system import BASELINE, SYSTEMS, create
from benchmarks.rationales import decided_claims, share_right
from benchmarks.tables import machine, number, record, table
from vectorstore import Library

SENTENCES = ["We keep owls. ", "They hunt mice.", "Owls sleep by day.", "Nobody knows why."]
ABSTRACT = "We keep owls. They hunt mice. Owls sleep by day. Nobody knows why."

# Measures


def test_ndcg_is_one_for_the_ideal_order_and_less_for_any_other() -> None:
    relevant = {"a": 2, "b": 1}
    assert ndcg(["a", "b", "c"], relevant) == pytest.approx(1.0)
    assert ndcg(["c", "a"], relevant) == pytest.approx((2 / math.log2(3)) / (2 + 1 / math.log2(3)))
    assert ndcg([], relevant) == 0
    assert ndcg(["a"], {"a": 0}) == 0


def test_ndcg_ends_at_its_cutoff_and_counts_a_paper_once() -> None:
    assert ndcg([*"abcdefghij", "z"], {"z": 1}) == 0
    assert ndcg(["a", "a"], {"a": 1, "b": 1}) < 1


def test_a_query_without_a_ranking_counts_as_zero() -> None:
    assert mean_ndcg({"1": ["a"]}, {"1": {"a": 1}, "2": {"b": 1}}) == pytest.approx(0.5)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, percent) for percent in (1, 50, 95, 100)] == [1, 50, 95, 100]
    assert percentile([3.0], 95) == 3
    assert latency_ms([0.001, 0.002, 0.009]) == pytest.approx({"p50_ms": 2.0, "p95_ms": 9.0})


def test_recall_is_the_share_found() -> None:
    assert recall(["a", "x"], ["a", "b"]) == 0.5
    assert recall([], []) == 1


def test_a_step_has_a_peak_of_its_own_and_no_network() -> None:
    held = bytearray(300_000_000)  # what a child must not inherit
    assert peak_memory_mb() > len(held) / 1e6
    found = processes.run_step("benchmarks.measuring:latency_ms", seconds=[0.001, 0.002, 0.003])
    assert found["p50_ms"] == pytest.approx(2.0)
    assert found["peak_mb"] < 100
    assert found["network"] == []


def test_a_step_that_fails_says_why() -> None:
    with pytest.raises(BenchmarkError, match=r"(?s)closest_year_range.*No paper has a year"):
        processes.run_step("benchmarks.data:closest_year_range", years=[], share=0.5)


def test_disk_is_counted_by_part(tmp_path: Path) -> None:
    for name in ("catalogue.sqlite", "indexes/1/chroma/chroma.sqlite3", "indexes/1/tantivy/a.idx"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(1_000))
    (tmp_path / "write.lock").write_bytes(bytes(500))
    assert disk_mb(tmp_path, growth.part_of) == pytest.approx(
        {"catalogue": 0.001, "chroma": 0.001, "tantivy": 0.001, "other": 0.0005}
    )


def test_recall_of_the_dense_index_is_taken_of_a_real_library(make_library: Any) -> None:
    rows = [{"title": f"Paper {n}", "abstract": f"About owl{n}."} for n in range(30)]
    library = make_library(papers_of(rows))
    # The texts themselves, for the test's encoder finds many others equally near.
    for found, wanted in _nearest_chunks(library, ["Paper 3\nAbout owl3.", "Paper 4\nAbout owl4."]):
        assert len(found) == len(wanted) == 10
        assert found[0] == wanted[0]


# Data


def test_rows_are_read_packed_or_not(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "Owls – again"}, {"id": "2", "text": "Bats"}]
    plain = write_lines(tmp_path / "new" / "rows.jsonl", rows)
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(read_rows(plain)) == list(read_rows(packed)) == rows
    assert read_queries(plain) == {"1": "Owls – again", "2": "Bats"}
    with pytest.raises(BenchmarkError, match="--data"):
        list(read_rows(tmp_path / "none.jsonl"))


def test_judgements_are_read_behind_their_header(tmp_path: Path) -> None:
    file = tmp_path / "qrels.tsv"
    file.write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t2\n", encoding="utf-8")
    assert read_qrels(file) == {"1": {"a": 1, "b": 2}}


def test_sources_take_turns_until_each_is_spent(tmp_path: Path) -> None:
    one, two = [{"id": "a"}, {"id": "b"}, {"id": "c"}], [{"id": "x"}]
    assert [row["id"] for row in alternate(one, two)] == ["a", "x", "b", "c"]
    for name, rows in (("acl_anthology/corpus", one), ("arxiv_cs/corpus.nlp_ir", two)):
        file = write_lines(tmp_path / f"{name}.jsonl", rows)
        file.with_suffix(".jsonl.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert [row["id"] for row in mixed_rows(tmp_path)] == ["a", "x", "b", "c"]


def test_the_years_nearest_to_a_share_are_found() -> None:
    years = [2020] * 50 + [2021] * 39 + [2022] * 10 + [2023]
    assert closest_year_range(years, 0.5) in {(2020, 2020), (2021, 2023)}
    assert closest_year_range(years, 0.1) == (2022, 2022)
    assert closest_year_range([*years, None], 0.01) == (2023, 2023)


# Tables


def test_figures_have_three_digits_that_matter() -> None:
    shown = [number(value) for value in (None, 0.7344, 3.21, 14.16, 962.4, 12345.6)]
    assert shown == ["–", "0.734", "3.21", "14.2", "962", "12,346"]


def test_a_table_is_markdown() -> None:
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"


def test_a_table_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n<!-- one -->\nold\n<!-- end -->\n<!-- two -->\nkept\n<!-- end -->\n")
    record(page, "one", r"new \1")
    assert page.read_text() == (
        "# A\n<!-- one -->\nnew \\1\n<!-- end -->\n<!-- two -->\nkept\n<!-- end -->\n"
    )
    with pytest.raises(BenchmarkError, match="three"):
        record(page, "three", "x")


def test_the_machine_is_named_by_its_cores_and_cpu_alone() -> None:
    import socket

    assert " cores of " in machine()
    assert socket.gethostname() not in machine()


def figures(rate: float, milliseconds: float) -> dict[str, float]:
    return {
        "abstracts_per_second": rate,
        "p50_ms": milliseconds,
        "p95_ms": milliseconds * 2,
        "ready_seconds": 1.0,
        "peak_mb_indexing": 300.0,
        "peak_mb_searching": 200.0,
        "disk_mb": 10.0,
    }


def test_ratios_are_taken_within_each_round() -> None:
    rounds = [
        {"citewise": figures(80, 4), BASELINE: figures(20, 16)},
        {"citewise": figures(20, 16), BASELINE: figures(5, 64)},  # a busy machine: slower alike
    ]
    better = {"abstracts_per_second": True, "p50_ms": False}
    for figure, large_is_good in better.items():
        assert times_better(rounds, "citewise", figure, large_is_good=large_is_good) == 4
    shown = comparison(rounds, {"citewise": {"ndcg_at_10": 0.7, "p50_ms": 3}}, ["citewise"])
    assert "| Citewise, hybrid | 50.0 (4.0×) | 10.0 (4.0×) |" in shown
    assert shown.endswith("| 0.700 | 3.00 |")


def test_a_comparison_without_its_baseline_or_without_rounds_has_no_ratio() -> None:
    assert "×" not in comparison([{"txtai": figures(10, 10)}], {}, ["txtai"])
    assert "| – |" in comparison([], {}, ["txtai"])


def test_growth_is_shown_by_size_and_carried_on_by_a_factor_of_ten() -> None:
    found = {
        size: {"add": {"seconds": size / 50, "abstracts_per_second": 50.0}}
        for size in (10_000, 1_000)
    }
    shown = growth.growth_table(found).splitlines()
    assert shown[0] == "|  | 1,000 | 10,000 | 100,000, if it goes on so |"
    assert "| adding: seconds | 20.0 | 200 | 2,000 |" in shown
    assert "| adding: abstracts/s | 50.0 | 50.0 | – |" in shown
    assert "if it goes on" not in growth.growth_table({10: {}, 20: {}})


def test_filters_let_shares_through_and_name_five_papers() -> None:
    years = [2024] * 50 + [2025] * 39 + [2026] * 10 + [2020]
    rows = [{"id": str(number), "year": year} for number, year in enumerate(years)]
    filters = growth.filters_of(rows)
    assert filters["none"] is None
    assert filters["a tenth"] == {"year_from": 2026, "year_to": 2026}
    assert filters["a hundredth"] == {"year_from": 2020, "year_to": 2020}
    assert filters["ids"] == {"paper_ids": ["0", "20", "40", "60", "80"]}


# The runner


def test_each_round_begins_with_another_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Runner, "measure", lambda self, system, task: asked.append(system) or {})
    runner = Runner(["a", "b", "c"], tmp_path, lambda line: None)
    assert all(set(found) == {"a", "b", "c"} for found in runner.rounds(None, 3))  # type: ignore[arg-type]
    assert "".join(asked) == "abcbcacab"


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_of_the_table_is_there(name: str) -> None:
    system = create(name)
    assert callable(system.open)
    assert callable(system.index)
    assert callable(system.search)


def test_a_claim_is_put_to_each_abstract_that_decides_it(
    tmp_path: Path, make_library: Callable[[], Library]
) -> None:
    def decided_by(place: int) -> dict[str, Any]:
        return {"p1": [{"label": "SUPPORT", "sentences": [place]}]}

    papers = [{"id": "p1", "title": "Birds", "sentences": SENTENCES, "abstract": ABSTRACT}]
    write_lines(tmp_path / "papers", papers)
    packed = gzip.compress((tmp_path / "papers").read_bytes())
    (tmp_path / "corpus.jsonl.gz").write_bytes(packed)
    claims = [
        {"claim": "Owls sleep by day.", "evidence": decided_by(2)},
        {"claim": "Owls sleep by day.", "evidence": decided_by(3)},
        {"claim": "Owls sing.", "evidence": {}},
    ]
    named = [{"id": str(n), "cited_doc_ids": ["p1"], **claim} for n, claim in enumerate(claims)]
    write_lines(tmp_path / "claims.train.jsonl", named)
    decided = decided_claims(tmp_path)
    assert [claim.deciding for claim in decided] == [(2,), (3,)]
    assert share_right(decided, make_library()) == 0.5
