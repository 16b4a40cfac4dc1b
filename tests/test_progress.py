"""How far a long command has come, told on standard error."""

import io
import sys

import pytest

from ui.cli import progress
from ui.cli.progress import progress_bar


class Clock:
    """Stands in for the module `time`; the test says how late it is."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_a_log_gets_the_first_and_the_last_line_and_one_every_ten_seconds(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar("Adding") as tell:
        for done in (*range(64, 2_500, 64), 2_500):
            clock.now += 0.64
            tell(done, 2_500)
    assert capsys.readouterr().err.splitlines() == [
        "Adding: 64 of 2,500 papers, 100 papers/s, 24 s left",
        "Adding: 1,088 of 2,500 papers, 100 papers/s, 14 s left",
        "Adding: 2,112 of 2,500 papers, 100 papers/s, 4 s left",
        "Adding: 2,500 of 2,500 papers, 98 papers/s",
    ]


def test_a_log_of_what_is_done_at_once_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Adding") as tell:
        tell(43, 43)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("Adding: 43 of 43 papers, ")
    assert line.endswith(" papers/s")


@pytest.mark.parametrize(
    ("seconds", "done", "total", "text"),
    [
        (10, 1_000, 1_100, "100 papers/s, 1 s left"),
        (10, 1_000, 12_900, "100 papers/s, 119 s left"),
        (10, 1_000, 13_000, "100 papers/s, 2 min left"),
        (10, 20_000, 1_000_000, "2,000 papers/s, 8 min left"),
        (10, 1_000, 1_000, "100 papers/s"),
        (0, 0, 0, "0 papers/s"),
    ],
)
def test_the_pace_is_a_rate_and_the_time_left_in_seconds_or_minutes(
    clock: Clock, seconds: int, done: int, total: int, text: str
) -> None:
    pace = progress._Pace()
    clock.now += seconds
    assert pace.text(done, total) == text


@pytest.mark.parametrize(("done", "total"), [(0, 5), (5, 5), (5, 6)])
def test_the_pace_of_the_first_moment_is_a_number_too(clock: Clock, done: int, total: int) -> None:
    assert " papers/s" in progress._Pace().text(done, total)


def test_a_terminal_shows_a_bar_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress_bar("Adding") as tell:
        tell(1, 2)
        tell(2, 2)
    shown = screen.getvalue()
    assert "Adding" in shown
    assert "2/2" in shown
    assert shown.endswith("\x1b[2K")  # the line is cleared
