"""Turns: answers are computed as many at once as there are cores, in order of arrival.

More at once would all be late: of twenty that share two cores none is done before nearly all are.
"""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from queue import SimpleQueue
from threading import Event as Flag
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from assistant.answer import Answer
from assistant.events import Event, answer_of
from assistant.settings import EXTRACTIVE
from vectorstore import usable_cores

if TYPE_CHECKING:
    from assistant.assistant import Assistant

T = TypeVar("T")

_FEWEST_PLACES, _PLACES_A_CORE = 4, 2
_PLACES_OF_MODELS = 32


class Turns:
    """The threads in which answers are computed, whoever asks: the chat, programs, the widget."""

    def __init__(self, n_at_once: int) -> None:
        self._n_at_once = n_at_once
        self._threads = ThreadPoolExecutor(n_at_once, thread_name_prefix="turn")
        self._open: set[object] = set()  # one a turn that is wanted or taken
        self._joining = Lock()

    @property
    def are_taken(self) -> bool:
        """Return whether whoever comes now would wait."""
        return len(self._open) >= self._n_at_once

    def given_to(self, assistant: "Assistant") -> "Assistant":
        """Return the assistant, which takes a turn for each answer if it computes them itself.

        One that waits for a language model's words does not keep a core busy: it takes none.
        """
        if assistant.backend != EXTRACTIVE:
            return assistant
        return cast("Assistant", _InTurn(assistant, self))

    def run(self, work: Callable[[], T]) -> T:
        """Return what `work` does when it is its turn; raises what it does."""
        return self._take(work).result()

    def each(self, make: Callable[[], Generator[T, None, None]]) -> Iterator[T]:
        """Yield what the generator yields, which runs when it is its turn; raises what it does.

        It does not wait for its reader: one who reads slowly, or not at all, keeps no turn. Once
        the reader has gone it is closed at its next item.
        """
        told: SimpleQueue[T | _End] = SimpleQueue()
        gone = Flag()
        self._take(partial(_tell, make, told, gone))
        try:
            while not isinstance(item := told.get(), _End):
                yield item
            if item.failure:
                raise item.failure
        finally:
            gone.set()

    def _take(self, work: Callable[[], T]) -> "Future[T]":
        taken = object()
        with self._joining:
            self._open.add(taken)
            turn = self._threads.submit(work)
        turn.add_done_callback(lambda _: self._open.discard(taken))
        return turn


class _End:
    """Comes behind the last item, with what was raised instead of the next one."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure


def _tell(
    make: Callable[[], Generator[T, None, None]], told: "SimpleQueue[T | _End]", gone: Flag
) -> None:
    end = _End()
    try:
        with closing(make()) as items:
            for item in items:
                told.put(item)
                if gone.is_set():
                    break
    except Exception as error:  # noqa: BLE001 (raised where the items are read)
        end = _End(error)
    finally:
        told.put(end)


class _InTurn:
    """Stands before an assistant: everything but questions goes straight to it."""

    def __init__(self, inner: "Assistant", turns: Turns) -> None:
        self.turns = turns
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def ask(self, question: str, **bounds: Any) -> Answer:
        """Answer as the assistant does."""
        *_, last = self.stream(question, **bounds)
        return answer_of(last)

    def stream(self, question: str, **bounds: Any) -> Iterator[Event]:
        """Yield the assistant's events."""

        def events() -> Generator[Event, None, None]:
            yield from self._inner.stream(question, **bounds)

        return self.turns.each(events)


def in_turn(assistant: "Assistant", work: Callable[[], T]) -> T:
    """Return what `work` does when it is its turn: at once with an assistant that takes none."""
    turns = _turns_of(assistant)
    return turns.run(work) if turns else work()


def each_in_turn(
    assistant: "Assistant", make: Callable[[], Generator[T, None, None]]
) -> Generator[T, None, None]:
    """Yield what the generator yields, in a turn of an assistant that takes some."""
    turns = _turns_of(assistant)
    yield from turns.each(make) if turns else make()


def must_wait(assistant: "Assistant") -> bool:
    """Return whether a question asked now would wait for its turn."""
    turns = _turns_of(assistant)
    return turns is not None and turns.are_taken


def _turns_of(assistant: "Assistant") -> Turns | None:
    turns = getattr(assistant, "turns", None)  # whatever else stands before it passes this on
    return turns if isinstance(turns, Turns) else None


def suitable_places(n_workers: int, *, computes_only: bool) -> int:
    """Return how many requests each of so many processes works on at once.

    What is computed gains nothing from more than keep the cores busy. Where language models answer
    too, most requests wait for their words.
    """
    if not computes_only:
        return _PLACES_OF_MODELS
    return max(_FEWEST_PLACES, _PLACES_A_CORE * n_cores(n_workers))


def n_cores(n_workers: int) -> int:
    """Return how many cores each of so many processes may keep busy; one at least."""
    return max(1, usable_cores() // n_workers)
