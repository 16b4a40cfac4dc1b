"""From sources into a library: read, compared and stored in batches, and every row accounted for.

Sources may be larger than memory: no more than a batch of papers is held at a time.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial

from vectorstore.catalogue import Catalogue
from vectorstore.database import Place
from vectorstore.engines.engine import Engine
from vectorstore.errors import ReadError
from vectorstore.ingestion import AddReport, plan_papers
from vectorstore.library import Library
from vectorstore.live.names import is_live
from vectorstore.live.query import Rejected
from vectorstore.live.sources import LiveSources
from vectorstore.paper import Paper
from vectorstore.readers.formats import find_reader, read_with
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import ReadOptions
from vectorstore.readers.report import Reject, SourceReport
from vectorstore.readers.sources import Sources
from vectorstore.readers.unpacking import NotOpened, printable

BATCH_PAPERS = 4_000
BATCH_SECONDS = 10.0  # of reading; what comes slowly is stored as it comes

Progress = Callable[[int, int | None], None]  # papers done, of how many; None where not known
TakeReject = Callable[[str, Reject], None]


@dataclass(slots=True)
class ImportReport:
    """What became of all rows: those read were added, updated, merged or unchanged, or rejected.

    `errors` has a message for each source, or file in one, that could not be read to its end;
    `skipped` the reason for each file of a directory or an archive that was passed over.
    `papers` holds the ids, where they are kept: for millions they take hundreds of megabytes.
    """

    keeps_ids: bool = True
    sources: list[SourceReport] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    papers: AddReport = field(default_factory=AddReport)
    n_read: int = 0  # papers
    n_rejected: int = 0
    n_added: int = 0
    n_updated: int = 0
    n_merged: int = 0
    n_unchanged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows were read and rejected, and what became of the papers read."""
        return {
            "read": self.n_read,
            "added": self.n_added,
            "updated": self.n_updated,
            "merged": self.n_merged,
            "unchanged": self.n_unchanged,
            "rejected": self.n_rejected,
        }

    def note(self, report: AddReport) -> None:
        """Take in what became of a batch."""
        self.n_added += len(report.added)
        self.n_updated += len(report.updated)
        self.n_merged += len(report.merged)
        self.n_unchanged += len(report.unchanged)
        if self.keeps_ids:
            self.papers.extend(report)


def _take_no_reject(source: str, reject: Reject) -> None:
    """Leave it at the count."""


@dataclass(slots=True)
class Rows:
    """The papers of sources as they are read, noted in `report`; each is read once.

    `take_reject` is told of every reject and its source, `max_papers` ends reading after so many.
    `live` opens live sources; without it each is asked for from its beginning. `shown` gives the
    name that the library notes for a source.
    """

    names: Sequence[str]
    report: ImportReport
    options: ReadOptions = field(default_factory=ReadOptions)
    take_reject: TakeReject = _take_no_reject
    max_papers: int | None = None
    live: LiveSources | None = None
    shown: Callable[[str], str] = str
    _sources: Sources | None = None
    _is_all_read: bool = False

    def __iter__(self) -> Iterator[Paper]:
        """Yield the papers in the order of the sources."""
        self._sources = Sources(self.names, self.live)
        with closing(self._papers(self._sources)) as papers:
            for paper in papers:
                yield paper
                if self.report.n_read == self.max_papers:
                    break
        self._is_all_read = True
        if self.live:
            self.live.end()

    def total(self) -> int | None:
        """Return how many papers there will be: by what share of the bytes was read, at first.

        None where that share is not known.
        """
        n_read = self.report.n_read
        share = self._sources.share_read() if self._sources else None
        if self._is_all_read or self.max_papers == n_read:
            return n_read
        if not share:
            return None
        total = max(round(n_read / share), n_read)
        return min(total, self.max_papers) if self.max_papers else total

    def _papers(self, sources: Sources) -> Generator[Paper, None, None]:
        for name, streams in sources:
            n_sources, n_errors = len(self.report.sources), len(self.report.errors)
            for found in streams:
                if isinstance(found, Opened):
                    yield from self._of_stream(found)
                else:
                    self._note_not_opened(found)
            is_told = (n_sources, n_errors) != (len(self.report.sources), len(self.report.errors))
            if not (is_told or is_live(name)):
                self.report.errors[printable(name)] = f"{name!r} holds no file that Citewise reads."

    def _note_not_opened(self, found: NotOpened) -> None:
        if isinstance(found, Rejected):
            source = SourceReport(printable(found.name), found.format, error=found.reason)
            self.report.sources.append(source)
            self.report.n_rejected += 1
            self.take_reject(source.source, source.note(found.reject))
        noted = self.report.errors if found.is_error else self.report.skipped
        noted[printable(found.name)] = found.reason

    def _of_stream(self, opened: Opened) -> Iterator[Paper]:
        try:
            reader = find_reader(opened, self.options)
        except ReadError as error:
            if opened.is_found:
                self.report.skipped[opened.name] = "of no format that Citewise reads"
            else:
                self.report.errors[opened.name] = str(error)
            return
        source = SourceReport(opened.name, reader.name)
        self.report.sources.append(source)
        try:
            for row in read_with(reader, opened, self.options):
                if isinstance(row, Paper):
                    source.n_papers += 1
                    self.report.n_read += 1
                    yield row
                else:
                    self.report.n_rejected += 1
                    self.take_reject(source.source, source.note(row))
        except ReadError as error:
            source.error = str(error)
        except OSError as error:
            source.error = f"Cannot read {opened.name!r}: {error.strerror or error}."
        if source.error:
            self.report.errors[opened.name] = source.error


