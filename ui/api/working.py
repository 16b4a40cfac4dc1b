"""Work in threads, a bounded number of them, that ends when nobody wants its result any more."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event as Flag
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter, create_task_group, to_thread
from starlette.requests import ClientDisconnect
from starlette.types import Receive

T = TypeVar("T")

_COMPUTING = max(4, 2 * (os.cpu_count() or 1))
_ANSWERING = 64


class Threads:
    """The API's own threads: however slow its answers are, the chat and the others have theirs.

    What computes all the time gains nothing from more threads than keep the cores busy. A thread
    of an answer mostly waits, for its turn or for a language model: there may be more of those.
    """

    def __init__(self) -> None:
        self.computing = CapacityLimiter(_COMPUTING)
        self.answering = CapacityLimiter(_ANSWERING)
        self.making = CapacityLimiter(1)  # assistants: who wants one waits without a thread


async def in_thread(limiter: CapacityLimiter, work: Callable[..., T], *arguments: object) -> T:
    """Return what `work` returns; others wait for their turn meanwhile."""
    return await to_thread.run_sync(partial(work, *arguments), limiter=limiter)


async def while_wanted(receive: Receive, limiter: CapacityLimiter, work: Callable[[Flag], T]) -> T:
    """Return what `work` returns. It is given a flag that is set when the client goes away.

    Work that waits for a thread is not begun then. Raises what the work raises, and
    ClientDisconnect.
    """
    gone, results, failures = Flag(), list[T](), list[Exception]()
    async with create_task_group() as group:
        group.start_soon(until_gone, receive, group.cancel_scope, gone)
        try:
            results.append(await in_thread(limiter, work, gone))
        except Exception as failure:  # noqa: BLE001 (raised below, and not in a group of one)
            failures.append(failure)
        group.cancel_scope.cancel()
    if failures:
        raise failures[0]
    if not results:
        raise ClientDisconnect
    return results[0]


async def until_gone(receive: Receive, scope: CancelScope, gone: Flag | None = None) -> None:
    """Cancel a scope when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    if gone:
        gone.set()
    scope.cancel()


def while_not(gone: Flag, items: Iterator[T]) -> Iterator[T]:
    """Yield the items; raise ClientDisconnect instead of the next one when the flag is set."""
    for item in items:
        if gone.is_set():
            raise ClientDisconnect
        yield item
