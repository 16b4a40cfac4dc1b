"""`citewise sync`: what is new in the live sources that were added."""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from ui.cli.exit_codes import ExitCode
from ui.cli.import_report import as_json
from ui.cli.live import add_contact, live_client, live_name, place_of
from ui.cli.options import add_command, add_json, check_library, settings_of
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from assistant.settings import Settings
    from vectorstore.importing import ImportReport, Rows
    from vectorstore.live.state import LiveState
    from vectorstore.live.syncing import Sync

_NONE_YET = "No live source was added yet. Begin with: citewise add hf-daily:today"
_MAX_REJECTS_SHOWN = 20


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "sync", run, summary="ask the live sources that were added for what is new"
    )
    parser.add_argument(
        "name", nargs="*", metavar="NAME", help="a live source as it was added; all by default"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the live sources, and ask none")
    what.add_argument(
        "--forget", metavar="NAME", help="sync a live source no more; its papers stay"
    )
    what.add_argument(
        "--dry-run", action="store_true", help="tell what would be done, and do nothing"
    )
    add_contact(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask the sources; exit with 1 where one could not be asked, or there is none."""
    from vectorstore.live.sources import remembered

    settings = settings_of(arguments)
    check_library(settings, _NONE_YET)
    if arguments.forget is not None:
        return _forget(settings, arguments.forget)
    states = remembered(settings.catalogue)
    if arguments.name:
        states = _named(states, arguments.name)
    if arguments.list:
        _show_states(states, is_json=arguments.json)
        return ExitCode.DONE
    if not states:
        note(f"citewise: {_NONE_YET}")
        return ExitCode.FAILED
    return _sync(arguments, settings, states)


def _sync(
    arguments: argparse.Namespace, settings: "Settings", states: Iterable["LiveState"]
) -> int:
    from vectorstore.importing import ImportReport

    sync, n_papers = _syncer(arguments, settings)
    reports: dict[str, ImportReport] = {}
    for state in states:
        report = reports[state.name] = ImportReport(keeps_ids=arguments.json)
        sync.run(state, report)
        if not arguments.json:
            _show(state.name, report, is_dry_run=arguments.dry_run)
    if arguments.json:
        write_json(_as_json(reports, n_papers(), is_dry_run=arguments.dry_run))
    else:
        n_new = sum(report.n_added for report in reports.values())
        added = "would be added" if arguments.dry_run else "added"
        write(f"{n_new:,} {added}; the library holds {n_papers():,} papers.")
    failed = any(report.errors for report in reports.values())
    return ExitCode.FAILED if failed else ExitCode.DONE


def _syncer(
    arguments: argparse.Namespace, settings: "Settings"
) -> tuple["Sync", Callable[[], int]]:
    """Return what asks the sources, and what tells how many papers the library holds."""
    from assistant.build import open_library
    from vectorstore.importing import add_rows, plan_rows
    from vectorstore.live.syncing import Sync

    client = live_client(arguments)
    if arguments.dry_run:
        return (
            Sync(client, partial(plan_rows, settings.catalogue), lambda _: None),
            lambda: _n_papers(settings),
        )
    library = open_library(settings)

    def store(rows: "Rows") -> None:
        add_rows(lambda: library, rows)

    return Sync(client, store, library.catalogue.put_live), library.catalogue.n_papers


def _n_papers(settings: "Settings") -> int:
    from contextlib import closing

    from vectorstore.catalogue import Catalogue

    with closing(Catalogue(settings.catalogue)) as catalogue:
        return catalogue.n_papers()


def _named(states: list["LiveState"], names: Iterable[str]) -> list["LiveState"]:
    """Return the states of these names. Raises ArgumentTypeError for one that there is not."""
    known = {state.name: state for state in states}
    found = {}
    for name in names:
        spelled = name if name in known else live_name(name)
        if spelled not in known:
            raise argparse.ArgumentTypeError(
                f"{name!r} was not added. List what was: citewise sync --list"
            )
        found[spelled] = known[spelled]
    return list(found.values())


def _forget(settings: "Settings", name: str) -> int:
    from assistant.build import open_library
    from vectorstore.live.sources import remembered

    [state] = _named(remembered(settings.catalogue), [name])
    open_library(settings).catalogue.forget_live(state.name)
    write(f"{state.name!r} is synced no more; its papers stay.")
    return ExitCode.DONE


def _show_states(states: list["LiveState"], *, is_json: bool) -> None:
    if is_json:
        write_json([_state_as_json(state) for state in states])
        return
    for state in states:
        read = f"read {state.read_at}" if state.read_at else f"added {state.added_at}"
        left = f", left over from {place_of(state)} on" if state.resume else ""
        bound = f", up to {state.max_papers:,} papers" if state.max_papers else ""
        write(f"{state.name}  ({read}{bound}{left})")
    if not states:
        note(_NONE_YET)


def _state_as_json(state: "LiveState") -> dict[str, object]:
    return {
        "name": state.name,
        "max_papers": state.max_papers,
        "added_at": state.added_at,
        "read_at": state.read_at,
        "left_over": bool(state.resume),
    }


def _show(name: str, report: "ImportReport", *, is_dry_run: bool) -> None:
    parts = [f"{report.n_added:,} new", f"{report.n_unchanged:,} unchanged"]
    parts += [
        f"{n:,} {what}"
        for n, what in (
            (report.n_updated, "updated"),
            (report.n_merged, "merged"),
            (report.n_rejected, "rejected"),
        )
        if n
    ]
    write(f"{name}: {'would be ' if is_dry_run else ''}{', '.join(parts)}")
    rejects = [(source.source, reject) for source in report.sources for reject in source.rejects]
    for source, reject in rejects[:_MAX_REJECTS_SHOWN]:
        write(f"skipped: {source}, {reject}")
    sys.stdout.flush()
    for error in report.errors.values():
        note(f"citewise: {error}")


def _as_json(
    reports: dict[str, "ImportReport"], n_papers: int, *, is_dry_run: bool
) -> dict[str, Any]:
    return {
        "synced": [
            {"name": name, **as_json(report, is_dry_run=is_dry_run)}
            for name, report in reports.items()
        ],
        "new": sum(report.n_added for report in reports.values()),
        "papers": n_papers,
        "dry_run": is_dry_run,
    }
