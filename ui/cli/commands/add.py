"""`citewise add`: papers from files and URLs into the library."""

import argparse
import sys
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_json, sayable, settings_of, whole_number
from ui.cli.progress import progress_bar
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from vectorstore import AddReport, Library, ReadReport

_MAX_REJECTS_SHOWN = 20


@dataclass(slots=True)
class _Result:
    """What became of the sources: those read, and the errors of those that could not be."""

    read: list["ReadReport"] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "add", run, summary="read papers in, embed and index them")
    parser.add_argument("source", nargs="+", metavar="PATH|URL")
    parser.add_argument(
        "--page-year",
        type=whole_number(1000, 9999),
        metavar="YEAR",
        help="year of dates that a Daily Papers page gives without one",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Add what can be read; exit with 1 where a source could not be."""
    from assistant.build import open_library

    result = _read(arguments.source, arguments.page_year)
    if not result.read:
        for error in result.errors.values():
            note(f"citewise: {error}")
        return ExitCode.FAILED
    library = open_library(settings_of(arguments), create=True)
    report = _add(library, result)
    if arguments.json:
        write_json(_as_json(result, report))
    else:
        _show(library, result, report)
    return ExitCode.FAILED if result.errors else ExitCode.DONE


def _read(sources: list[str], page_year: int | None) -> _Result:
    from vectorstore import ReadError, read_source

    result = _Result()
    for source in sources:
        try:
            report = read_source(source, page_year=page_year)
            result.read.append(replace(report, source=sayable(source)))
        except ReadError as error:
            result.errors[sayable(source)] = str(error)
    return result


def _add(library: "Library", result: _Result) -> "AddReport":
    """Add the papers; when interrupted, say what is safe and go on interrupting."""
    papers = [paper for report in result.read for paper in report.papers]
    try:
        with progress_bar("Adding") as progress:
            added = library.add(papers, progress=progress)
    except KeyboardInterrupt:
        n_safe = library.catalogue.n_papers()
        note(f"\nStopped; {n_safe:,} papers are safe. The same command goes on where it stopped.")
        raise
    for report in result.read:
        library.note_read(report)
    return added


def _show(library: "Library", result: _Result, report: "AddReport") -> None:
    n_papers = library.catalogue.n_papers()
    write(
        f"{len(report.added):,} added, {len(report.updated):,} updated,"
        f" {len(report.unchanged):,} unchanged;"
        f" the library holds {n_papers:,} paper{'s' if n_papers != 1 else ''}."
    )
    for read in result.read:
        for reject in read.rejects[:_MAX_REJECTS_SHOWN]:
            write(f"skipped: {read.source}, {reject}")
        if len(read.rejects) > _MAX_REJECTS_SHOWN:
            write(f"and {len(read.rejects) - _MAX_REJECTS_SHOWN:,} more of {read.source}")
    for error in result.errors.values():
        sys.stdout.flush()
        note(f"citewise: {error}")


def _as_json(result: _Result, report: "AddReport") -> dict[str, Any]:
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "sources": [
            {
                "source": read.source,
                "papers": len(read.papers),
                "rejects": [asdict(reject) for reject in read.rejects],
            }
            for read in result.read
        ],
        "errors": [{"source": s, "error": error} for s, error in result.errors.items()],
    }
