"""Rate limits that count for all processes and machines together."""

import asyncio
import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from ui.access.bucket_table import BucketTable
from ui.access.buckets import Allowance, Buckets
from ui.access.rate import Rate
from ui.access.seldom import SeldomWarning
from vectorstore.database import DatabaseError, shown

logger = logging.getLogger(__name__)

_LONGEST_SECONDS = 2.0  # that a request waits for the database
_SECONDS_TO_RETRY = 5.0
_MAX_REFUSED = 10_000


class SharedBuckets:
    """One bucket a caller in the database; used by one event loop, which never waits for it.

    Callers are told apart by a hash with the library's secret, so that no address or name can be
    read in the table. One who knows the secret, which the database holds too, could still try all
    addresses of IPv4. While the database does not answer, each process counts by itself, and one
    request in five seconds tries again. One who was refused is refused here until there can be a
    token for it: a flood is not passed on to the database.
    """

    def __init__(
        self, url: URL, secret: bytes, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._place = shown(url)
        self._secret = secret
        self._clock = clock
        self._table = BucketTable(url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="buckets")
        self._own = Buckets(clock=clock)
        self._refused: OrderedDict[str, float] = OrderedDict()  # until when
        self._retry_at: float | None = None  # None while the database answers
        self._warning = SeldomWarning(logger)

    async def take(self, caller: str, rate: Rate) -> Allowance:
        """Count a request of `caller`, unless its bucket is empty."""
        wait = self._refused.get(caller, 0.0) - self._clock()
        if wait > 0:
            return Allowance.of(rate, 1 - wait * rate.a_second, is_admitted=False)
        if self._is_away():
            return await self._own.take(caller, rate)
        try:
            allowance = await self._take_shared(caller, rate)
        except (SQLAlchemyError, DatabaseError, TimeoutError) as error:
            self._note_away(error)
            return await self._own.take(caller, rate)
        self._retry_at = None
        if allowance.wait_seconds:
            self._note_refused(caller, allowance.wait_seconds)
        return allowance

    def close(self) -> None:
        """Give the connection back."""
        self._thread.submit(self._table.close)
        self._thread.shutdown()

    async def _take_shared(self, caller: str, rate: Rate) -> Allowance:
        hashed = hmac.digest(self._secret, caller.encode("utf-8", "surrogatepass"), "sha256")
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_LONGEST_SECONDS):
            return await loop.run_in_executor(self._thread, self._table.take, hashed, rate)

    def _is_away(self) -> bool:
        """Return whether the database did not answer lately; who hears no tries it, alone."""
        if self._retry_at is None:
            return False
        if self._clock() < self._retry_at:
            return True
        self._retry_at = self._clock() + _SECONDS_TO_RETRY
        return False

    def _note_away(self, error: Exception) -> None:
        self._retry_at = self._clock() + _SECONDS_TO_RETRY
        reason = " ".join(str(getattr(error, "orig", error)).split()) or "no answer in time"
        self._warning.give(
            f"Rate limits count in each process alone, since {self._place} does not answer:"
            f" {reason}. Check that the PostgreSQL server runs and lets this machine in."
        )

    def _note_refused(self, caller: str, seconds: float) -> None:
        self._refused[caller] = self._clock() + seconds
        self._refused.move_to_end(caller)
        if len(self._refused) > _MAX_REFUSED:
            self._refused.popitem(last=False)
