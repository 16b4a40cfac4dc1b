"""Stages that work side by side."""

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_END = object()


def run_ahead(items: Iterable[T]) -> Generator[T, None, None]:
    """Yield `items`, each made in another thread while the caller works on the one before.

    One item waits at most, so memory is bounded. What making an item raises is raised here. Close
    it where it may be left early: the thread cannot end itself, were it the one to collect garbage.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, iterator, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, iterator, _END)
            yield item  # type: ignore[misc]  # what `items` gave
