"""Reading a stream whose next item may never come."""

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from assistant.backends.errors import CutShortError
from assistant.backends.limits import Limits

Item = TypeVar("Item")

_MAX_WAITING = 64  # items read ahead of a slow reader


class SilenceError(TimeoutError):
    """Nothing came for as long as the limits allow."""


@dataclass(frozen=True, slots=True)
class _End:
    """The last thing in the queue: the stream is over, or failed with `error`."""

    error: BaseException | None = None


def read_within(
    open_stream: Callable[[], Iterator[Item]], limits: Limits
) -> Generator[Item, None, None]:
    """Yield what the stream yields; raise what it raises.

    The stream is opened, read and closed in a thread of its own, because a thread that waits for a
    socket cannot be made to stop waiting. Closing this generator closes the stream as soon as its
    next item is there, or the client's own time limit ends its wait.

    Raises SilenceError, or CutShortError when the whole takes too long.
    """
    reader = _Reader(open_stream)
    deadline = time.monotonic() + limits.total_seconds
    try:
        while not isinstance(item := reader.next(limits, deadline), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        reader.abandon()


class _Reader(Generic[Item]):
    """A stream, the thread that reads it, and the queue between them."""

    def __init__(self, open_stream: Callable[[], Iterator[Item]]) -> None:
        self._open_stream = open_stream
        self._items: queue.Queue[Item | _End] = queue.Queue(_MAX_WAITING)
        self._is_abandoned = threading.Event()
        run = contextvars.copy_context().run  # LangChain's callbacks are found by context
        threading.Thread(target=run, args=(self._read,), daemon=True, name="llm-stream").start()

    def next(self, limits: Limits, deadline: float) -> Item | _End:
        """Return the next item, or the end."""
        remaining = deadline - time.monotonic()
        try:
            return self._items.get(timeout=max(min(limits.silence_seconds, remaining), 0))
        except queue.Empty:
            if remaining < limits.silence_seconds:
                raise CutShortError(
                    f"it was not done after {limits.total_seconds:g} seconds"
                ) from None
            raise SilenceError(f"it sent nothing for {limits.silence_seconds:g} seconds") from None

    def abandon(self) -> None:
        """Have the thread close the stream; where it waits for room in the queue, make room."""
        self._is_abandoned.set()
        while True:
            try:
                self._items.get_nowait()
            except queue.Empty:
                return

    def _read(self) -> None:
        try:
            self._pass_on(self._open_stream())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self._items.put(_End(error))
        else:
            self._items.put(_End())

    def _pass_on(self, stream: Iterator[Item]) -> None:
        try:
            for item in stream:
                if self._is_abandoned.is_set():
                    return
                self._items.put(item)
        finally:
            if isinstance(stream, Generator):
                stream.close()
