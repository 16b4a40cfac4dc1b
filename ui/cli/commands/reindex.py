"""`citewise reindex`: every paper encoded anew, for another encoder or other chunks."""

import argparse
from typing import Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, settings_of
from ui.cli.progress import progress_bar
from ui.cli.terminal import write


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    add_command(commands, "reindex", run, summary="encode and index every paper anew")


def run(arguments: argparse.Namespace) -> int:
    """Reindex the library with the encoder of the settings."""
    from assistant.build import library_to_reindex

    settings = settings_of(arguments)
    library = library_to_reindex(settings)
    with progress_bar("Encoding") as progress:
        library.reindex(progress=progress)
    write(f"{library.catalogue.n_papers():,} papers encoded with {settings.encoder}.")
    return ExitCode.DONE
