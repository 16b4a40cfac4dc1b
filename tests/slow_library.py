"""A library that can be caught at work."""

import threading
from collections.abc import Sequence
from typing import Any

from vectorstore import Library

SECONDS_EACH = 0.05


class SlowLibrary:
    """A library whose comparisons take their time, and are counted.

    A section of 600 words on the bundled papers makes more than forty of them.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.n_compared = 0
        self.begun = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def similarities(self, text: str, others: Sequence[str]) -> list[float]:
        """Return what the library does, a moment later."""
        self.n_compared += 1
        self.begun.set()
        threading.Event().wait(SECONDS_EACH)
        return self._library.similarities(text, others)

    def wait_until_idle(self) -> None:
        """Return once nothing is compared any more."""
        before = -1
        while before != self.n_compared:
            before = self.n_compared
            threading.Event().wait(10 * SECONDS_EACH)
