"""The steps measured of a library as it grows, each in a process of its own."""

import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.data import read_queries
from benchmarks.measuring import latency_ms, recall, timed
from benchmarks.peers.citewise import open_library
from benchmarks.processes import seconds_since_start

if TYPE_CHECKING:
    from vectorstore import Library

TOP_K = 10
N_QUERIES = 200  # a filter
N_RECALL_QUERIES = 200
WARM_UP = 20
_NOTE_EVERY_SECONDS = 5.0


def add(library: str, papers_file: str, log: str) -> dict[str, Any]:
    """Add the papers of a file; those that an earlier, interrupted sitting added stay.

    What the sitting took so far is kept in `log`, so that an interruption loses no figure.
    """
    from vectorstore import read_source

    opened = open_library(Path(library))
    papers = read_source(papers_file).papers
    before = opened.status().n_papers
    started = time.perf_counter()
    noted = started

    def note(done: int, _total: int) -> None:
        nonlocal noted
        if time.perf_counter() - noted > _NOTE_EVERY_SECONDS:
            noted = time.perf_counter()
            sitting = {"seconds": noted - started, "papers": max(0, done - before)}
            Path(log).write_text(json.dumps(sitting), encoding="utf-8")

    opened.add(papers, progress=note)
    status = opened.status()
    Path(log).unlink(missing_ok=True)
    return {
        "seconds": time.perf_counter() - started,
        "papers": status.n_papers - before,
        "n_papers": status.n_papers,
        "n_chunks": status.n_chunks,
    }


def start(library: str) -> dict[str, Any]:
    """Open a library; both times run from the start of the process, imports and all."""
    opened = open_library(Path(library))
    open_seconds = seconds_since_start()
    opened.search("neural machine translation of rare words", top_k=TOP_K)
    return {"open_seconds": open_seconds, "ready_seconds": seconds_since_start()}


def add_more(library: str, papers_file: str) -> dict[str, Any]:
    """Add a few papers to a library that has just been opened."""
    from vectorstore import read_source

    opened = open_library(Path(library))
    papers = read_source(papers_file).papers
    seconds, report = timed(partial(opened.add, papers))
    return {"seconds": seconds, "papers": len(report.added)}


def search(library: str, queries: str, filters: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return latency by filter, given as the fields of a SearchFilter or None.

    Every query is asked once in all: a library may remember the vector of one.
    """
    from vectorstore import SearchFilter

    opened = open_library(Path(library))
    titles = iter(read_queries(Path(queries)).values())
    found = {}
    for name, fields in filters.items():
        where = SearchFilter(**_sets(fields)) if fields else None
        ask = partial(opened.search, top_k=TOP_K, where=where)
        for _ in range(WARM_UP):
            ask(next(titles))
        measured = [timed(partial(ask, next(titles))) for _ in range(N_QUERIES)]
        fewest = min(len(hits) for _, hits in measured)
        found[name] = {**latency_ms([took for took, _ in measured]), "fewest_returned": fewest}
    return {"filters": found}


def dense_recall(library: str, queries: str) -> dict[str, Any]:
    """Return recall@10 of the dense index against all products with the stored vectors."""
    opened = open_library(Path(library))
    titles = list(read_queries(Path(queries)).values())[:N_RECALL_QUERIES]
    shares = [recall(found, wanted) for found, wanted in _nearest_chunks(opened, titles)]
    return {"recall_at_10": sum(shares) / len(shares)}


def _sets(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with sets where JSON has lists."""
    return {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in fields.items()
    }


def _nearest_chunks(
    library: "Library", queries: Sequence[str]
) -> list[tuple[list[int], list[int]]]:
    """Return for each query the chunks that the dense index finds, and those truly nearest.

    The one place of the benchmarks that reaches into a library.
    """
    import numpy as np

    stored = [one for batch in library.catalogue.chunks_since(-1) for one in batch]
    chunk_rows = np.array([one.chunk_row for one in stored])
    vectors = np.stack([one.vector for one in stored])
    pairs = []
    for vector in library._vectors.of(queries):
        nearest = np.argsort(-(vectors @ vector), kind="stable")[:TOP_K]
        found = library._indexes.dense.search(vector, top_k=TOP_K)
        pairs.append((found.tolist(), chunk_rows[nearest].tolist()))
    return pairs
