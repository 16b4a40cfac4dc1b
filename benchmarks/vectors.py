"""Exact search of vectors beside Chroma's HNSW, beside shorter numbers, and at a million.

`python -m benchmarks.vectors --library DIR` tries settings of HNSW, and numbers of fewer bits, on
vectors of the library. With `--synthetic 1000000` it builds one index of so many with our settings;
those that the library has not are made from its own. `--questions FILE` asks real ones too (JSON
lines of `id, text`). The library is only read.
"""

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.processes import run_step
from benchmarks.scale_inputs import values_of
from benchmarks.scale_plan import graph
from benchmarks.tables import machine, number, record, table, today
from vectorstore.indexes.dense import HNSW

_PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
_STEPS = "benchmarks.vector_steps"
_GRAPHS = ((16, 100), (16, 200), (32, 200), (48, 400))  # max_neighbors, ef_construction
_EF_SEARCH = (100, 200, 300, 500)
_RESCORED = (10, 20, 50, 100, 200)  # found by short numbers, compared by whole ones
_EVERY = 100_000  # vectors, a growing index is searched
_NO_LIMIT = 1e9
_FOUND = ("recall@10, held-out chunks", "questions", "p50 ms", "p95 ms", "CPU ms a query")


def main() -> int:
    """Measure, and print tables."""
    arguments = _parser().parse_args()
    try:
        with TemporaryDirectory(prefix="citewise-vectors-") as folder:
            measured = (_grown if arguments.synthetic else _chosen)(arguments, Path(folder))
        _show(arguments, measured)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


def _show(arguments: argparse.Namespace, measured: Mapping[str, str]) -> None:
    head = f"{today()}, {machine()}, which others used too; {arguments.queries} queries of a kind."
    for name, text in measured.items():
        sys.stdout.write(f"{name}\n\n{head}\n\n{text}\n\n")
        if arguments.record:
            record(_PAGE, name, f"{head}\n\n{text}")


def _chosen(arguments: argparse.Namespace, folder: Path) -> dict[str, str]:
    """Return what settings of HNSW, and numbers of fewer bits, do on the same vectors."""
    _prepare(arguments, folder, [arguments.vectors])
    rows = [row for links in _GRAPHS for row in _rows_of(links, folder, arguments.vectors)]
    header = ("neighbours, `ef_construction`, `ef_search`", *_FOUND, "build CPU s", "index MB")
    short = run_step(
        f"{_STEPS}:quantised", folder=folder, size=arguments.vectors, rescored=_RESCORED
    )
    return {"hnsw settings": table(header, rows), "short vectors": _short(short)}


def _rows_of(links: tuple[int, int], folder: Path, size: int) -> list[list[str]]:
    """Return a row of figures for each `ef_search` over one graph, which is built."""
    names = ("max_neighbors", "ef_construction")
    built = _build(folder, [size], dict(zip(names, links, strict=True)), _NO_LIMIT)
    rows = []
    for ef_search in _EF_SEARCH:
        found = _search(folder, size, ef_search)
        name = ", ".join(map(str, (*links, ef_search)))
        cpu_seconds = built["steps"][-1]["cpu_seconds"]
        rows.append([name, *_found(found), number(cpu_seconds), number(found["index_mb"])])
    return rows


def _short(found: Mapping[str, Any]) -> str:
    """Return the table of numbers of fewer bits."""
    header = ["", "bytes a vector", *(f"first {depth}" for depth in _RESCORED)]
    rows = [["float32", "1,536", *["1.0000"] * len(_RESCORED)]]
    for name in ("float16", "int8", "binary"):
        shares = (f"{found[name]['recall'][str(depth)]:.4f}" for depth in _RESCORED)
        rows.append([name, f"{found[name]['bytes']:,}", *shares])
    return (
        f"{table(header, rows)}\n\nComparing all by bits that differ: {found['binary_cpu_ms']:.2f}"
        " CPU ms a query."
    )


def _grown(arguments: argparse.Namespace, folder: Path) -> dict[str, str]:
    """Return what one growing index costs, and how like real vectors synthetic ones are."""
    sizes = [*range(_EVERY, arguments.synthetic, _EVERY), arguments.synthetic]
    n_real = _prepare(arguments, folder, sizes)["n_real"]
    settings = {name: value for name, value in HNSW.items() if name != "space"}
    built = _build(folder, sizes, settings, arguments.limit_seconds)
    opened = _search(folder, built["steps"][-1]["size"], HNSW["ef_search"])
    header = ("vectors", *_FOUND, "build CPU s")
    rows = [
        [f"{step['size']:,}", *_found(step), number(step["cpu_seconds"])] for step in built["steps"]
    ]
    planned = _planned(built, opened, arguments.synthetic)
    likeness = _likeness(arguments, n_real)
    return {"growing index": "\n\n".join((table(header, rows), planned, likeness))}


