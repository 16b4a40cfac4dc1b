"""Progress on standard error: a bar with rate and time left, or plain lines in a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.cli.terminal import note

_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function that is told how many papers are done, of how many; None where unknown."""
    if not sys.stderr.isatty():
        yield _lines(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
    )
    pace = _Pace()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, pace="")
        yield lambda done, total: bar.update(
            task, completed=done, total=total, pace=pace.text(done, total)
        )


class _Pace:
    """How fast it goes, from the start on."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def text(self, done: int, total: int | None) -> str:
        """Return the rate and, where the total is known, the time left in words."""
        rate = done / max(time.monotonic() - self._start, 1e-3)
        if total is None:
            return f"{rate:,.0f} papers/s"
        left = (total - done) / max(rate, 1e-3)
        unit = f"{left / 60:.0f} min" if left >= 120 else f"{left:.0f} s"
        return f"{rate:,.0f} papers/s, {unit} left" if done < total else f"{rate:,.0f} papers/s"


def _lines(what: str) -> Callable[[int, int | None], None]:
    pace = _Pace()
    next_at = 0.0

    def tell(done: int, total: int | None) -> None:
        nonlocal next_at
        if done == total or time.monotonic() >= next_at:
            next_at = time.monotonic() + _SECONDS_BETWEEN_LINES
            of_how_many = "" if total is None else f" of {total:,}"
            note(f"{what}: {done:,}{of_how_many} papers, {pace.text(done, total)}")

    return tell
