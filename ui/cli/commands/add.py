"""`citewise add`: papers from files, archives, pipes, URLs and services into the library."""

import argparse
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.import_report import as_json, rejects_file, show_report
from ui.cli.live import add_contact, live_sources
from ui.cli.options import add_command, add_json, settings_of, whole_number
from ui.cli.progress import progress_bar
from ui.cli.terminal import note, write_json

if TYPE_CHECKING:
    from assistant.settings import Settings
    from vectorstore import Library
    from vectorstore.engines.engine import Engine
    from vectorstore.importing import ImportReport, Rows, TakeReject

_MAX_PAPERS = 999_999_999
_MAX_WORKERS = 10_000


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(commands, "add", run, summary="read papers in, embed and index them")
    parser.add_argument(
        "source",
        nargs="+",
        metavar="SOURCE",
        help="a file, a directory, a pattern such as '*.bib', an archive (.zip, .gz, .xz, .bz2), a"
        " URL, - for standard input, or a live source: hf-daily:DAY, hf-search:QUERY,"
        " arxiv-search:QUERY, arxiv:ID, doi:DOI",
    )
    parser.add_argument(
        "--format", default="", metavar="NAME", help="read every source in this format"
    )
    parser.add_argument(
        "--map",
        type=_column,
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="the column of a table that holds a field, as in title=Name; may be repeated",
    )
    parser.add_argument(
        "--page-year",
        type=whole_number(1000, 9999),
        metavar="YEAR",
        help="year of dates that a Daily Papers page gives without one",
    )
    parser.add_argument(
        "--max",
        type=whole_number(1, _MAX_PAPERS),
        metavar="N",
        help="stop after N papers (arxiv-search: 200 by default; hf-search: 120 at most)",
    )
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help="write all that is rejected as JSON lines"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="tell what would be done, and do nothing"
    )
    add_contact(parser)
    _add_engine(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Add what can be read; exit with 1 where a source could not be, or all was rejected."""
    from vectorstore.importing import ImportReport

    settings = settings_of(arguments)
    report = ImportReport(keeps_ids=arguments.json)
    with rejects_file(arguments.rejects) as take_reject:
        rows = _rows(arguments, settings, report, take_reject)
        if arguments.dry_run:
            n_papers = _plan(settings, rows)
        else:
            with _engine(arguments, settings) as engine:
                n_papers = _add(settings, rows, engine)
    if arguments.json:
        write_json(as_json(report, is_dry_run=arguments.dry_run))
    elif report.n_read:
        show_report(report, n_papers, is_dry_run=arguments.dry_run)
    if not (arguments.json and report.n_read):
        sys.stdout.flush()
        for error in report.errors.values():
            note(f"citewise: {error}")
    if rows.live and not arguments.dry_run:
        for name, place in rows.live.left_over().items():
            note(f"What came before of {name!r} is safe. The same command goes on at {place}.")
    return ExitCode.FAILED if report.errors or not report.n_read else ExitCode.DONE


def _rows(
    arguments: argparse.Namespace,
    settings: "Settings",
    report: "ImportReport",
    take_reject: "TakeReject",
) -> "Rows":
    from vectorstore import ReadError
    from vectorstore.importing import Rows
    from vectorstore.readers.formats import named_reader
    from vectorstore.readers.reader import ReadOptions

    if arguments.format:
        try:
            named_reader(arguments.format)  # an unknown one is refused before anything is read
        except ReadError as error:
            raise argparse.ArgumentTypeError(f"--format: {error}") from None
    options = ReadOptions(
        page_year=arguments.page_year, columns=dict(arguments.map), format=arguments.format
    )
    live = live_sources(arguments, settings, arguments.source)
    return Rows(arguments.source, report, options, take_reject, arguments.max, live)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="what encodes: this process (default), or the workers of a Ray cluster",
    )
    parser.add_argument(
        "--ray-address",
        default="",
        metavar="ADDRESS",
        help="Ray cluster, as in ray://HOST:10001; by default one is started on this machine",
    )
    parser.add_argument(
        "--ray-workers",
        type=whole_number(1, _MAX_WORKERS),
        metavar="N",
        help="encode so many batches at a time (default: one a GPU, or one a core)",
    )
    parser.add_argument(
        "--shards",
        type=Path,
        metavar="DIR",
        help="where workers put what they encoded: a directory that all of them and this machine"
        " share (default: in the library)",
    )


def _engine(
    arguments: argparse.Namespace, settings: "Settings"
) -> "contextlib.AbstractContextManager[Engine | None]":
    from assistant.build import build_ray_engine

    if arguments.engine == "local":
        return contextlib.nullcontext()
    return build_ray_engine(
        settings,
        address=arguments.ray_address,
        n_workers=arguments.ray_workers,
        shards=arguments.shards,
    )


def _add(settings: "Settings", rows: "Rows", engine: "Engine | None") -> int:
    """Add the papers; when interrupted, say what is safe and go on interrupting."""
    from assistant.build import open_library
    from vectorstore.importing import add_rows

    opened: list[Library] = []

    def open_once() -> "Library":
        opened.append(open_library(settings, create=True))
        return opened[0]

    try:
        with progress_bar("Adding") as progress:
            add_rows(open_once, rows, progress, engine)
    except KeyboardInterrupt:
        n_safe = opened[0].catalogue.n_papers() if opened else 0
        note(f"\nStopped; {n_safe:,} papers are safe. The same command goes on where it stopped.")
        raise
    return opened[0].catalogue.n_papers() if opened else 0


def _plan(settings: "Settings", rows: "Rows") -> int:
    from vectorstore.importing import plan_rows

    with progress_bar("Reading") as progress:
        return plan_rows(settings.catalogue, rows, progress)


def _column(text: str) -> tuple[str, str]:
    from vectorstore.readers.columns import NAMES

    field, sign, column = text.partition("=")
    if not sign or field not in NAMES:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not FIELD=COLUMN with one of these fields: {', '.join(NAMES)}"
        )
    return field, column
