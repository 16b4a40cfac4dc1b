"""The dense index in the library beside the one on a Chroma server, in one run.

Start a server, then `python -m benchmarks.chroma_server --library DIR --chroma-url URL`. What goes
to the server is a copy of the library.
"""

import argparse
import random
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from assistant.build import build_encoder
from assistant.settings import load_settings
from benchmarks.measuring import latency_ms, recall, timed
from benchmarks.tables import machine, number, record, table, today
from vectorstore import ChromaServer, Library, candidates
from vectorstore.indexes.dense import LocalDenseIndex

Ask = Callable[[str], object]

_PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
_TOP_K = 100  # what a search asks the index for
_WARM_UP = 20
_READERS = 8


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--chroma-url", required=True)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--record", action="store_true", help="put the tables into docs/scale.md")
    arguments = parser.parse_args()
    text = _run(arguments.library, arguments.chroma_url, arguments.queries)
    sys.stdout.write(text + "\n")
    if arguments.record:
        record(_PAGE, "chroma server", text)


def _run(path: Path, url: str, n_queries: int) -> str:
    encoder = build_encoder(load_settings())
    local = Library.open(path, encoder)
    with TemporaryDirectory(prefix="citewise-") as directory:
        into_files_seconds, _ = timed(lambda: _fill(local, Path(directory) / "chroma"))
        copy = Path(shutil.copytree(path, Path(directory) / "library"))
        load_seconds, served = timed(lambda: Library.open(copy, encoder, server=ChromaServer(url)))
        open_seconds, _ = timed(lambda: Library.open(copy, encoder, server=ChromaServer(url)))
        titles = [paper.title for paper in local.catalogue.papers()]
        queries = random.Random(7).sample(titles, n_queries)  # noqa: S311 (no secret)
        local.encode(queries)
        served.encode(queries)
        candidates.FEW_CHUNKS = 0  # both ask their dense index, whatever the size
        figures = _measured(local, served, queries)
        n_chunks = local.status().n_chunks
        loading = (
            f"Loading {n_chunks:,} chunks: {load_seconds:.1f} s to the server,"
            f" {into_files_seconds:.1f} s into files, {load_seconds / into_files_seconds:.2f}×."
            f" Opening again, with the check of the"
            f" collection: {open_seconds * 1e3:.0f} ms. Of the ten nearest chunks"
            f" {_shared(local, served, queries):.2%} are the same."
        )
    head = f"{today()}, {machine()}, which others used too; {n_queries} queries."
    return f"{head}\n\n{_as_table(figures)}\n\n{loading}"


def _measured(
    local: Library, served: Library, queries: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return the figures of each way of asking; they take turns, query by query."""
    ways: dict[str, Ask] = {
        "nearest chunks, library": _nearest(local),
        "nearest chunks, server": _nearest(served),
        "whole search, library": lambda query: local.search(query, top_k=10),
        "whole search, server": lambda query: served.search(query, top_k=10),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries:
        for name, ask in ways.items():
            seconds[name].append(timed(lambda ask=ask, query=query: ask(query))[0])
    return {
        name: latency_ms(seconds[name][_WARM_UP:])
        | {"one": _per_second(ask, queries, 1), "many": _per_second(ask, queries, _READERS)}
        for name, ask in ways.items()
    }


def _fill(library: Library, directory: Path) -> None:
    """Make the index in files from the same vectors, its graph on disk."""
    index = LocalDenseIndex(directory)
    for chunks in library.catalogue.chunks_since(-1):
        index.apply(chunks, [])
    index.search(library.encode(["ready"])[0], top_k=1)


def _nearest(library: Library) -> Ask:
    return lambda query: library._indexes.dense.search(library.encode([query])[0], top_k=_TOP_K)


def _per_second(ask: Ask, queries: Sequence[str], n_readers: int) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(n_readers) as readers:
        list(readers.map(ask, queries))
    return len(queries) / (time.perf_counter() - started)


def _shared(local: Library, served: Library, queries: Sequence[str]) -> float:
    def ten(library: Library, query: str) -> list[int]:
        rows = library._indexes.dense.search(library.encode([query])[0], top_k=10)
        return [int(row) for row in rows]

    return fmean(recall(ten(served, query), ten(local, query)) for query in queries)


def _as_table(figures: Mapping[str, Mapping[str, float]]) -> str:
    header = ["", "p50 ms", "p95 ms", "queries/s, 1 reader", f"queries/s, {_READERS} readers"]
    rows = [[name, *map(number, values.values())] for name, values in figures.items()]
    for what in ("nearest chunks", "whole search"):
        of_library, of_server = (figures[f"{what}, {place}"] for place in ("library", "server"))
        ratios = (of_server[name] / of_library[name] for name in of_library)
        rows.append([f"{what}, server to library", *(f"{ratio:.2f}×" for ratio in ratios)])
    return table(header, rows)


if __name__ == "__main__":
    main()
