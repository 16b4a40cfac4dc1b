"""The library's truth: papers, chunks and their vectors in one database.

The indexes are derived from it. Every change raises the `generation`; a chunk carries the
generation that wrote it and a removed one leaves a tombstone, so that an index that knows its own
generation can be brought up to date without starting over.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, OperationalError

from vectorstore.catalogue import changes
from vectorstore.catalogue.earlier import upgrade
from vectorstore.catalogue.reader import CatalogueReader
from vectorstore.catalogue.record_rows import write_records
from vectorstore.catalogue.tables import META, TABLES
from vectorstore.chunking import Chunk
from vectorstore.database import Database, DatabaseError, Place, shown
from vectorstore.encoders.encoder import Vectors
from vectorstore.errors import LibraryUnwritableError, NotALibraryError, one_line
from vectorstore.live.state import LiveState
from vectorstore.manifest import LIBRARY_FORMAT, Manifest
from vectorstore.readers.report import Reject
from vectorstore.records import Record

CATALOGUE_NAME = "catalogue.sqlite"
UNFINISHED_PREFIX = f"{CATALOGUE_NAME}.new"  # of files that a killed `create` left

# SQLite keeps two files beside a catalogue that is open.
_UNREACHABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_READONLY_DIRECTORY,
    sqlite3.SQLITE_READONLY_CANTINIT,
}

Encoded = tuple[Sequence[Record], Sequence[Chunk], Vectors]


class Catalogue(CatalogueReader):
    """A SQLite file, or a PostgreSQL database that machines share.

    Safe for any number of readers, each of which sees what was last stored; writers hold the
    library's lock. Raises DatabaseError while a server does not answer.
    """

    def __init__(self, place: Place) -> None:
        """Open what is there. Raises NotALibraryError, LibraryUnwritableError, DatabaseError."""
        super().__init__(shown(place), self._reading, self._at_this_moment)
        self.place = place
        self._database = _database_at(place)
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, place: Place, manifest: Manifest) -> "Catalogue":
        """Make an empty catalogue, a file in a directory that exists; all of it or nothing.

        Of machines that make one in a shared database at once, all get the first one's. Raises
        LibraryUnwritableError when it cannot be written.
        """
        if not isinstance(place, Path):
            _fill(place, manifest, shown(place))
            return cls(place)
        unfinished = place.with_name(f"{UNFINISHED_PREFIX}{os.getpid()}")
        try:
            unfinished.unlink(missing_ok=True)
            _fill(unfinished, manifest, shown(place))
            unfinished.rename(place)
        except OSError as error:
            raise LibraryUnwritableError(f"Cannot write {shown(place)}: {error}.") from None
        return cls(place)

    @staticmethod
    def exists(place: Place) -> bool:
        """Return whether there is a catalogue; of a file only that there is one.

        Raises DatabaseError while a server does not answer.
        """
        if isinstance(place, Path):
            return place.is_file()
        try:
            return _database_at(place).has_tables()
        except DBAPIError as error:
            raise _away(place, error) from None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def is_shared(self) -> bool:
        """Return whether other machines may change it too."""
        return self._database.is_shared

    @property
    def database(self) -> Database:
        """Return where it is kept."""
        return self._database

    @property
    def identity(self) -> str:
        """Return what no copy of this catalogue has, nor another that takes its place."""
        if isinstance(self.place, Path):
            return f"{self.place.stat().st_ino:x}"
        return self.noted("identity")

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
        with self._change() as (connection, generation):
            changes.put_papers(connection, records, chunks, vectors, generation)
            write_records(connection, same_text)

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Forget papers, their chunks, and what their sources said."""
        with self._change() as (connection, generation):
            changes.remove_papers(connection, paper_ids, generation)

    def replace_chunks(self, manifest: Manifest, batches: Iterable[Encoded]) -> None:
        """Store all papers anew with chunks made as `manifest` says, in place of what there is.

        All or nothing: where `batches` raises, or the process ends, everything is as it was.
        """
        with self._change() as (connection, generation):
            changes.note(connection, "manifest", manifest.model_dump_json())
            for records, chunks, vectors in batches:
                changes.put_papers(connection, records, chunks, vectors, generation)

    def copied(self, path: Path) -> "Catalogue":
        """Return a copy of a file's catalogue, at `path`."""
        with (
            closing(sqlite3.connect(str(self.place))) as original,
            closing(sqlite3.connect(path)) as copy,
        ):
            original.backup(copy)
        return Catalogue(path)

    def upgrade(self) -> None:
        """Bring a catalogue that an earlier Citewise made to today's tables; all or nothing."""
        with self._transaction() as connection:
            # Another process may have been quicker.
            if self.within(connection).manifest.format < LIBRARY_FORMAT:
                upgrade(connection)

    def note(self, key: str, value: str) -> None:
        """Keep a value that no index depends on: the generation stays."""
        with self._transaction() as connection:
            changes.note(connection, key, value)

    def note_read(self, source: str, n_papers: int, rejects: Sequence[Reject]) -> None:
        """Remember that a source was read, and what of it was rejected, this time only."""
        with self._transaction() as connection:
            changes.note_read(connection, source, n_papers, rejects)

    def put_live(self, state: LiveState) -> None:
        """Remember a live source, in place of what was known of it."""
        with self._transaction() as connection:
            changes.put_live(connection, state)

    def forget_live(self, name: str) -> None:
        """Forget a live source; its papers stay."""
        with self._transaction() as connection:
            changes.forget_live(connection, name)

    def _check(self) -> None:
        """Raise where what is there is no catalogue, before anything could be written into it."""
        if isinstance(self.place, Path) and not self.place.is_file():
            raise NotALibraryError(
                f"{str(self.place.parent)!r} is no library: it has no {CATALOGUE_NAME}."
                " Make one: citewise add PATH --library DIR"
            )
        try:
            if self._database.has_tables() and self.noted("manifest"):
                return
            reason = "it has no manifest"
        except DBAPIError as error:
            reason = self._why_not(error)
        if self.is_shared:
            raise NotALibraryError(
                f"{self._shown} holds no library yet. Make one: citewise add PATH"
            )
        raise NotALibraryError(f"{self._shown} is not a catalogue of Citewise: {reason}.")

    def _why_not(self, error: DBAPIError) -> str:
        """Return what the database says; raise where it is not the catalogue's fault."""
        if self.is_shared:
            raise _away(self.place, error) from None
        if getattr(error.orig, "sqlite_errorcode", 0) in _UNREACHABLE:
            raise LibraryUnwritableError(
                f"Cannot open {self._shown}: {error.orig}. Reading needs write access to its"
                " directory."
            ) from None
        return str(error.orig)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._translated(), self._database.reading() as connection:
            yield connection

    @contextmanager
    def _at_this_moment(self) -> Iterator[Connection]:
        with self._translated(), self._database.at_one_moment() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if self.is_shared:
                raise _away(self.place, error) from None
            raise

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._database.writing() as connection:
                yield connection
        except OperationalError as error:
            raise LibraryUnwritableError(f"Cannot write {self._shown}: {error.orig}.") from None

    @contextmanager
    def _change(self) -> Iterator[tuple[Connection, int]]:
        """Run a transaction under the next generation number."""
        with self._transaction() as connection:
            generation = self.within(connection).generation + 1
            changes.note(connection, "generation", str(generation))
            yield connection, generation


def _database_at(place: Place) -> Database:
    return Database(place, TABLES, kept=True, pragmas=("wal_autocheckpoint = 8000",))


def _fill(place: Place, manifest: Manifest, named: str) -> None:
    database = _database_at(place)
    first = {"generation": "0", "manifest": manifest.model_dump_json()}
    if database.is_shared:
        first["identity"] = secrets.token_hex(8)
    try:
        with database.writing() as connection:
            rows = [{"key": key, "value": value} for key, value in first.items()]
            connection.execute(upsert(META).on_conflict_do_nothing(), rows)
    except DBAPIError as error:
        raise LibraryUnwritableError(f"Cannot write {named}: {error.orig}.") from None
    finally:
        database.close()


def _away(place: Place, error: DBAPIError) -> DatabaseError:
    return DatabaseError(
        f"The database {shown(place)} does not answer: {one_line(error.orig or error)}."
    )
