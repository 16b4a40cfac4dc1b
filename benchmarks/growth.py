"""Citewise at 1,000, 10,000 and 100,000 abstracts: `python -m benchmarks.growth --data DIR`.

Libraries are kept in the --work directory. An interrupted run is continued: papers that are in are
not added again, and the time that they took is not forgotten.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import Row, closest_year_range, mixed_rows, write_lines
from benchmarks.errors import BenchmarkError
from benchmarks.measuring import disk_mb
from benchmarks.processes import run_step
from benchmarks.tables import machine, number, record, table, today

Figures = dict[str, Any]

_PAGE = Path(__file__).with_name("README.md")
_STEPS = "benchmarks.growth_steps"
_UNSEEN_ROWS = 4_000  # the last of 104,200, in no library of 100,000: their titles are the queries
_YEAR_SHARES = (("half", 0.5), ("a tenth", 0.1), ("a hundredth", 0.01))
_N_IDS = 5
_FILTERS = ("none", "half", "a tenth", "a hundredth", "ids")
# What the table says of a figure, where it is found, and whether it grows with the papers.
_ROWS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("adding: seconds", ("add", "seconds"), True),
    ("adding: abstracts/s", ("add", "abstracts_per_second"), False),
    ("adding: peak MB", ("add", "peak_mb"), True),
    ("chunks", ("add", "n_chunks"), True),
    *(
        (f"disk: {part} MB", ("disk", part), True)
        for part in ("all", "catalogue", "chroma", "tantivy", "matrix", "other")
    ),
    ("opening: s from process start", ("start", "open_seconds"), True),
    ("first answer: s from process start", ("start", "ready_seconds"), True),
    ("adding ten more: s", ("add_ten", "seconds"), True),
    ("adding ten more: peak MB", ("add_ten", "peak_mb"), True),
    *(
        (f"search, filter {name}: {label}", ("search", "filters", name, figure), True)
        for name in _FILTERS
        for figure, label in (("p50_ms", "p50 ms"), ("p95_ms", "p95 ms"))
    ),
    ("search: peak MB", ("search", "peak_mb"), True),
    ("dense recall@10", ("dense_recall", "recall_at_10"), False),
)


def main() -> int:
    """Measure each size and print one table."""
    arguments = _parser().parse_args()
    try:
        text = _run(arguments)
        sys.stdout.write(text + "\n")
        if arguments.record:
            record(_PAGE, "growth", text)
    except BenchmarkError as error:
        _say(f"benchmarks: {error}")
        return 1
    return 0


def growth_table(found: Mapping[int, Figures]) -> str:
    """Return the figures by size as Markdown; a last column says what ten times more would be.

    It takes the step between the two largest sizes for the next one, where that is a factor of ten.
    """
    sizes = sorted(found)
    forecast = len(sizes) > 1 and sizes[-1] == 10 * sizes[-2]
    header = ["", *(f"{size:,}" for size in sizes)]
    header += [f"{10 * sizes[-1]:,}, if it goes on so"] if forecast else []
    rows = []
    for label, path, grows in _ROWS:
        values = [_at(found[size], path) for size in sizes]
        cells = [number(value) for value in values]
        if forecast:
            cells.append(number(next_tenfold(*values[-2:]) if grows else None))
        rows.append([label, *cells])
    return table(header, rows)


def next_tenfold(last_but_one: float | None, last: float | None) -> float | None:
    """Return the value after another factor of ten, by the power law through two values."""
    if not last_but_one or last is None:
        return None
    return last * last / last_but_one


def part_of(path: Path) -> str:
    """Return to which part of a library a file belongs: `indexes/<build>/<part>/...`."""
    if path.parts[0] == "indexes" and len(path.parts) > 3:
        return path.parts[2]
    return "catalogue" if path.name.startswith("catalogue.") else "other"


def _run(arguments: argparse.Namespace) -> str:
    out = arguments.work / "growth.json"
    found = {int(size): figures for size, figures in _read(out).items()}
    rows = mixed_rows(arguments.data)
    _check(arguments.sizes, len(rows))
    for size in arguments.sizes:
        found[size] = _measure(rows, size, arguments)
        _write(out, {str(known): figures for known, figures in sorted(found.items())})
    shown = {size: found[size] for size in arguments.sizes}
    return f"{machine()}; {today()}.\n\n{growth_table(shown)}"


def _check(sizes: Sequence[int], n_rows: int) -> None:
    wrong = [size for size in sizes if not _N_IDS <= size <= n_rows - _UNSEEN_ROWS]
    if wrong:
        raise BenchmarkError(
            f"--sizes {wrong[0]} is not between {_N_IDS} and {n_rows - _UNSEEN_ROWS:,}."
        )


def _measure(rows: Sequence[Row], size: int, arguments: argparse.Namespace) -> Figures:
    """Return the figures of one size. Steps read files: these rows are not of their memory."""
    library = (arguments.work / f"library-{size}").resolve()
    papers = write_lines(library.with_suffix(".papers.jsonl"), rows[:size])
    ten = write_lines(library.with_suffix(".ten.jsonl"), rows[size : size + 10])
    unseen = rows[-_UNSEEN_ROWS:]
    texts = ({"id": row["id"], "text": row["title"]} for row in unseen)
    queries = write_lines(library.with_name("queries.jsonl"), texts)
    if arguments.fresh:
        for file in (_sittings_file(library), _interrupted_file(library)):
            file.unlink(missing_ok=True)
        shutil.rmtree(library, ignore_errors=True)
    _say(f"{size:,}: adding")
    figures: Figures = {"add": _add(library, papers, size)}
    figures["disk"] = disk_mb(library) | disk_mb(library, part_of)
    _say(f"{size:,}: opening, searching, recall")
    run_step(f"{_STEPS}:start", library=library)  # so that files are in memory for the one counted
    figures["start"] = run_step(f"{_STEPS}:start", library=library)
    filters = filters_of(rows[:size])
    figures["search"] = run_step(
        f"{_STEPS}:search", library=library, queries=queries, filters=filters
    )
    figures["search"]["bounds"] = filters
    figures["dense_recall"] = run_step(f"{_STEPS}:dense_recall", library=library, queries=queries)
    _say(f"{size:,}: adding ten more, to a copy")
    copy = library.with_name(f"{library.name}-copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(library, copy)
    figures["add_ten"] = run_step(f"{_STEPS}:add_more", library=copy, papers_file=ten)
    shutil.rmtree(copy)
    return figures


def filters_of(rows: Sequence[Row]) -> dict[str, dict[str, Any] | None]:
    """Return the filters to measure by name: none, years that let a share through, a few ids."""
    years = [row.get("year") for row in rows]
    filters: dict[str, dict[str, Any] | None] = {"none": None}
    for name, share in _YEAR_SHARES:
        first, last = closest_year_range(years, share)
        filters[name] = {"year_from": first, "year_to": last}
    filters["ids"] = {"paper_ids": [row["id"] for row in rows[:: len(rows) // _N_IDS][:_N_IDS]]}
    return filters


def _add(library: Path, papers: Path, size: int) -> Figures:
    """Return the figures of adding all papers, of as many sittings as it took."""
    sittings_file, log = _sittings_file(library), _interrupted_file(library)
    sittings: list[Figures] = _read(sittings_file).get("sittings", [])
    if log.is_file():  # one that was interrupted; of its memory nothing is known
        sittings.append(_read(log))
        log.unlink()
    if not sittings or sittings[-1].get("n_papers") != size:
        _write(sittings_file, {"sittings": sittings})
        sittings.append(
            run_step(f"{_STEPS}:add", library=library, papers_file=papers, log=str(log))
        )
        _write(sittings_file, {"sittings": sittings})
    seconds = sum(sitting["seconds"] for sitting in sittings)
    return {
        "seconds": seconds,
        "abstracts_per_second": size / seconds,
        "peak_mb": max(sitting.get("peak_mb", 0.0) for sitting in sittings),
        "n_chunks": sittings[-1].get("n_chunks"),
        "n_sittings": len(sittings),
    }


def _sittings_file(library: Path) -> Path:
    return library.with_suffix(".add.json")


def _interrupted_file(library: Path) -> Path:
    return library.with_suffix(".sitting.json")


def _at(figures: Mapping[str, Any], path: Sequence[str]) -> float | None:
    value: Any = figures
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return None if value is None else float(value)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="directory of acl_anthology and arxiv_cs")
    add("--sizes", type=int, nargs="+", default=[1_000, 10_000], help="abstracts (1000 10000)")
    add("--work", type=Path, default=Path(".bench/growth"), help="where libraries are kept")
    add("--fresh", action="store_true", help="make the libraries anew")
    add("--record", action="store_true", help="put the table into benchmarks/README.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
