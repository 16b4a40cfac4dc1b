"""A lock that all machines share which use one PostgreSQL database."""

import threading

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from vectorstore.database.columns import lock_number


class AdvisoryLock:
    """Held by a thread of a process, as often as it likes; gone with the process or its connection.

    `acquire` never waits: False says that somebody else has it.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._number = lock_number(name)
        self._held = threading.local()

    def acquire(self) -> bool:
        """Take the lock, once more where this thread has it."""
        if self._n_held == 0:
            connection = self._engine.connect()
            if not self._is_taken(connection):
                connection.close()
                return False
            self._held.connection = connection
        self._held.count = self._n_held + 1
        return True

    def release(self) -> None:
        """Give the lock back as often as it was taken."""
        self._held.count -= 1
        if self._held.count == 0:
            connection: Connection = self._held.connection
            try:
                connection.execute(select(func.pg_advisory_unlock(self._number)))
                connection.close()
            except DBAPIError:
                connection.invalidate()  # the lock went with the connection

    @property
    def _n_held(self) -> int:
        return int(getattr(self._held, "count", 0))

    def _is_taken(self, connection: Connection) -> bool:
        return bool(connection.scalar(select(func.pg_try_advisory_lock(self._number))))
