"""Citewise beside its peers: `python -m benchmarks.peers --data DIR`."""

import argparse
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.peers.report import comparison
from benchmarks.peers.runner import (
    SPEED_QUERIES,
    Runner,
    first_rows,
    judged,
    quality_task,
    speed_task,
    without_rankings,
)
from benchmarks.peers.system import SYSTEMS
from benchmarks.tables import machine, record, today

_PAGE = Path(__file__).parents[1] / "README.md"
_SHARED_PACKAGES = ("torch", "sentence-transformers", "transformers", "chromadb", "openvino")


def main() -> int:
    """Run what the arguments ask for, print the table and keep all figures as JSON."""
    arguments = _parser().parse_args()
    arguments.out = arguments.out or arguments.work / f"peers-{arguments.size}.json"
    try:
        _run(arguments)
    except BenchmarkError as error:
        _say(f"benchmarks: {error}")
        return 1
    return 0


def _run(arguments: argparse.Namespace) -> None:
    scifact = arguments.data / "scifact"
    corpus = arguments.corpus or scifact / "corpus.jsonl.gz"
    queries = arguments.queries or scifact / "queries.train.jsonl"
    qrels = arguments.qrels or scifact / "qrels.train.tsv"
    scratch = arguments.work / "peers"
    runner = Runner(arguments.systems, scratch, _say)

    found: dict[str, Any] = _facts(arguments)
    _say("First use, not measured")
    found["first_use_seconds"] = runner.first_use(first_rows(arguments.data))
    if "speed" in arguments.measure:
        task, rows = speed_task(arguments.data, arguments.size, scratch)
        found["size"] = len(rows)
        for figures in runner.rounds(task, arguments.rounds):
            one = {system: without_rankings(figures[system]) for system in arguments.systems}
            found["rounds"].append(one)
            _keep(found, arguments.out)
    if "quality" in arguments.measure:
        _say(f"Quality: {queries.name} on {corpus.parent.name}")
        task = quality_task(arguments.data, corpus, queries, scratch)
        for system in arguments.systems:
            found["quality"][system] = judged(runner.measure(system, task), qrels)
            _keep(found, arguments.out)
    text = _text(found, arguments)
    sys.stdout.write(text + "\n")
    if arguments.record:
        record(_PAGE, f"peers {arguments.size}", text)


def _facts(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the figures depend on, and where they will stand."""
    packages = {name for system in arguments.systems for name in SYSTEMS[system].packages}
    return {
        "date": today(),
        "machine": machine(),
        "versions": {name: _version(name) for name in sorted({*packages, *_SHARED_PACKAGES})},
        "rounds": [],
        "quality": {},
    }


def _text(found: dict[str, Any], arguments: argparse.Namespace) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{arguments.size:,} ACL abstracts, {SPEED_QUERIES} queries,"
        f" rounds: {len(found['rounds'])}; {found['machine']}; {found['date']}.\n\n"
        f"{comparison(found['rounds'], found['quality'], arguments.systems)}\n\n{versions}"
    )


def _keep(found: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="directory of acl_anthology and scifact")
    add("--size", type=int, default=1_000, help="ACL abstracts to index (%(default)s)")
    add("--rounds", type=int, default=3, help="times each is indexed and asked (%(default)s)")
    add("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), help="which ones")
    add("--measure", nargs="+", choices=("speed", "quality"), default=["speed", "quality"])
    add("--corpus", type=Path, help="for quality (scifact/corpus.jsonl.gz)")
    add("--queries", type=Path, help="for quality (scifact/queries.train.jsonl)")
    add("--qrels", type=Path, help="for quality (scifact/qrels.train.tsv)")
    add("--work", type=Path, default=Path(".bench"), help="scratch directory (%(default)s)")
    add("--out", type=Path, help="all figures as JSON (WORK/peers-SIZE.json)")
    add("--record", action="store_true", help="put the table into benchmarks/README.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
