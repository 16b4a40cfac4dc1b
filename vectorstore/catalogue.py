"""The library's truth: papers, chunks and their vectors in one SQLite file.

The indexes are derived from it. Every change raises the `generation`; a chunk carries the
generation that wrote it and a removed one leaves a tombstone, so that an index that knows its own
generation can be brought up to date without starting over.
"""

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.errors import LibraryUnwritableError, NotALibraryError
from vectorstore.filters import SearchFilter
from vectorstore.live.state import LiveState
from vectorstore.manifest import Manifest
from vectorstore.paper import Paper
from vectorstore.readers.report import Reject
from vectorstore.record_rows import (
    forget_names,
    ids_of_keys,
    ids_of_origins,
    read_records,
    write_records,
)
from vectorstore.records import OriginName, Record
from vectorstore.rows import StoredChunk, condition_of, paper_of, stored_chunk_of
from vectorstore.schema import LIBRARY_FORMAT, SCHEMA, upgrade

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
_NEWEST_FIRST = "coalesce(published, year || '-00-00') DESC, title"
_ID_OF_PAPER = "SELECT paper_id FROM papers WHERE paper_id"
_ID_OF_ORIGIN = (
    "SELECT source_id, paper_id FROM origins JOIN papers USING (paper_row) WHERE source_id"
)
_BATCH_CHUNKS, _BATCH_PAPERS = 1_000, 500

