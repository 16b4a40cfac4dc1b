"""Token buckets as rows of a table in PostgreSQL, by the clock of the database."""

import time
from datetime import timedelta

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Double,
    Interval,
    bindparam,
    case,
    delete,
    extract,
    func,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from ui.access.buckets import Allowance
from ui.access.rate import Rate
from ui.access.schema import BUCKET_TABLES, BUCKETS
from vectorstore.database import Database

_TIMEOUT_SECONDS = 1.0  # for others that remove rows too
_SECONDS_BETWEEN_REMOVALS = 60.0

# A row tells when its bucket is full again: each request puts that off by the time in which one
# comes back, unless it would then be further away than an empty bucket takes. The clock is read
# once the row is locked, so that of those who come at once each sees what the one before it took.
_NOW = func.clock_timestamp(type_=DateTime(timezone=True))
_EACH, _ALL = bindparam("each", type_=Interval), bindparam("all", type_=Interval)
_PUT_OFF = func.greatest(BUCKETS.c.full_at, _NOW, type_=DateTime(timezone=True)) + _EACH
_IS_ADMITTED = _PUT_OFF <= _NOW + _ALL
_TAKE = (
    insert(BUCKETS)
    .values(caller=bindparam("caller"), full_at=_NOW + _EACH, is_admitted=True)
    .on_conflict_do_update(
        index_elements=[BUCKETS.c.caller],
        set_={
            "full_at": case((_IS_ADMITTED, _PUT_OFF), else_=BUCKETS.c.full_at),
            "is_admitted": _IS_ADMITTED,
        },
    )
    .returning(
        BUCKETS.c.is_admitted,
        extract("epoch", BUCKETS.c.full_at - _NOW).cast(Double).label("seconds"),
    )
)
_REMOVE_FULL = delete(BUCKETS).where(BUCKETS.c.full_at < _NOW)


class BucketTable:
    """The rows, over one connection that is kept; used by one thread.

    What is not there is full, so a bucket that is full again loses its row. Methods raise
    SQLAlchemyError, and DatabaseError where a later Citewise made the table.
    """

    def __init__(self, url: URL) -> None:
        self._database = Database(url, BUCKET_TABLES, timeout_seconds=_TIMEOUT_SECONDS)
        self._connection: Connection | None = None
        self._removed_at = -_SECONDS_BETWEEN_REMOVALS

    def take(self, caller: bytes, rate: Rate) -> Allowance:
        """Count a request of `caller`, unless its bucket is empty."""
        if time.monotonic() - self._removed_at >= _SECONDS_BETWEEN_REMOVALS:
            self._remove_full()
        asked = {
            "caller": caller,
            "each": timedelta(seconds=rate.seconds / rate.count),
            "all": timedelta(seconds=rate.seconds),
        }
        try:
            row = self._connected().execute(_TAKE, asked).one()
        except SQLAlchemyError:
            self.close()
            raise
        return _allowance(rate, row.seconds, is_admitted=row.is_admitted)

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = self._database.engine.connect()
            self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        return self._connection

    def _remove_full(self) -> None:
        """Remove what says nothing any more; make the table where there is none yet."""
        with self._database.writing() as connection:
            connection.execute(_REMOVE_FULL)
        self._removed_at = time.monotonic()


def _allowance(rate: Rate, seconds: float, *, is_admitted: bool) -> Allowance:
    """Return what a bucket says that is full again in so many seconds.

    The database counts in microseconds, and reads its clock once more for the answer.
    """
    tokens = rate.count - max(0.0, seconds) * rate.a_second
    seen = max(0.0, tokens + 1e-6) if is_admitted else min(tokens, 0.999)
    return Allowance.of(rate, seen, is_admitted=is_admitted)