def _planned(built: Mapping[str, Any], opened: Mapping[str, Any], size: int) -> str:
    """Return what the plan says of the largest index, and what it takes.

    The plan stands on the first size and the last but one, so that it foretells the last.
    """
    *before, reached = built["steps"]
    values = _of_two(before[:1] + before[1:][-1:])
    measured = {
        "build: CPU s": reached["cpu_seconds"],
        "search: CPU ms": opened["cpu_ms"],
        "memory: MB": opened["index_mb"],
        "disk: MB": built["disk_mb"],
    }
    plans = [graph(vectors, values) for vectors in (reached["size"], size)]
    rows = [
        [name, *map(number, (plans[0][name], measured[name], plans[1][name]))] for name in measured
    ]
    header = ("", f"{reached['size']:,}, plan", "measured", f"{size:,}, plan")
    return (
        f"{table(header, rows)}\n\nOpened by a new process: {opened['open_seconds']:.2f} s to the"
        f" first answer, then p50 {opened['p50_ms']:.2f} ms, p95 {opened['p95_ms']:.2f} ms."
        f" Building held {built['peak_mb']:,.0f} MB at most."
    )


def _of_two(steps: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the inputs of the plan, up to two sizes of a growing index in place of its own."""
    changes = [
        f"{name}_{what}={value}"
        for name, step in zip(("small", "large"), steps, strict=False)
        for what, value in (
            ("graph", step["size"]),
            ("build_ms", step["cpu_seconds"] / step["size"] * 1e3),
            ("search_ms", step["cpu_ms"]),
        )
    ]
    return values_of(changes)


def _likeness(arguments: argparse.Namespace, n_real: int) -> str:
    """Return how synthetic vectors compare with real ones."""
    n_vectors = min(_EVERY, n_real)
    found = run_step(
        f"{_STEPS}:likeness",
        library=arguments.library,
        n_vectors=n_vectors,
        n_queries=arguments.queries,
    )
    header = (f"{n_vectors:,} vectors", "nearest, similarity", "tenth nearest", "dimension")
    keys = ("first", "tenth", "dimension")
    rows = [[name, *(number(found[name][key]) for key in keys)] for name in ("real", "synthetic")]
    return f"The first {n_real:,} vectors are real.\n\n{table(header, rows)}"


def _prepare(arguments: argparse.Namespace, folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    return run_step(
        f"{_STEPS}:prepare",
        library=arguments.library,
        folder=folder,
        sizes=sizes,
        n_queries=arguments.queries,
        questions=arguments.questions,
    )


def _build(
    folder: Path, sizes: Sequence[int], settings: Mapping[str, object], limit_seconds: float
) -> dict[str, Any]:
    with_ef = {"ef_search": HNSW["ef_search"], **settings}
    directory = folder / "chroma"
    shutil.rmtree(directory, ignore_errors=True)
    return run_step(
        f"{_STEPS}:build",
        folder=folder,
        directory=directory,
        sizes=sizes,
        settings=with_ef,
        limit_seconds=limit_seconds,
    )


def _search(folder: Path, size: int, ef_search: int) -> dict[str, Any]:
    return run_step(
        f"{_STEPS}:search",
        folder=folder,
        directory=folder / "chroma",
        size=size,
        ef_search=ef_search,
    )


def _found(found: Mapping[str, Any]) -> list[str]:
    shares = found["recall"]
    recalls = [f"{shares[kind]:.4f}" if kind in shares else "–" for kind in ("chunks", "questions")]
    return [*recalls, *(number(found[name]) for name in ("p50_ms", "p95_ms", "cpu_ms"))]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.vectors", description=__doc__)
    parser.add_argument("--library", type=Path, required=True, help="whose vectors are taken")
    parser.add_argument("--vectors", type=int, default=100_000, help="real ones (100000)")
    parser.add_argument("--synthetic", type=int, metavar="N", help="grow one index to N vectors")
    parser.add_argument("--limit-seconds", type=float, default=1_200, help="of growing (1200)")
    parser.add_argument("--queries", type=int, default=200, help="of each kind (200)")
    parser.add_argument("--questions", type=Path, help="real questions: JSON lines of id, text")
    parser.add_argument("--record", action="store_true", help="put the tables into docs/scale.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
