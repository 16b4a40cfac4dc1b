"""Progress on standard error: a bar with rate and time left, or plain lines in a log."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.cli.terminal import note

_LINE_EVERY = 1_000


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how many are done, of how many."""
    if not sys.stderr.isatty():
        yield lambda done, total: _line(what, done, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _line(what: str, done: int, total: int) -> None:
    if done == total or done % _LINE_EVERY == 0:
        note(f"{what}: {done:,} of {total:,} papers")
