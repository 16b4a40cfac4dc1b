"""What 1, 10 and 100 million abstracts take in bytes, hours and dollars, from what was measured.

`python -m benchmarks.scale_plan` prints the inputs and the plan; `--set NAME=VALUE` takes another
input (a price, a machine, a figure of your own library), `--record` puts both into docs/scale.md,
and `--library DIR` measures what can be measured of a library here.
"""

import argparse
import math
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.scale_inputs import INPUTS, measured, values_of
from benchmarks.tables import number, record, table

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
NAME = "scale plan"
SIZES = (1_000_000, 10_000_000, 100_000_000)  # abstracts

_DIMENSION = 384
_HOURS_A_MONTH = 730


def plan(papers: int, values: Mapping[str, float]) -> dict[str, float]:
    """Return every figure of the plan for so many abstracts, by its name in the table."""
    return {
        **counts(papers, values),
        **disk(papers, values),
        **encoding(papers, values),
        **serving(papers, values),
    }


def counts(papers: int, values: Mapping[str, float]) -> dict[str, float]:
    """Return numbers of rows, and the bytes of their vectors by how long their numbers are."""
    chunks = _chunks(papers, values)
    return {
        "abstracts": papers,
        "chunks": chunks,
        "vectors, float32: GB": chunks * _DIMENSION * 4 / 1e9,
        "vectors, float16: GB": chunks * _DIMENSION * 2 / 1e9,
        "vectors, int8: GB": chunks * _DIMENSION / 1e9,
        "vectors, binary: GB": chunks * _DIMENSION / 8 / 1e9,
    }


def disk(papers: int, values: Mapping[str, float]) -> dict[str, float]:
    """Return the bytes of the files, in proportion to the papers."""
    parts = {
        "catalogue": "catalogue_bytes",
        "file of vectors": "matrix_bytes",
        "lexical indexes": "lexical_bytes",
        "dense index": "chroma_bytes",
    }
    shares = {
        f"disk, {part}: GB": values[name] * papers / values["papers"] / 1e9
        for part, name in parts.items()
    }
    return {**shares, "disk, all: GB": sum(shares.values())}


def encoding(papers: int, values: Mapping[str, float]) -> dict[str, float]:
    """Return the hours and dollars of encoding once, on cores and on GPUs."""
    chunks = _chunks(papers, values)
    core_hours = chunks * values["encode_ms"] / 3.6e6 * values["ray_factor"]
    gpu_chunks = values["gpu_sentences"] * values["sentence_pieces"] / values["pieces"]
    gpu_hours = chunks / gpu_chunks / 3_600 * values["ray_factor"]
    machine_hours = core_hours / values["machine_cores"]
    return {
        "encoding: core hours": core_hours,
        "encoding: machines of Ray": math.ceil(machine_hours / values["encode_hours"]),
        "encoding on cores: dollars": machine_hours * values["machine_dollars"],
        "encoding: GPU hours": gpu_hours,
        "encoding on GPUs: dollars": gpu_hours * values["gpu_dollars"],
    }


def serving(papers: int, values: Mapping[str, float]) -> dict[str, float]:
    """Return what the graphs take: shards, alike, one a machine, to build and to keep."""
    chunks = _chunks(papers, values)
    links = values["graph_bytes"] - _DIMENSION * 4
    shards = _shards(chunks, values["graph_bytes"], values)
    vectors = chunks / shards
    shard = graph(vectors, values)
    machines = shards * values["machine_dollars"] * _HOURS_A_MONTH
    files = disk(papers, values)["disk, all: GB"] * values["gb_month_dollars"]
    return {
        "graph in memory, float32: GB": chunks * values["graph_bytes"] / 1e9,
        "graph in memory, int8: GB": chunks * (links + _DIMENSION) / 1e9,
        "graph in memory, binary: GB": chunks * (links + _DIMENSION / 8) / 1e9,
        "shards, float32": shards,
        "shards, int8": _shards(chunks, links + _DIMENSION, values),
        "shards, binary": _shards(chunks, links + _DIMENSION / 8, values),
        "a shard of float32: million vectors": vectors / 1e6,
        "a shard: core hours to build": shard["build: CPU s"] / 3_600,
        "a shard: CPU ms of a search": shard["search: CPU ms"],
        "all shards: CPU ms of a search": shards * shard["search: CPU ms"],
        "serving from float32: dollars a month": machines + files,
    }


def graph(vectors: float, values: Mapping[str, float]) -> dict[str, float]:
    """Return what one graph of so many float32 vectors takes to build, to keep and to search."""
    return {
        "build: CPU s": vectors * _grown("build_ms", vectors, values) / 1e3,
        "search: CPU ms": _grown("search_ms", vectors, values),
        "memory: MB": vectors * values["graph_bytes"] / 1e6,
        "disk: MB": vectors * values["chroma_bytes"] / values["chunks"] / 1e6,
    }


def _chunks(papers: int, values: Mapping[str, float]) -> float:
    return papers * values["chunks"] / values["papers"]


def _shards(chunks: float, bytes_a_vector: float, values: Mapping[str, float]) -> int:
    room = values["machine_gb"] * 1e9 * values["graph_share"]
    return math.ceil(chunks * bytes_a_vector / room)


def _grown(name: str, vectors: float, values: Mapping[str, float]) -> float:
    """Return the milliseconds at a size: those measured at two, in proportion to the logarithm."""
    small, large = values[f"small_{name}"], values[f"large_{name}"]
    steps = math.log(values["large_graph"] / values["small_graph"])
    return small + (large - small) * math.log(vectors / values["small_graph"]) / steps


def report(values: Mapping[str, float]) -> str:
    """Return the table of inputs and the plan, as Markdown."""
    inputs = [
        [known.what, f"`{name}`", _figure(values[name]), known.source]
        for name, known in INPUTS.items()
    ]
    plans = [plan(papers, values) for papers in SIZES]
    rows = [[name, *(_figure(found[name]) for found in plans)] for name in plans[0]]
    header = ["", *(f"{papers // 1_000_000} million" for papers in SIZES)]
    return f"{table(('input', 'name', 'value', 'from'), inputs)}\n\n{table(header, rows)}"


def _figure(value: float) -> str:
    """Return whole numbers whole, and others with three digits that matter."""
    return f"{value:,.0f}" if float(value).is_integer() else number(value)


def main() -> int:
    """Print the plan, or what can be measured of a library."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale_plan", description=__doc__)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")
    parser.add_argument("--library", type=Path, help="print the inputs that this library gives")
    parser.add_argument("--record", action="store_true", help="put it into docs/scale.md")
    arguments = parser.parse_args()
    try:
        if arguments.library:
            found = measured(arguments.library)
            text = "\n".join(f"{name}={value:.10g}" for name, value in found.items())
        else:
            text = report(values_of(arguments.changes))
        sys.stdout.write(text + "\n")
        if arguments.record:
            record(PAGE, NAME, text)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
