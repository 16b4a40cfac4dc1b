"""The library's truth: papers, chunks and their vectors in one SQLite file.

The indexes are derived from it. Every change raises the `generation`; a chunk carries the
generation that wrote it and a removed one leaves a tombstone, so that an index that knows its own
generation can be brought up to date without starting over.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.errors import LibraryUnwritableError, NotALibraryError
from vectorstore.filters import SearchFilter
from vectorstore.manifest import Manifest
from vectorstore.paper import Paper
from vectorstore.readers.report import ReadReport
from vectorstore.rows import StoredChunk, condition_of, paper_of, row_of, stored_chunk_of
from vectorstore.schema import LIBRARY_FORMAT, SCHEMA, upgrade, write_authorships

CATALOGUE_NAME = "catalogue.sqlite"
UNFINISHED_PREFIX = f"{CATALOGUE_NAME}.new"  # of files that a killed `create` left

# SQLite keeps two files beside a catalogue that is open.
_UNREACHABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_READONLY_DIRECTORY,
    sqlite3.SQLITE_READONLY_CANTINIT,
}
_CHUNK_COLUMNS = 'chunk_row, paper_row, position, start, "end", vector, paper_id'
_BATCH_CHUNKS = 1_000


@dataclass(frozen=True, slots=True)
class Deletions:
    """Row numbers of chunks, and of papers with all their chunks, that are no more."""

    chunk_rows: list[int]
    paper_rows: list[int]


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
                connection.executescript(SCHEMA)
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
        return [paper_of(row) for row in rows]

    def rows_of(self, where: SearchFilter) -> NDArray[np.int64]:
        """Return the row numbers of the papers that meet the filter, ascending."""
        condition, values = condition_of(where)
        # One string is read many times faster than as many rows.
        [joined] = self._connection.execute(
            f"SELECT group_concat(paper_row) FROM papers WHERE {condition}",  # noqa: S608
            values,
        ).fetchone()
        return np.sort(np.fromstring(joined or "", dtype=np.int64, sep=","))

    def get(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """Return the known ones of these papers, by id."""
        rows = self._with_any("SELECT * FROM papers WHERE paper_id", paper_ids)
        return {row["paper_id"]: paper_of(row) for row in rows}

    def get_rows(self, paper_rows: Sequence[int]) -> dict[int, Paper]:
        """Return the papers of these row numbers that are still there, by row number."""
        rows = self._with_any("SELECT * FROM papers WHERE paper_row", paper_rows)
        return {row["paper_row"]: paper_of(row) for row in rows}

    def chunks_of(self, paper_rows: Sequence[int]) -> list[StoredChunk]:
        """Return the chunks of the papers of these row numbers."""
        query = f"SELECT {_CHUNK_COLUMNS} FROM chunks JOIN papers USING (paper_row)"  # noqa: S608
        rows = self._with_any(f"{query} WHERE paper_row", paper_rows)
        return [stored_chunk_of(row) for row in rows]

    def newest_chunk(self) -> StoredChunk | None:
        """Return the chunk that was stored last; None where there is none."""
        row = self._connection.execute(
            f"SELECT {_CHUNK_COLUMNS} FROM chunks JOIN papers USING (paper_row)"  # noqa: S608
            " ORDER BY chunk_row DESC LIMIT 1"
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

    def chunks_since(self, generation: int) -> Iterator[list[StoredChunk]]:
        """Yield what was stored after `generation`, in the order of its row numbers, in batches."""
        rows = self._connection.execute(
            f"SELECT {_CHUNK_COLUMNS} FROM chunks JOIN papers USING (paper_row)"  # noqa: S608
            " WHERE generation > ? ORDER BY chunk_row",
            (generation,),
        )
        while batch := rows.fetchmany(_BATCH_CHUNKS):
            yield [stored_chunk_of(row) for row in batch]

    def deletions_since(self, generation: int) -> Deletions:
        """Return what went after `generation`."""
        rows = self._connection.execute(
            "SELECT chunk_row, paper_row FROM tombstones WHERE generation > ?", (generation,)
        ).fetchall()
        papers = {row["paper_row"] for row in rows}
        gone = papers - self.get_rows(list(papers)).keys()
        return Deletions([row["chunk_row"] for row in rows], sorted(gone))

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
            for table in ("authorships", "papers"):
                self._connection.execute(
                    f"DELETE FROM {table} WHERE paper_row IN"  # noqa: S608 (of the two above)
                    " (SELECT paper_row FROM papers"
                    " WHERE paper_id IN (SELECT value FROM json_each(?)))",
                    (json.dumps(list(paper_ids)),),
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

    def upgrade(self) -> None:
        """Bring a catalogue that an earlier Citewise made to today's tables; all or nothing."""
        with self._transaction():
            if self.manifest.format < LIBRARY_FORMAT:  # another process may have been quicker
                upgrade(self._connection)

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
        for paper in papers:
            values = row_of(paper)
            columns = ", ".join(values)
            updates = ", ".join(f"{column} = excluded.{column}" for column in values)
            [paper_row] = self._connection.execute(
                f"INSERT INTO papers ({columns}) VALUES ({', '.join('?' * len(values))})"  # noqa: S608
                f" ON CONFLICT (paper_id) DO UPDATE SET {updates} RETURNING paper_row",
                list(values.values()),
            ).fetchone()
            write_authorships(self._connection, [(paper_row, paper.authors)])

    def _write_chunks(self, chunks: Sequence[Chunk], vectors: Vectors, generation: int) -> None:
        self._connection.executemany(
            'INSERT INTO chunks (paper_row, position, start, "end", vector, generation)'
            " VALUES ((SELECT paper_row FROM papers WHERE paper_id = ?), ?, ?, ?, ?, ?)",
            [
                (c.paper_id, c.position, c.start, c.end, vector.tobytes(), generation)
                for c, vector in zip(chunks, vectors.astype(np.float16), strict=True)
            ],
        )

    def _bury_chunks(self, paper_ids: Sequence[str], generation: int) -> None:
        of_these = (
            "paper_row IN (SELECT paper_row FROM papers"
            " WHERE paper_id IN (SELECT value FROM json_each(?)))"
        )
        ids = json.dumps(list(paper_ids))
        self._connection.execute(
            f"INSERT INTO tombstones SELECT chunk_row, paper_row, ? FROM chunks WHERE {of_these}",  # noqa: S608
            (generation, ids),
        )
        self._connection.execute(f"DELETE FROM chunks WHERE {of_these}", (ids,))  # noqa: S608

    def _with_any(self, query: str, values: Sequence[str] | Sequence[int]) -> sqlite3.Cursor:
        """Return the rows of a query that ends in a column, for any of the column's `values`."""
        return self._connection.execute(
            f"{query} IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json.dumps(list(values)),),
        )


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
