"""Turns: what is computed comes in order of arrival, and who reads slowly holds nobody up."""

import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import QuestionError
from tests.api_calls import ScriptedAssistant, answer_events
from ui.access.turns import Turns, in_turn, must_wait, n_cores, suitable_places
from ui.operations.metrics import Metrics
from ui.operations.observing import observed


class Counting:
    """Yields numbers without end, and notes whether it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.n_made = 0

    def numbers(self) -> Generator[int, None, None]:
        try:
            while True:
                self.n_made += 1
                yield self.n_made
        finally:
            self.closed.set()


def in_turns(*events: Any) -> tuple[Any, ScriptedAssistant]:
    """Return an assistant that takes turns, and the one behind it."""
    inner = ScriptedAssistant(*events, backend="extractive")
    return Turns(1).given_to(inner), inner  # type: ignore[arg-type]


def test_an_answer_is_the_assistant_s_own() -> None:
    assistant, inner = in_turns()
    assert list(assistant.stream("How fast?", top_k=3)) == list(answer_events())
    assert assistant.ask("How fast?") == answer_events()[-1].answer
    assert inner.asked[0]["top_k"] == 3
    assert assistant.asked is inner.asked  # all else goes straight to it


def test_what_an_assistant_raises_is_raised_behind_what_it_said() -> None:
    first = answer_events()[0]
    assistant, _ = in_turns(first, QuestionError("too long"))
    events = assistant.stream("How fast?")
    assert next(events) == first
    with pytest.raises(QuestionError, match="too long"):
        next(events)


def test_an_assistant_that_waits_for_a_language_model_takes_no_turn() -> None:
    inner: Any = ScriptedAssistant()
    assert Turns(1).given_to(inner) is inner


def test_those_who_wait_come_in_order_of_arrival() -> None:
    turns, go_on, order = Turns(1), threading.Event(), list[int]()

    def items(number: int) -> Generator[int, None, None]:
        order.append(number)
        yield number

    def asked(number: int) -> Iterator[int]:
        return turns.each(lambda: items(number))

    with ThreadPoolExecutor(6) as readers:
        first = readers.submit(turns.run, go_on.wait)
        while not turns.are_taken:
            assert not first.done()
        later = []
        for number in range(5):
            later.append(readers.submit(list, asked(number)))
            while len(turns._open) < number + 2:  # the next one asks once this one is in line
                assert not later[-1].done()
        go_on.set()
        assert [each.result(30) for each in later] == [[n] for n in range(5)]
    assert order == [0, 1, 2, 3, 4]


def test_one_who_does_not_read_on_keeps_no_turn() -> None:
    turns = Turns(1)
    slow = turns.each(lambda: (n for n in range(1_000)))
    assert next(slow) == 0
    assert turns.run(lambda: "next") == "next"
    assert list(slow) == list(range(1, 1_000))


def test_who_leaves_ends_the_work() -> None:
    turns, counting = Turns(1), Counting()
    reader = turns.each(counting.numbers)
    assert next(reader) == 1
    reader.close()
    assert counting.closed.wait(30)
    assert turns.run(lambda: "next") == "next"


def test_whoever_stands_before_an_assistant_passes_its_turns_on() -> None:
    turns = Turns(1)
    own: Any = ScriptedAssistant(backend="extractive")
    assistant = observed(turns.given_to(own), Metrics())
    assert not must_wait(assistant)
    assert in_turn(assistant, lambda: must_wait(assistant))


def test_without_turns_work_is_done_at_once() -> None:
    plain: Any = SimpleNamespace()
    assert not must_wait(plain)
    assert in_turn(plain, threading.get_ident) == threading.get_ident()


def test_processes_share_the_cores() -> None:
    assert n_cores(1) >= 1
    assert n_cores(10_000) == 1
    assert suitable_places(10_000, computes_only=True) < suitable_places(1, computes_only=False)
