"""Connections and transactions of a SQLite file or a PostgreSQL database."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    QueuePool,
    create_engine,
    event,
    func,
    select,
)

from vectorstore.database.columns import lock_number
from vectorstore.database.versions import Tables

Place = Path | URL


def place_of(name: str, library: Path, database: URL | None = None) -> Place:
    """Return where a part of a library is: in the database, or a file of that name in it."""
    return database or library / name


_BEGIN = "citewise_begin"  # the execution option that says how a transaction of SQLite begins
# A transaction sees what was there when it first read something.
_FIRST_READING = {"sqlite": "SELECT count(*) FROM sqlite_schema", "postgresql": "SELECT 1"}
_N_KEPT = 8  # connections that a process keeps open
_CONNECT_SECONDS = 5
_SILENT_SECONDS = 10  # after which a server's machine is taken to be gone


class Database:
    """The tables of one part of Citewise in a SQLite file of their own, or in PostgreSQL.

    Any number of processes and threads may use it. Whoever writes is the only one; others wait, at
    most `timeout_seconds`. Tables are made, or brought up to date, when they are first used.
    Failures of the database are SQLAlchemy's DBAPIError; DatabaseError says that a later Citewise
    made the tables.

    A file is opened anew for each use (0.3 ms), so that one that was mended or replaced is noticed
    and nothing outlives a fork, unless connections are `kept`. `pragmas` are settings of SQLite.
    """

    def __init__(
        self,
        place: Place,
        tables: Tables,
        *,
        kept: bool = False,
        timeout_seconds: float = 10.0,
        pragmas: Sequence[str] = (),
    ) -> None:
        self.place = place
        self._tables = tables
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._prepared: int | None = None
        self.engine = (
            _engine_of_file(str(place), timeout_seconds, pragmas, kept=kept)
            if isinstance(place, Path)
            else _engine_of_server(place)
        )
        self._readers = (
            self.engine.execution_options(isolation_level="AUTOCOMMIT")
            if self.is_shared
            else self.engine.execution_options(**{_BEGIN: ""})
        )

    @property
    def is_shared(self) -> bool:
        """Return whether other machines may use it too."""
        return not isinstance(self.place, Path)

    def close(self) -> None:
        """Close the file; a server's connections serve other parts too."""
        if not self.is_shared:
            self.engine.dispose()

    def has_tables(self) -> bool:
        """Return whether the tables were made, of whatever version; nothing is made here."""
        with self._readers.connect() as connection:
            return self._tables.are_there(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; where there is no file yet, to empty tables.

        So does `at_one_moment`. Here each statement sees what is there by then.
        """
        with self._empty() if self._is_missing() else self._prepared_for(self._readers) as found:
            yield found

    @contextmanager
    def at_one_moment(self) -> Iterator[Connection]:
        """Give a connection that sees all as it is now, whatever is written meanwhile."""
        with self._empty() if self._is_missing() else self._prepared_for(self.engine) as found:
            if self.is_shared:
                found.execution_options(isolation_level="REPEATABLE READ")
            found.exec_driver_sql(_FIRST_READING[found.dialect.name])
            yield found

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together at the end, or not at all."""
        self._prepare()
        with self._transaction() as connection:
            yield connection

    def _is_missing(self) -> bool:
        return isinstance(self.place, Path) and not self.place.exists()

    @contextmanager
    def _empty(self) -> Iterator[Connection]:
        with _engine_of_file(":memory:").connect() as connection:
            self._tables.bring_up_to_date(connection)
            yield connection

    @contextmanager
    def _prepared_for(self, engine: Engine) -> Iterator[Connection]:
        self._prepare()
        with engine.connect() as connection:
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                if self.is_shared:
                    self._wait_for_others(connection)
                yield connection

    def _prepare(self) -> None:
        """Make the tables those of this Citewise, unless that was seen before."""
        if self._prepared is not None and self._prepared == self._identity():
            return
        with self._lock:
            if self._identity() is None or not self._are_current():
                with self._transaction() as connection:
                    self._tables.bring_up_to_date(connection)
                self._let_readers_never_wait()
            self._prepared = self._identity()

    def _identity(self) -> int | None:
        """Return what a file that takes another's place has not; None where none is seen."""
        if not isinstance(self.place, Path):
            return 0
        try:
            return self.place.stat().st_ino
        except OSError:  # SQLite says what is wrong with a place that cannot even be looked at
            return None

    def _are_current(self) -> bool:
        with self._readers.connect() as connection:
            return self._tables.are_current(connection)

    def _let_readers_never_wait(self) -> None:
        """Set a file's journal; where others have it open that fails, and all works, slower."""
        if isinstance(self.place, Path):
            with suppress(sqlite3.OperationalError), closing(sqlite3.connect(self.place)) as raw:
                raw.execute("PRAGMA journal_mode = WAL")

    def _wait_for_others(self, connection: Connection) -> None:
        milliseconds = int(self._timeout_seconds * 1_000)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
        connection.execute(select(func.pg_advisory_xact_lock(lock_number(self._tables.name))))


def _engine_of_file(
    path: str, timeout_seconds: float = 0, pragmas: Sequence[str] = (), *, kept: bool = False
) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, timeout=timeout_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in ("foreign_keys = ON", *pragmas):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    pool: dict[str, Any] = (
        {"poolclass": QueuePool, "pool_size": _N_KEPT, "max_overflow": -1}
        if kept
        else {"poolclass": NullPool}
    )
    engine = create_engine("sqlite://", creator=connect, **pool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        if statement:
            connection.exec_driver_sql(statement)

    return engine


@cache
def _engine_of_server(url: URL) -> Engine:
    """Return the engine of all parts of this process that use one server."""
    engine = create_engine(
        url,
        pool_size=_N_KEPT,
        max_overflow=_N_KEPT,
        pool_pre_ping=True,
        connect_args={
            "application_name": "citewise",
            "connect_timeout": _CONNECT_SECONDS,
            "keepalives_idle": _SILENT_SECONDS,
            "tcp_user_timeout": _SILENT_SECONDS * 1_000,
        },
    )
    if hasattr(os, "register_at_fork"):  # two processes must not talk over one connection
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine
