"""`citewise status`: a library in figures."""

import argparse
from typing import Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_json, settings_of
from ui.cli.terminal import write, write_json


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "status", run, summary="show a library in figures")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the figures."""
    from assistant.build import open_library

    status = open_library(settings_of(arguments)).status()
    figures = {
        "path": status.path,
        "papers": status.n_papers,
        "chunks": status.n_chunks,
        "rejects": status.n_rejects,
        "years": list(status.year_range) if status.year_range else None,
        "encoder": status.manifest.encoder,
        "dimension": status.manifest.dimension,
        "generation": status.generation,
        "indexes_current": status.indexes_current,
    }
    if arguments.json:
        write_json(figures)
    else:
        for name, value in figures.items():
            write(f"{name.replace('_', ' '):<16} {_shown(value)}")
    return ExitCode.DONE


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " to ".join(map(str, value))
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return f"{value:,}" if isinstance(value, int) else str(value)