Encoded = tuple[Sequence[Record], Sequence[Chunk], Vectors]


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
            f"SELECT * FROM papers WHERE {condition} ORDER BY {_NEWEST_FIRST}",  # noqa: S608 (no value)
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

    def records(self, paper_ids: Collection[str]) -> dict[str, Record]:
        """Return the known ones of these papers with what their sources said, by id."""
        return read_records(self._connection, paper_ids)

    def all_records(self) -> Iterator[Record]:
        """Yield every paper with what its sources said, in the order they were stored."""
        last = 0
        while rows := self._connection.execute(
            "SELECT paper_row, paper_id FROM papers WHERE paper_row > ? ORDER BY paper_row LIMIT ?",
            (last, _BATCH_PAPERS),
        ).fetchall():
            last = rows[-1]["paper_row"]
            records = self.records([row["paper_id"] for row in rows])
            yield from (records[row["paper_id"]] for row in rows)

    def ids_of_origins(self, names: Collection[OriginName]) -> dict[OriginName, str]:
        """Return the id of the paper that each known one of these origins belongs to."""
        return ids_of_origins(self._connection, names)

    def ids_of_keys(self, keys: Collection[str]) -> dict[str, list[str]]:
        """Return by key of `vectorstore.identity` the ids of the papers that have it.

        Left out are keys that more papers have than are worth comparing.
        """
        return ids_of_keys(self._connection, keys)

    def ids_meant_by(self, ids: Sequence[str]) -> list[str]:
        """Return the ids of the papers that have these, or else an origin that has, none twice."""
        known = {row["paper_id"]: row["paper_id"] for row in self._with_any(_ID_OF_PAPER, ids)}
        others = [each for each in ids if each not in known]
        known |= {
            row["source_id"]: row["paper_id"] for row in self._with_any(_ID_OF_ORIGIN, others)
        }
        return list(dict.fromkeys(known[each] for each in ids if each in known))

    def flagged(self) -> list[Record]:
        """Return the papers that raised a suspicion when they were stored, newest first."""
        rows = self._connection.execute(
            f"SELECT paper_id FROM papers WHERE flags != '[]' ORDER BY {_NEWEST_FIRST}"  # noqa: S608
        )
        paper_ids = [row["paper_id"] for row in rows]
        records = self.records(paper_ids)
        return [records[paper_id] for paper_id in paper_ids]

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

    def put(
        self,
        records: Sequence[Record],
        chunks: Sequence[Chunk],
        vectors: Vectors,
        *,
        same_text: Sequence[Record] = (),
    ) -> None:
        """Store papers with their chunks, in place of what was stored under the same ids.

        Those of `same_text` keep their chunks: their title and abstract are as they were.
        """
        with self._change() as generation:
            self._put(records, chunks, vectors, generation)
            write_records(self._connection, same_text)

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Forget papers, their chunks, and what their sources said."""
        with self._change() as generation:
            found = self._with_any("SELECT paper_row FROM papers WHERE paper_id", paper_ids)
            rows = [row["paper_row"] for row in found]
            self._bury_chunks(rows, generation)
            forget_names(self._connection, rows)
            self._with_any("DELETE FROM papers WHERE paper_row", rows)

    def replace_chunks(self, manifest: Manifest, batches: Iterable[Encoded]) -> None:
        """Store all papers anew with chunks made as `manifest` says, in place of what there is.

        All or nothing: where `batches` raises, or the process ends, everything is as it was.
        """
        with self._change() as generation:
            self._connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'manifest'", (manifest.model_dump_json(),)
            )
            for records, chunks, vectors in batches:
                self._put(records, chunks, vectors, generation)

    def copied(self, path: Path) -> "Catalogue":
        """Return a copy of all there is, at `path`."""
        with closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)
        return Catalogue(path)

    def upgrade(self) -> None:
        """Bring a catalogue that an earlier Citewise made to today's tables; all or nothing."""
        with self._transaction():
            if self.manifest.format < LIBRARY_FORMAT:  # another process may have been quicker
                upgrade(self._connection)

    def note_read(self, source: str, n_papers: int, rejects: Sequence[Reject]) -> None:
        """Remember that a source was read, and what of it was rejected, this time only."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM rejects WHERE read_id IN (SELECT read_id FROM reads WHERE source = ?)",
                (source,),
            )
            self._connection.execute("DELETE FROM reads WHERE source = ?", (source,))
            cursor = self._connection.execute(
                "INSERT INTO reads (source, read_at, n_papers) VALUES (?, ?, ?)",
                (source, datetime.now(UTC).isoformat(), n_papers),
            )
            self._connection.executemany(
                "INSERT INTO rejects VALUES (?, ?, ?, ?)",
                [(cursor.lastrowid, r.line, r.reason, r.excerpt[:500]) for r in rejects],
            )

    def live(self) -> list[LiveState]:
        """Return the live sources that papers came from, in the order they were first added."""
        return [
            LiveState(**row)
            for row in self._connection.execute("SELECT * FROM live ORDER BY added_at, name")
        ]

    def put_live(self, state: LiveState) -> None:
        """Remember a live source, in place of what was known of it."""
        with self._transaction():
            self._connection.execute(
                "REPLACE INTO live (name, max_papers, added_at, read_at, resume)"
                " VALUES (:name, :max_papers, :added_at, :read_at, :resume)",
                asdict(state),
            )

    def forget_live(self, name: str) -> None:
        """Forget a live source; its papers stay."""
        with self._transaction():
            self._connection.execute("DELETE FROM live WHERE name = ?", (name,))

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

    def _put(
        self,
        records: Sequence[Record],
        chunks: Sequence[Chunk],
        vectors: Vectors,
        generation: int,
    ) -> None:
        rows = write_records(self._connection, records)
        self._bury_chunks(list(rows.values()), generation)
        self._connection.executemany(
            'INSERT INTO chunks (paper_row, position, start, "end", vector, generation)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (rows[c.paper_id], c.position, c.start, c.end, vector.tobytes(), generation)
                for c, vector in zip(chunks, vectors.astype(np.float16), strict=True)
            ],
        )

    def _bury_chunks(self, paper_rows: Sequence[int], generation: int) -> None:
        of_these = "paper_row IN (SELECT value FROM json_each(?))"
        rows = json.dumps(paper_rows)
        self._connection.execute(
            f"INSERT INTO tombstones SELECT chunk_row, paper_row, ? FROM chunks WHERE {of_these}",  # noqa: S608
            (generation, rows),
        )
        self._connection.execute(f"DELETE FROM chunks WHERE {of_these}", (rows,))  # noqa: S608

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
    connection.execute("PRAGMA wal_autocheckpoint = 8000")
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
