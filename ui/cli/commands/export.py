"""`citewise export`: papers as BibTeX, RIS, CSL-JSON or JSON lines."""

import argparse
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ui.cli.exit_codes import ExitCode
from ui.cli.options import add_command, add_filters, filter_of, settings_of
from ui.cli.starting import start_library
from ui.cli.terminal import note, safe

_FORMATS = ("bibtex", "ris", "csl-json", "jsonl")  # a test holds it to the table of exporters


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "export", run, summary="write papers as BibTeX, RIS, CSL-JSON or JSON lines"
    )
    parser.add_argument("--format", choices=_FORMATS, default="bibtex", help="format (bibtex)")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="file to write, by default standard output"
    )
    add_filters(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the papers that meet the filters."""
    from ui.exports import EXPORTERS

    library = start_library(settings_of(arguments))
    papers = library.catalogue.papers(filter_of(arguments))
    pieces = EXPORTERS[arguments.format](papers)
    if arguments.output:
        write_file(arguments.output, pieces)
        note(f"{_counted(len(papers))} written to {str(arguments.output)!r}.")
    else:
        _write_out(pieces)
    return ExitCode.DONE


def _write_out(pieces: Iterable[str]) -> None:
    """Write to standard output: to a terminal what it can show, to a file or pipe all there is."""
    if not sys.stdout.isatty() and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for piece in pieces:
        sys.stdout.write(safe(piece) if sys.stdout.isatty() else piece)
    sys.stdout.flush()


def write_file(path: Path, pieces: Iterable[str]) -> None:
    """Write all of the file or, when something fails, leave what was there."""
    if path.is_dir() or not path.name:
        raise argparse.ArgumentTypeError(f"{str(path)!r} is a directory; name a file in it")
    if path.exists() and not path.is_file():  # a pipe or device, which must stay one
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        return
    target = path.resolve()
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _counted(n_papers: int) -> str:
    return f"{n_papers} paper" if n_papers == 1 else f"{n_papers} papers"
