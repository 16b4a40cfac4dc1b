"""Stages that work side by side."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_END = object()


def run_ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield `items`, each made in another thread while the caller works on the one before.

    One item waits at most, so memory is bounded. What making an item raises is raised here.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, iterator, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, iterator, _END)
            yield item  # type: ignore[misc]  # what `items` gave
