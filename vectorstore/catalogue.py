"""The library's truth: papers, chunks and their vectors in one SQLite file.

The indexes are derived from it. Every change raises the `generation`; a chunk carries the
generation that wrote it and a removed one leaves a tombstone, so that an index that knows its own
generation can be brought up to date without starting over.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from vectorstore.chunking import Chunk
from vectorstore.encoder import Vectors
from vectorstore.errors import LibraryUnwritableError, NotALibraryError
from vectorstore.filters import SearchFilter
from vectorstore.manifest import Manifest
from vectorstore.paper import Paper
from vectorstore.readers.report import ReadReport
from vectorstore.rows import StoredChunk, condition_of, paper_of, row_of, stored_chunk_of

CATALOGUE_NAME = "catalogue.sqlite"
UNFINISHED_PREFIX = f"{CATALOGUE_NAME}.new"  # of files that a killed `create` left

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL,
    n_authors INTEGER, published TEXT, year INTEGER, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL,
    url TEXT NOT NULL, n_comments INTEGER, source TEXT NOT NULL
);
CREATE INDEX papers_by_year ON papers (year);
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, position INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL,
    generation INTEGER NOT NULL
);
CREATE INDEX chunks_by_paper ON chunks (paper_id);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE TABLE tombstones (chunk_id TEXT NOT NULL, generation INTEGER NOT NULL);
CREATE TABLE reads (
    read_id INTEGER PRIMARY KEY, source TEXT NOT NULL, read_at TEXT NOT NULL,
    n_papers INTEGER NOT NULL
);
CREATE TABLE rejects (
    read_id INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, excerpt TEXT NOT NULL
);
"""

# SQLite keeps two files beside a catalogue that is open.
_UNREACHABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_READONLY_DIRECTORY,
    sqlite3.SQLITE_READONLY_CANTINIT,
}
_ID_BATCH = 500  # SQLite limits the variables of one statement


@dataclass(frozen=True, slots=True)
class Changes:
    """What an index must do to reach `generation`."""

    generation: int
    upserts: list[StoredChunk]
    deleted_chunk_ids: list[str]


