"""What `citewise add` tells of an import: to a person, as JSON, and in a file of rejects."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.terminal import write

if TYPE_CHECKING:
    from vectorstore import Reject
    from vectorstore.importing import ImportReport, TakeReject

_MAX_REJECTS_SHOWN = 20
_MAX_SKIPPED_SHOWN = 5


def show_report(report: "ImportReport", n_papers: int, *, is_dry_run: bool) -> None:
    """Print the counts, then what was rejected or passed over, the first of each source."""
    counts = f"{report.n_added:,} added, {report.n_updated:,} updated"
    counts += f", {report.n_merged:,} merged" if report.n_merged else ""
    counts += f", {report.n_unchanged:,} unchanged"
    counts += f", {report.n_rejected:,} rejected" if report.n_rejected else ""
    holds = "would hold" if is_dry_run else "holds"
    would_be = "It would be: " if is_dry_run else ""
    plural = "s" if n_papers != 1 else ""
    write(f"{would_be}{counts}; the library {holds} {n_papers:,} paper{plural}.")
    _show_rejects(report)
    _show_skipped(report)


def as_json(report: "ImportReport", *, is_dry_run: bool) -> dict[str, Any]:
    """Return all of it; of the rejects of a source the first 10,000."""
    return {
        "added": report.papers.added,
        "updated": report.papers.updated,
        "merged": report.papers.merged,
        "unchanged": report.papers.unchanged,
        "sources": [
            {
                "source": source.source,
                "format": source.format,
                "papers": source.n_papers,
                "rejected": source.n_rejects,
                "rejects": [asdict(reject) for reject in source.rejects],
            }
            for source in report.sources
        ],
        "errors": [{"source": s, "error": error} for s, error in report.errors.items()],
        "skipped": [{"source": s, "reason": reason} for s, reason in report.skipped.items()],
        "counts": report.counts,
        "dry_run": is_dry_run,
    }


@contextmanager
def rejects_file(path: Path | None) -> Iterator["TakeReject"]:
    """Give what writes a reject to the file as soon as it is known; to none without a path."""
    if path is None:
        yield lambda *_: None
        return
    with path.open("w", encoding="utf-8") as file:

        def take(source: str, reject: "Reject") -> None:
            row = {"source": source, **asdict(reject)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

        yield take


def _show_rejects(report: "ImportReport") -> None:
    for source in report.sources:
        for reject in source.rejects[:_MAX_REJECTS_SHOWN]:
            write(f"skipped: {source.source}, {reject}")
        if source.n_rejects > _MAX_REJECTS_SHOWN:
            n_more = source.n_rejects - _MAX_REJECTS_SHOWN
            write(f"and {n_more:,} more of {source.source}")


def _show_skipped(report: "ImportReport") -> None:
    """Print what was passed over, but for hidden files: the first few."""
    told = [(name, reason) for name, reason in report.skipped.items() if reason != "hidden"]
    for name, reason in told[:_MAX_SKIPPED_SHOWN]:
        write(f"passed over: {name} ({reason})")
    if len(told) > _MAX_SKIPPED_SHOWN:
        write(f"and {len(told) - _MAX_SKIPPED_SHOWN:,} more files")
