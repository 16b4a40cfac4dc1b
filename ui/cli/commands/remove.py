"""`citewise remove`: papers out of the library."""

import argparse
from typing import Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, settings_of
from ui.cli.terminal import note, write


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "remove", run, summary="remove papers by id")
    parser.add_argument("paper_id", nargs="+", metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    """Remove the papers; exit with 1 where one was not there."""
    from assistant.build import open_library

    removed = open_library(settings_of(arguments)).remove(arguments.paper_id)
    write(f"{len(removed):,} removed.")
    unknown = [paper_id for paper_id in arguments.paper_id if paper_id not in removed]
    for paper_id in unknown:
        note(f"citewise: no paper {paper_id!r}. List the ids: citewise papers")
    return ExitCode.FAILED if unknown else ExitCode.DONE
