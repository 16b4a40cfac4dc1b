"""Taking an import back: what it added goes, what it changed is again as it was before."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from vectorstore.catalogue import CatalogueReader, StoredChunk
from vectorstore.errors import VectorStoreError
from vectorstore.library import Library
from vectorstore.manifest import Manifest
from vectorstore.reconciling import AddReport
from vectorstore.records import Record


class UndoError(VectorStoreError):
    """An import can no longer be taken back."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an import did to a library, with all that is needed to take it back.

    `added` are ids of papers that were not there before; `before` has the others that it changed as
    they were, by id, and `chunks` their chunks with vectors. `left` has a digest of every record as
    the import left it; `live` names the live sources that it made known.
    """

    manifest: Manifest
    added: tuple[str, ...]
    before: Mapping[str, Record]
    chunks: tuple[StoredChunk, ...]
    left: Mapping[str, str]
    live: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything was done at all."""
        return bool(self.left or self.live)


@dataclass(frozen=True, slots=True)
class Undone:
    """Ids of the papers that were removed, restored, and kept since others changed them later."""

    removed: tuple[str, ...]
    restored: tuple[str, ...]
    kept: tuple[str, ...]


class Before:
    """A library as it was before an import."""

    def __init__(self, library: Library, then: CatalogueReader) -> None:
        self._library = library
        self._then = then
        self._live = _live_names(library)

    def change(self, report: AddReport) -> Change:
        """Return what an import did, of which this is the report."""
        touched = list(dict.fromkeys([*report.added, *report.updated, *report.merged]))
        before = self._then.records(touched)
        after = self._library.catalogue.records(touched)
        return Change(
            manifest=self._library.catalogue.manifest,
            added=tuple(each for each in touched if each not in before and each in after),
            before=before,
            chunks=tuple(self._then.chunks_of(self._then.rows_of_ids(list(before)))),
            left={paper_id: _digest(record) for paper_id, record in after.items()},
            live=tuple(_live_names(self._library) - self._live),
        )


@contextmanager
def remembering(library: Library) -> Iterator[Before]:
    """Give the library as it is now; what is added inside can be taken back with `undo`.

    Nothing is copied: databases keep what was replaced while it is read.
    """
    with library.catalogue.at_one_moment() as then:
        yield Before(library, then)


def undo(library: Library, change: Change) -> Undone:
    """Take an import back; papers that were changed again since then stay as they are.

    Raises UndoError where the library was reindexed with another encoder meanwhile,
    LibraryLockedError where another process writes.
    """
    with library.writing():
        if library.catalogue.manifest != change.manifest:
            raise UndoError(
                "The library was indexed anew since that import, so that it cannot be taken back."
                " Remove its papers one by one: citewise remove ID"
            )
        now = library.catalogue.records(list(change.left))
        intact = {each for each, record in now.items() if _digest(record) == change.left[each]}
        removed = library.remove([each for each in change.added if each in intact])
        restored = _restore(library, change, intact)
        for name in change.live:
            library.catalogue.forget_live(name)
    done = {*removed, *restored}
    kept = tuple(each for each in now if each not in done)
    return Undone(tuple(removed), restored, kept)


def _restore(library: Library, change: Change, intact: Collection[str]) -> tuple[str, ...]:
    records = [record for paper_id, record in change.before.items() if paper_id in intact]
    if records:
        chunks = [each for each in change.chunks if each.chunk.paper_id in intact]
        shape = (len(chunks), change.manifest.dimension)
        vectors = np.array([each.vector for each in chunks], np.float32).reshape(shape)
        library.catalogue.put(records, [each.chunk for each in chunks], vectors)
        library.add([])  # brings the indexes up to date
    return tuple(record.paper.paper_id for record in records)


def _live_names(library: Library) -> set[str]:
    return {state.name for state in library.catalogue.live()}


def _digest(record: Record) -> str:
    return hashlib.sha256(repr((record.paper, record.origins)).encode(errors="replace")).hexdigest()
