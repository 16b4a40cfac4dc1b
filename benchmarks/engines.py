"""The same papers added by this process and by Ray workers.

`python -m benchmarks.engines PAPERS.jsonl [--papers 10000] [--workers 2]` runs `citewise add` with
each engine, compares the two catalogues and the answers to 200 questions about their papers, and
prints one table. The file is added in slices, by each engine in turn, so that both meet the same
moods of the machine; Ray's start is part of the time of every slice. `--record` puts the table into
docs/scale.md.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.load import questions_about
from benchmarks.processes import OFFLINE, ROOT
from benchmarks.tables import machine, number, record, table, today

_START = "import sys; from ui.cli.main import main; sys.exit(main(sys.argv[1:]))"
_PAGE = ROOT / "docs" / "scale.md"
_N_QUESTIONS = 200
# Columns that tell when it was, and after how many batches, of which a busy machine makes more.
_CLOCK = {"read_at", "added_at", "generation"}
_HEADER = ("engine", "papers", "seconds", "times local")


def main() -> int:
    """Add with each engine, compare, print."""
    arguments = _parser().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="citewise-engines-") as folder:
            text = _compared(arguments, Path(folder))
            sys.stdout.write(text + "\n")
            if arguments.record:
                record(_PAGE, "engines", text)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


def _compared(arguments: argparse.Namespace, folder: Path) -> str:
    local, by_ray = folder / "local", folder / "ray"
    options = ("--engine", "ray", "--ray-workers", str(arguments.workers))
    slices: list[tuple[float, float]] = []
    for papers in _slices(arguments, folder):
        slices.append((_seconds_to_add(papers, local), _seconds_to_add(papers, by_ray, *options)))
        sys.stderr.write(f"slice {len(slices)}: {slices[-1]}\n")
    is_same = _rows(local) == _rows(by_ray)
    answers = list(zip(_answers(local), _answers(by_ray), strict=True))
    n_same = sum(one == other for one, other in answers)
    return (
        f"{machine()}; {today()}; {len(slices)} slices, by each engine in turn.\n\n"
        f"{table(_HEADER, _table_rows(slices, arguments.workers, len(_rows(local)['papers'])))}\n\n"
        f"Catalogues {'equal' if is_same else 'DIFFERENT'} row for row;"
        f" {n_same} of {len(answers)} answers equal."
    )


def _table_rows(
    slices: list[tuple[float, float]], n_workers: int, n_papers: int
) -> list[list[str]]:
    of_local, of_ray = (sum(each) for each in zip(*slices, strict=True))
    return [
        [name, f"{n_papers:,}", number(seconds), number(seconds / of_local)]
        for name, seconds in (("local", of_local), (f"ray, {n_workers} workers", of_ray))
    ]


def _slices(arguments: argparse.Namespace, folder: Path) -> Iterator[Path]:
    """Yield files that hold the papers, each so many that the library grows by equal steps."""
    with arguments.papers_file.open() as file:
        lines = list(islice(file, arguments.papers))
    size = -(-len(lines) // arguments.slices)
    for start in range(0, len(lines), size):
        path = folder / f"papers-{start}.jsonl"
        path.write_text("".join(lines[start : start + size]))
        yield path


def _seconds_to_add(papers: Path, library: Path, *options: str) -> float:
    command = [sys.executable, "-c", _START, "add", str(papers), "--library", str(library)]
    began = time.perf_counter()
    ended = subprocess.run(  # noqa: S603 (our own command)
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, **OFFLINE},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BenchmarkError(f"citewise add failed:\n{ended.stderr[-2_000:]}")
    return time.perf_counter() - began


def _rows(library: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of a catalogue, but for the clock's columns."""
    found = {}
    with closing(sqlite3.connect(library / "catalogue.sqlite")) as catalogue:
        query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        for (name,) in catalogue.execute(query).fetchall():
            columns = [row[1] for row in catalogue.execute(f"PRAGMA table_info({name})")]
            chosen = ", ".join(f'"{column}"' for column in columns if column not in _CLOCK)
            rows = catalogue.execute(f"SELECT {chosen} FROM {name}")  # noqa: S608 (its own names)
            found[name] = sorted((row for row in rows if row[0] != "generation"), key=repr)
    return found


def _answers(library: Path) -> list[str]:
    from assistant import build_assistant, load_settings

    assistant = build_assistant(load_settings(library=library))
    titles = [paper.title for paper in assistant.library.catalogue.papers()][:_N_QUESTIONS]
    return [assistant.ask(question).text for question in questions_about(titles)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.engines", description=__doc__)
    parser.add_argument("papers_file", type=Path, help="papers as JSON lines")
    parser.add_argument("--papers", type=int, default=10_000, help="how many of them (10000)")
    parser.add_argument("--slices", type=int, default=4, help="to add them in (4)")
    parser.add_argument("--workers", type=int, default=2, help="of Ray (2)")
    parser.add_argument("--record", action="store_true", help="write the table into docs/scale.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
