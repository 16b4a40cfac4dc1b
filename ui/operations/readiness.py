"""Whether the server can answer, found out by trying."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vectorstore import Library

logger = logging.getLogger(__name__)

_SECONDS_TO_KEEP = 2.0
_TRIAL = "ready"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found; `checks` tells "ok" or what is wrong, for each of the three."""

    is_ready: bool
    checks: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return it as `/readyz` tells it."""
        return {"status": "ready" if self.is_ready else "not ready", "checks": self.checks}


class ReadinessCheck:
    """Opens the library, looks at its indexes, encodes a word and searches for it.

    Indexes that are behind (another process is adding papers) count against a server that was not
    ready yet. Later they are only told of: a search still answers, from what was there before.
    What was found is kept for two seconds, so that probes cost nothing.
    """

    def __init__(self, library: "Library", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._library = library
        self._clock = clock
        self._lock = threading.Lock()
        self._found: tuple[float, Readiness] | None = None
        self._was_ready = False

    def __call__(self) -> Readiness:
        """Return whether the library answers. It may take a while: call it in a thread."""
        with self._lock:
            if self._found is None or self._clock() - self._found[0] > _SECONDS_TO_KEEP:
                self._found = (self._clock(), self._look())
            return self._found[1]

    def _look(self) -> Readiness:
        checks = {
            "library": _tried("library", self._open),
            "indexes": _tried("indexes", self._indexes),
            "encoder": _tried("encoder", self._encode),
        }
        faults = {name for name, found in checks.items() if found != "ok"}
        if self._was_ready and checks["indexes"] == "behind":
            faults.discard("indexes")
        self._was_ready = self._was_ready or not faults
        return Readiness(not faults, checks)

    def _open(self) -> str:
        self._library.catalogue.n_papers()
        return "ok"

    def _indexes(self) -> str:
        self._library.search(_TRIAL, top_k=1)
        return "ok" if self._library.status().indexes_current else "behind"

    def _encode(self) -> str:
        self._library.similarities(_TRIAL, [_TRIAL])
        self._library.answering(_TRIAL, [_TRIAL])
        return "ok"


def _tried(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:
        logger.exception("Not ready: the %s failed", name)
        return "failed; the server's log says why"
