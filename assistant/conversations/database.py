"""The file of kept conversations: connections, versions, and errors that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.conversations.errors import StoreUnavailableError, UnknownConversationError
from assistant.conversations.schema import UPGRADES

_TIMEOUT_SECONDS = 5.0  # how long one waits for another process that writes

Row = sqlite3.Row
Connection = sqlite3.Connection


class Database:
    """One SQLite file, made when something is first kept. Any number of processes and threads.

    Each use has a connection of its own (0.3 ms): nothing is shared between threads or outlives
    a fork, and a file that was mended or replaced is noticed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; where there is no file yet, to an empty database.

        Raises StoreUnavailableError; so does `writing`.
        """
        with self._translated(), closing(self._connect(self._place_to_read())) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together at the end, or not at all."""
        with self._translated(), closing(self._connect(str(self.path))) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def _place_to_read(self) -> str:
        return str(self.path) if self.path.exists() else ":memory:"

    def _connect(self, place: str) -> Connection:
        connection = sqlite3.connect(place, timeout=_TIMEOUT_SECONDS, isolation_level=None)
        try:
            connection.row_factory = Row
            connection.execute("PRAGMA foreign_keys = ON")
            # A power cut may cost the last exchanges, a kill none, and neither damages the file.
            connection.execute("PRAGMA synchronous = NORMAL")
            if self._version(connection) != len(UPGRADES):
                self._upgrade(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _version(self, connection: Connection) -> int:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        if version > len(UPGRADES):
            raise StoreUnavailableError(
                f"{str(self.path)!r} has version {version}; this Citewise knows versions up to"
                f" {len(UPGRADES)}. Update citewise, or move the file away to start a new one."
            )
        return int(version)

    def _upgrade(self, connection: Connection) -> None:
        """Bring the tables to today's, all or nothing; another process may be doing the same."""
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for statements in UPGRADES[self._version(connection) :]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(UPGRADES)}")
        try:
            connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
        except sqlite3.OperationalError:
            return  # others have the file open; it works without, only slower

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreUnavailableError(
                f"Cannot read or write the conversations in {str(self.path)!r}: {error}. Check the"
                " disk and that the directory can be written; another process may be busy with it."
            ) from None
        except (OverflowError, UnicodeEncodeError):  # of an id that SQLite cannot even look for
            raise UnknownConversationError("There is no such conversation.") from None
        except sqlite3.DatabaseError as error:
            raise StoreUnavailableError(
                f"The conversations in {str(self.path)!r} cannot be read: {error}. Move the file"
                " away (and those named after it) to start a new one."
            ) from None
