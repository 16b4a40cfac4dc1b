"""`citewise status`: a library in figures."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_json, settings_of
from ui.cli.terminal import write, write_json

if TYPE_CHECKING:
    from vectorstore import Library
    from vectorstore.suspicion import FlaggedPaper


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "status", run, summary="show a library in figures")
    parser.add_argument(
        "--flagged",
        action="store_true",
        help="list the papers whose text looks written to steer a model or a page, and why",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the figures, or the papers that are flagged."""
    from assistant.build import open_library

    library = open_library(settings_of(arguments))
    flagged = library.flagged()
    listed = [_as_json(item) for item in flagged]
    if arguments.json:
        write_json(listed if arguments.flagged else {**_figures(library), "flagged": listed})
    elif arguments.flagged:
        for item in flagged:
            write(_as_text(item))
    else:
        for name, value in {**_figures(library), "flagged": len(flagged)}.items():
            write(f"{name.replace('_', ' '):<16} {_shown(value)}")
        if flagged:
            write("\nSee which papers are flagged, and why: citewise status --flagged")
    return ExitCode.DONE


def _figures(library: "Library") -> dict[str, object]:
    status = library.status()
    return {
        "path": status.path,
        "papers": status.n_papers,
        "chunks": status.n_chunks,
        "rejects": status.n_rejects,
        "years": list(status.year_range) if status.year_range else None,
        "encoder": status.manifest.encoder,
        "dimension": status.manifest.dimension,
        "generation": status.generation,
        "indexes_current": status.indexes_current,
        "dense_index": status.dense_index,
        "dense_current": status.dense_current,
    }


def _as_json(item: "FlaggedPaper") -> dict[str, object]:
    return {
        "paper_id": item.paper.paper_id,
        "title": item.paper.title,
        "suspicions": [asdict(suspicion) for suspicion in item.suspicions],
    }


def _as_text(item: "FlaggedPaper") -> str:
    reasons = (f"\n  {found.kind} in {found.field}: {found.excerpt}" for found in item.suspicions)
    title = " ".join(item.paper.title.split())
    return f"{item.paper.paper_id}  {title}{''.join(reasons)}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " to ".join(map(str, value))
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return f"{value:,}" if isinstance(value, int) else str(value)
