"""How long each stage of an answer took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Stopwatch:
    """Adds up wall-clock milliseconds by stage; the named stages are there from the start."""

    def __init__(self, *stages: str) -> None:
        self.milliseconds = dict.fromkeys(stages, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time inside the `with` block to the stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = (time.perf_counter() - start) * 1_000
            self.milliseconds[name] = self.milliseconds.get(name, 0.0) + spent

    def each(self, name: str, items: Iterator[T]) -> Iterator[T]:
        """Yield the items; count the time it takes to make them, not the time between."""
        end = object()
        while True:
            with self.stage(name):
                item = next(items, end)
            if item is end:
                return
            yield item  # type: ignore[misc]
