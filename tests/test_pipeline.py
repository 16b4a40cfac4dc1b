"""Stages that work side by side."""

import threading
from collections.abc import Iterator

import pytest

from vectorstore.pipeline import run_ahead


def test_items_come_in_their_order():
    assert list(run_ahead(iter(range(100)))) == list(range(100))
    assert list(run_ahead([])) == []


def test_nothing_and_false_are_items_too():
    assert list(run_ahead([None, 0, "", None])) == [None, 0, "", None]


def test_stages_may_follow_each_other():
    doubled = run_ahead(2 * n for n in run_ahead(range(50)))
    assert list(doubled) == list(range(0, 100, 2))


def test_what_making_an_item_raises_is_raised_where_the_item_would_have_come():
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise KeyError("third")

    coming = run_ahead(run_ahead(items()))
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(KeyError, match="third"):
        next(coming)


def test_items_are_made_in_another_thread_while_the_one_before_is_used():
    second_is_made = threading.Event()
    makers = set()

    def items() -> Iterator[int]:
        makers.add(threading.current_thread())
        yield 1
        second_is_made.set()
        yield 2

    coming = run_ahead(items())
    assert next(coming) == 1
    assert second_is_made.wait(30)  # though nobody asked for it yet
    assert list(coming) == [2]
    assert threading.current_thread() not in makers


def test_one_item_waits_at_most():
    made = []

    def items() -> Iterator[int]:
        for n in range(10):
            made.append(n)
            yield n

    coming = run_ahead(items())
    for _ in range(3):
        next(coming)
    coming.close()  # which waits for what is under way
    assert made == [0, 1, 2, 3]


def test_nothing_is_made_before_the_first_item_is_asked_for():
    made = []
    run_ahead(made.append(n) for n in range(3)).close()
    assert made == []


def test_the_thread_ends_with_the_items_and_when_the_caller_stops_early():
    def fail() -> None:
        for _ in run_ahead(range(1_000)):
            raise RuntimeError("of the caller")

    before = set(threading.enumerate())
    list(run_ahead(range(3)))
    for item in run_ahead(run_ahead(range(1_000))):
        if item == 3:
            break
    with pytest.raises(RuntimeError, match="of the caller"):
        fail()
    assert set(threading.enumerate()) == before
