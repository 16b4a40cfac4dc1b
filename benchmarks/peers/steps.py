"""The two steps that are measured of a system, each in a process of its own."""

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.data import read_queries, read_rows
from benchmarks.measuring import latency_ms, timed
from benchmarks.peers.system import create
from benchmarks.processes import seconds_since_start

TOP_K = 10
WARM_UP = 20  # none is asked again when the clock runs: a system may remember a query


def build(system: str, directory: str, corpus: str) -> dict[str, Any]:
    """Index a corpus. `index_seconds` runs from papers in memory to an index on disk."""
    opened = create(system)
    opened.open(Path(directory))
    rows = list(read_rows(Path(corpus)))
    seconds, _ = timed(partial(opened.index, rows))
    return {
        "index_seconds": seconds,
        "abstracts_per_second": len(rows) / seconds,
        "build_seconds": seconds_since_start(),
    }


def query(system: str, directory: str, queries: str) -> dict[str, Any]:
    """Ask an index that another process built; the first WARM_UP queries are not counted.

    `ready_seconds` runs from the start of the process (imports, model, index) to the first answer.
    """
    opened = create(system)
    opened.open(Path(directory))
    asked = read_queries(Path(queries))
    first = next(iter(asked.values()))
    opened.search(first, top_k=TOP_K)
    ready_seconds = seconds_since_start()
    for text in list(asked.values())[1:WARM_UP]:
        opened.search(text, top_k=TOP_K)
    seconds, rankings = [], {}
    for query_id, text in list(asked.items())[WARM_UP:]:
        took, ranked = timed(partial(opened.search, text, top_k=TOP_K))
        seconds.append(took)
        rankings[query_id] = ranked
    return {"ready_seconds": ready_seconds, **latency_ms(seconds), "rankings": rankings}
