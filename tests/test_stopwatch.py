"""How long each stage took."""

from collections.abc import Iterator

import pytest

from assistant.stopwatch import Stopwatch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a list whose only item is what the clock shows, in seconds."""
    now = [0.0]
    monkeypatch.setattr("assistant.stopwatch.time.perf_counter", lambda: now[0])
    return now


def test_the_times_of_a_stage_add_up_in_milliseconds(clock):
    watch = Stopwatch()
    for seconds in (0.5, 0.25):
        with watch.stage("write"):
            clock[0] += seconds
        clock[0] += 10
    assert watch.milliseconds == {"write": 750.0}


def test_the_time_between_items_is_not_counted_as_making_them(clock):
    def items() -> Iterator[str]:
        for item in "ab":
            clock[0] += 1
            yield item
        clock[0] += 1

    watch, seen = Stopwatch(), []
    for item in watch.each("write", items()):
        clock[0] += 100
        seen.append(item)
    assert seen == ["a", "b"]
    assert watch.milliseconds == {"write": 3_000.0}


def test_a_stage_that_fails_is_counted_and_its_error_passed_on(clock):
    watch = Stopwatch()

    def fail() -> None:
        with watch.stage("check"):
            clock[0] += 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert watch.milliseconds == {"check": 2_000.0}