def add_rows(
    open_library: Callable[[], Library],
    rows: Rows,
    progress: Progress | None = None,
    engine: Engine | None = None,
) -> Library | None:
    """Store papers as they are read, in batches, each safe on disk before the next begins.

    The library is opened when there is a paper; None where there was none. What an interrupted
    call has stored stays, and the same call goes on. `progress` is told how many papers are done;
    `engine` encodes, this process by default.
    """
    library = None
    with ExitStack() as writing:
        n_at_once = BATCH_PAPERS * (engine.n_workers if engine else 1)
        for n_before, batch in _batches(rows, n_at_once):
            if library is None:
                library = open_library()
                writing.enter_context(library.writing())
            tell = partial(_tell, progress, rows, n_before) if progress else None
            rows.report.note(library.add(batch, progress=tell, engine=engine))
            if rows.live:
                rows.live.remember(library.catalogue)
        if library:
            if rows.live:  # those that ended after the last batch
                rows.live.remember(library.catalogue)
            for source in rows.report.sources:
                library.note_read(rows.shown(source.source), source.n_papers, source.rejects)
    return library


def plan_rows(catalogue: Place, rows: Rows, progress: Progress | None = None) -> int:
    """Note in the rows' report what `add_rows` would do, and do nothing.

    Returns how many papers would be in the catalogue, which need not exist.
    """
    with ExitStack() as opened:
        known = None
        if Catalogue.exists(catalogue):
            known = opened.enter_context(closing(Catalogue(catalogue)))
        n_done = 0
        for batch in plan_papers(rows, known):
            rows.report.note(batch)
            n_done += len(batch)
            if progress:
                progress(n_done, rows.total())
        return (known.n_papers() if known else 0) + rows.report.n_added


def _batches(rows: Rows, n_papers: int) -> Iterator[tuple[int, list[Paper]]]:
    """Yield the papers in batches, each with the number of those before it."""
    n_before = 0
    batch: list[Paper] = []
    ends_at = time.monotonic() + BATCH_SECONDS
    for paper in rows:
        batch.append(paper)
        if len(batch) == n_papers or time.monotonic() > ends_at:
            yield n_before, batch
            n_before += len(batch)
            batch = []
            ends_at = time.monotonic() + BATCH_SECONDS
    if batch:
        yield n_before, batch


def _tell(progress: Progress, rows: Rows, n_before: int, n_done: int, _: int) -> None:
    progress(n_before + n_done, rows.total())
