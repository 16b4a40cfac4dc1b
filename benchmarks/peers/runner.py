"""Takes the systems through the steps, in turn, and keeps every figure."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.data import Row, acl_rows, read_qrels, read_queries, write_lines
from benchmarks.errors import BenchmarkError
from benchmarks.measuring import disk_mb, mean_ndcg
from benchmarks.peers.steps import WARM_UP
from benchmarks.processes import run_step

Figures = dict[str, Any]

SPEED_QUERIES = 300
_STEPS = "benchmarks.peers.steps"
_FIRST_USE_ROWS = 16


@dataclass(frozen=True, slots=True)
class Task:
    """A corpus and the queries to ask of it, as files; the queries begin with those of warm-up."""

    corpus: Path
    queries: Path


@dataclass(frozen=True, slots=True)
class Runner:
    """Measures systems, by name, in a scratch directory. `say` is told what is being done."""

    systems: Sequence[str]
    scratch: Path
    say: Callable[[str], object]

    def first_use(self, rows: Sequence[Row]) -> dict[str, float]:
        """Return how long each takes for a few papers on a machine that has not run it yet.

        Whatever is made once (Citewise's compiled model) or read from disk once, is so before the
        clock of the other steps runs.
        """
        task = Task(
            write_lines(self.scratch / "first.jsonl", rows[:_FIRST_USE_ROWS]),
            _queries(self.scratch / "first-queries.jsonl", _titles(rows[: WARM_UP + 1])),
        )
        seconds = {}
        for system in self.systems:
            figures = self.measure(system, task)
            seconds[system] = figures["build_seconds"] + figures["ready_seconds"]
        return seconds

    def rounds(self, task: Task, n_rounds: int) -> Iterator[dict[str, Figures]]:
        """Yield each round's figures by system; each round begins with another system."""
        for number in range(n_rounds):
            order = [*self.systems[number % len(self.systems) :], *self.systems][
                : len(self.systems)
            ]
            self.say(f"Round {number + 1} of {n_rounds}")
            yield {system: self.measure(system, task) for system in order}

    def measure(self, system: str, task: Task) -> Figures:
        """Return the figures of one system, built anew and asked, each in its own process."""
        with tempfile.TemporaryDirectory(dir=self.scratch, prefix=f"{system}-") as folder:
            directory = Path(folder).resolve() / "index"
            common = {"system": system, "directory": directory}
            self.say(f"  {system}: indexing")
            built = run_step(f"{_STEPS}:build", **common, corpus=task.corpus.resolve())
            disk = sum(disk_mb(directory).values())
            self.say(f"  {system}: {built['abstracts_per_second']:.1f} abstracts/s; asking")
            asked = run_step(f"{_STEPS}:query", **common, queries=task.queries.resolve())
            self.say(f"  {system}: {asked['p50_ms']:.1f} ms a query")
        return {
            **built,
            **asked,
            "peak_mb_indexing": built["peak_mb"],
            "peak_mb_searching": asked["peak_mb"],
            "disk_mb": disk,
            "network": sorted({*built["network"], *asked["network"]}),
        }


def speed_task(data: Path, size: int, scratch: Path) -> tuple[Task, list[Row]]:
    """Return `size` ACL abstracts with titles of papers that are not among them as queries.

    The rows come with it.
    """
    rows = list(acl_rows(data))
    if not 1 <= size <= len(rows) - WARM_UP - SPEED_QUERIES:
        raise BenchmarkError(f"--size {size} is not between 1 and {len(rows) - 320:,}.")
    unseen = _titles(rows[-WARM_UP - SPEED_QUERIES :])
    task = Task(
        write_lines(scratch / "speed.jsonl", rows[:size]),
        _queries(scratch / "speed-queries.jsonl", unseen),
    )
    return task, rows[:size]


def quality_task(data: Path, corpus: Path, queries: Path, scratch: Path) -> Task:
    """Return the corpus with its queries behind some warm-up ones of another."""
    warm_up = _titles(list(islice(acl_rows(data), WARM_UP)))
    return Task(
        corpus, _queries(scratch / "quality-queries.jsonl", warm_up | read_queries(queries))
    )


def judged(figures: Figures, qrels: Path) -> Figures:
    """Return the figures with nDCG@10 in place of the rankings."""
    score = mean_ndcg(figures["rankings"], read_qrels(qrels))
    return {**without_rankings(figures), "ndcg_at_10": score}


def without_rankings(figures: Figures) -> Figures:
    """Return the figures only."""
    return {name: value for name, value in figures.items() if name != "rankings"}


def first_rows(data: Path) -> list[Row]:
    """Return some papers to try the systems on."""
    return list(islice(acl_rows(data), 100))


def _titles(rows: Sequence[Row]) -> dict[str, str]:
    return {f"title of {row['id']}": row["title"] for row in rows}


def _queries(path: Path, queries: dict[str, str]) -> Path:
    return write_lines(path, ({"id": key, "text": text} for key, text in queries.items()))
