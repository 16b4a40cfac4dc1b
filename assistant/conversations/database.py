"""Where conversations are kept: connections, and errors that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from assistant.conversations.errors import StoreUnavailableError, UnknownConversationError
from assistant.conversations.schema import TABLES
from vectorstore.database import Database, DatabaseError, Place, shown

_TIMEOUT_SECONDS = 5.0  # how long one waits for another process that writes
_CHECK_FILE = "Check the disk and that the directory can be written"
_CHECK_SERVER = "Check that the PostgreSQL server runs and lets this machine in"


class ConversationDatabase:
    """The tables of kept conversations, in a file or in PostgreSQL; made when first kept in."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._database = Database(place, TABLES, timeout_seconds=_TIMEOUT_SECONDS)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; where there is no file yet, to empty tables.

        Raises StoreUnavailableError, and UnknownConversationError for an id that no table can
        hold; so do the others.
        """
        with self._translated(), self._database.reading() as connection:
            yield connection

    @contextmanager
    def at_one_moment(self) -> Iterator[Connection]:
        """Give a connection that sees all as it is now, whatever is written meanwhile."""
        with self._translated(), self._database.at_one_moment() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together at the end, or not at all."""
        with self._translated(), self._database.writing() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OverflowError, UnicodeEncodeError, DataError):  # of an id no table can hold
            raise UnknownConversationError("There is no such conversation.") from None
        except (DatabaseError, DBAPIError, PoolTimeoutError) as error:
            raise StoreUnavailableError(self._described(error)) from None

    def _described(self, error: Exception) -> str:
        """Return what went wrong where, and what mends it."""
        place, is_file = shown(self._place), isinstance(self._place, Path)
        if isinstance(error, DatabaseError):
            return f"Cannot use the conversations in {place}: {error}"
        reason = " ".join(str(getattr(error, "orig", error)).split()).rstrip(".?")
        if is_file and not isinstance(error, OperationalError):
            return (
                f"The conversations in {place} cannot be read: {reason}. Move the file away (and"
                " those named after it) to start a new one."
            )
        check = _CHECK_FILE if is_file else _CHECK_SERVER
        return (
            f"Cannot read or write the conversations in {place}: {reason}. {check};"
            " another process may be busy with it."
        )