class Catalogue:
    """One SQLite file. Safe for any number of readers; writers hold the library's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _connect(path)

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> "Catalogue":
        """Make an empty catalogue at `path`, whose directory exists; all of it or nothing.

        Raises LibraryUnwritableError when the directory cannot be written.
        """
        unfinished = path.with_name(f"{UNFINISHED_PREFIX}{os.getpid()}")
        try:
            unfinished.unlink(missing_ok=True)
            with closing(sqlite3.connect(unfinished)) as connection, connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_SCHEMA)
                connection.executemany(
                    "INSERT INTO meta VALUES (?, ?)",
                    [("generation", "0"), ("manifest", manifest.model_dump_json())],
                )
            unfinished.rename(path)
        except (OSError, sqlite3.OperationalError) as error:
            raise LibraryUnwritableError(f"Cannot write {str(path)!r}: {error}.") from None
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def generation(self) -> int:
        """Return the number of the last change."""
        return int(self._meta("generation"))

    @property
    def manifest(self) -> Manifest:
        """Return what the stored vectors were made with."""
        try:
            return Manifest.model_validate_json(self._meta("manifest"))
        except ValidationError as error:
            raise NotALibraryError(
                f"{str(self.path)!r} has a manifest that this Citewise cannot read:"
                f" {error.errors()[0]['msg']}. Update citewise."
            ) from None

    def papers(self, where: SearchFilter | None = None) -> list[Paper]:
        """Return the papers that meet the filter, newest first, then by title."""
        condition, values = condition_of(where or SearchFilter())
        rows = self._connection.execute(
            f"SELECT * FROM papers WHERE {condition}"  # noqa: S608 (no value is in the text)
            " ORDER BY coalesce(published, year || '-00-00') DESC, title",
            values,
        )
        papers = [paper_of(row) for row in rows]
        if where is None or where.paper_ids is None:
            return papers
        return [paper for paper in papers if paper.paper_id in where.paper_ids]

    def get(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """Return the known ones of these papers, by id."""
        return {
            row["paper_id"]: paper_of(row)
            for row in self._in_batches("SELECT * FROM papers WHERE paper_id IN", paper_ids)
        }

    def chunks_of(self, paper_ids: Sequence[str]) -> list[StoredChunk]:
        """Return the chunks of these papers."""
        query = "SELECT * FROM chunks WHERE paper_id IN"
        return [stored_chunk_of(row) for row in self._in_batches(query, paper_ids)]

    def newest_chunk(self) -> StoredChunk | None:
        """Return the chunk that was stored last; None where there is none."""
        row = self._connection.execute(
            "SELECT * FROM chunks ORDER BY rowid DESC LIMIT 1"
        ).fetchone()
        return None if row is None else stored_chunk_of(row)

    def n_papers(self) -> int:
        """Return how many papers there are."""
        return int(self._connection.execute("SELECT count(*) FROM papers").fetchone()[0])

    def n_chunks(self) -> int:
        """Return how many chunks there are."""
        return int(self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def n_rejects(self) -> int:
        """Return how many pieces of sources were rejected so far."""
        return int(self._connection.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def year_range(self) -> tuple[int, int] | None:
        """Return the first and the last year of the papers; None where no year is known."""
        first, last = self._connection.execute("SELECT min(year), max(year) FROM papers").fetchone()
        return None if first is None else (first, last)

    def changes_since(self, generation: int) -> Changes:
        """Return what came and went after `generation`."""
        rows = self._connection.execute("SELECT * FROM chunks WHERE generation > ?", (generation,))
        upserts = [stored_chunk_of(row) for row in rows]
        present = {stored.chunk.chunk_id for stored in upserts}
        gone = self._connection.execute(
            "SELECT DISTINCT chunk_id FROM tombstones WHERE generation > ?", (generation,)
        )
        deleted = [row["chunk_id"] for row in gone if row["chunk_id"] not in present]
        return Changes(self.generation, upserts, deleted)

    def put(self, papers: Sequence[Paper], chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Store papers with their chunks, in place of what was stored under the same ids."""
        with self._change() as generation:
            self._bury_chunks([paper.paper_id for paper in papers], generation)
            self._write_papers(papers)
            self._write_chunks(chunks, vectors, generation)

    def update_papers(self, papers: Sequence[Paper]) -> None:
        """Store papers whose title and abstract, and so whose chunks, are as they were."""
        with self._change():
            self._write_papers(papers)

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Forget papers and their chunks."""
        with self._change() as generation:
            self._bury_chunks(paper_ids, generation)
            self._connection.executemany(
                "DELETE FROM papers WHERE paper_id = ?", [(paper_id,) for paper_id in paper_ids]
            )

    def replace_chunks(
        self, manifest: Manifest, batches: Iterable[tuple[Sequence[Chunk], Vectors]]
    ) -> None:
        """Store other chunks of all papers, made as `manifest` says, in place of those there are.

        All or nothing: where `batches` raises, or the process ends, everything is as it was.
        """
        with self._change() as generation:
            self._bury_chunks([paper.paper_id for paper in self.papers()], generation)
            self._connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'manifest'", (manifest.model_dump_json(),)
            )
            for chunks, vectors in batches:
                self._write_chunks(chunks, vectors, generation)

    def note_read(self, report: ReadReport) -> None:
        """Remember that a source was read, and what of it was rejected, this time only."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM rejects WHERE read_id IN (SELECT read_id FROM reads WHERE source = ?)",
                (report.source,),
            )
            self._connection.execute("DELETE FROM reads WHERE source = ?", (report.source,))
            cursor = self._connection.execute(
                "INSERT INTO reads (source, read_at, n_papers) VALUES (?, ?, ?)",
                (report.source, datetime.now(UTC).isoformat(), len(report.papers)),
            )
            self._connection.executemany(
                "INSERT INTO rejects VALUES (?, ?, ?, ?)",
                [(cursor.lastrowid, r.line, r.reason, r.excerpt[:500]) for r in report.rejects],
            )

    def _meta(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row["value"])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.OperationalError as error:
            raise LibraryUnwritableError(f"Cannot write {str(self.path)!r}: {error}.") from None

    @contextmanager
    def _change(self) -> Iterator[int]:
        """Run a transaction under the next generation number."""
        with self._transaction():
            generation = self.generation + 1
            self._connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation),)
            )
            yield generation

    def _write_papers(self, papers: Sequence[Paper]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [row_of(paper) for paper in papers],
        )

    def _write_chunks(self, chunks: Sequence[Chunk], vectors: Vectors, generation: int) -> None:
        self._connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (c.chunk_id, c.paper_id, c.position, c.start, c.end, vector.tobytes(), generation)
                for c, vector in zip(chunks, vectors.astype(np.float16), strict=True)
            ],
        )

    def _bury_chunks(self, paper_ids: Sequence[str], generation: int) -> None:
        for paper_id in paper_ids:
            self._connection.execute(
                "INSERT INTO tombstones SELECT chunk_id, ? FROM chunks WHERE paper_id = ?",
                (generation, paper_id),
            )
            self._connection.execute("DELETE FROM chunks WHERE paper_id = ?", (paper_id,))

    def _in_batches(self, query: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        for start in range(0, len(ids), _ID_BATCH):
            batch = ids[start : start + _ID_BATCH]
            yield from self._connection.execute(f"{query} ({', '.join('?' * len(batch))})", batch)


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise NotALibraryError(
            f"{str(path.parent)!r} is no library: it has no {CATALOGUE_NAME}."
            " Make one: citewise add PATH --library DIR"
        )
    # Faces serve many threads; SQLite itself serialises what they do on one connection.
    connection = sqlite3.connect(path, check_same_thread=False, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        if connection.execute("SELECT value FROM meta WHERE key = 'manifest'").fetchone():
            return connection
        reason = "it has no manifest"
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in _UNREACHABLE:
            connection.close()
            raise LibraryUnwritableError(
                f"Cannot open {str(path)!r}: {error}. Reading needs write access to its directory."
            ) from None
        reason = str(error)
    connection.close()
    raise NotALibraryError(f"{str(path)!r} is not a catalogue of Citewise: {reason}.")
