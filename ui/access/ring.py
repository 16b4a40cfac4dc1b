"""The keys as a running server sees them: in memory, at most a second old."""

import hmac
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ui.access.errors import KeyStoreError
from ui.access.keys import Key, digest_of, id_in
from ui.access.seldom import SeldomWarning
from ui.access.store import KeyStore

logger = logging.getLogger(__name__)

Fault = Literal["unknown", "expired", "revoked"]

_SECONDS_BETWEEN_READS = 1.0
_SECONDS_BETWEEN_SHARED_READS = 0.8  # the rest of the second is for the network
_SECONDS_BETWEEN_NOTES = 60.0
_NOBODYS_DIGEST = bytes(32)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The key that a token is, or why it opens nothing: `fault` is None for a key in use."""

    key: Key | None = None
    fault: Fault | None = None


class KeyRing:
    """Reads the store about once a second, however many requests come: a flood costs no disk.

    A key made or revoked by another process counts from then on. Where the store cannot be read the
    keys stay as they were last seen.
    """

    def __init__(self, store: KeyStore, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the keys; raises KeyStoreError."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._warning = SeldomWarning(logger)
        self._follower: threading.Thread | None = None
        self._is_closed = threading.Event()
        self._used: dict[str, datetime] = {}
        self._noted_at = -_SECONDS_BETWEEN_NOTES
        self._read()

    @property
    def is_empty(self) -> bool:
        """Return whether no key was ever made. A revoked one counts: it must not open the door."""
        self._read_if_old()
        return not self._keys

    def judge(self, token: str) -> Verdict:
        """Return what a token is. One comparison in constant time, whether its id exists or not."""
        self._read_if_old()
        key = self._keys.get(id_in(token) or "")
        is_right = hmac.compare_digest(key.digest if key else _NOBODYS_DIGEST, digest_of(token))
        if key is None or not is_right:
            return Verdict(fault="unknown")
        state = key.state()
        if state != "active":
            return Verdict(key, state)
        self._used[key.key_id] = datetime.now(UTC)
        return Verdict(key)

    def is_spent(self, token_id: str) -> bool:
        """Return whether a ticket is used up."""
        self._read_if_old()
        return token_id in self._spent

    def spend(self, token_id: str, expires_at: datetime) -> bool:
        """Use a ticket up; return False where that was done before. Raises KeyStoreError."""
        is_first = self._store.spend(token_id, expires_at)
        self._spent |= {token_id}
        return is_first

    def follow(self) -> None:
        """Read a store of several machines in a thread, so that whoever judges never waits for it.

        A file is read by whoever judges: that takes less time than handing it to a thread.
        """
        if self._store.is_shared and self._follower is None:
            self._follower = threading.Thread(target=self._read_on, name="keys", daemon=True)
            self._follower.start()

    def close(self) -> None:
        """Write down what is left to write, and follow the store no longer."""
        self._is_closed.set()
        self.note_uses()

    def has_notes(self) -> bool:
        """Return whether it is time to call `note_uses`."""
        return bool(self._used) and self._clock() - self._noted_at >= _SECONDS_BETWEEN_NOTES

    def note_uses(self) -> None:
        """Write down when keys were last used. It may wait for a disk: call it in a thread."""
        with self._lock:
            self._noted_at = self._clock()
            used, self._used = self._used, {}
            try:
                if used:
                    self._store.note_used(used)
            except KeyStoreError as error:
                self._warning.give(str(error))

    def _read_if_old(self) -> None:
        is_followed = self._follower is not None and self._follower.is_alive()
        if not is_followed and self._clock() - self._read_at >= _SECONDS_BETWEEN_READS:
            self._try_to_read()

    def _read_on(self) -> None:
        while not self._is_closed.wait(_SECONDS_BETWEEN_SHARED_READS):
            self._try_to_read()

    def _try_to_read(self) -> None:
        try:
            self._read()
        except KeyStoreError as error:
            self._warning.give(str(error))

    def _read(self) -> None:
        self._read_at = self._clock()
        keys, spent = self._store.all_and_spent()
        self._keys = {key.key_id: key for key in keys}
        self._spent = spent
