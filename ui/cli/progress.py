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
        yield _lines(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str) -> Callable[[int, int], None]:
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if done == total or done - shown >= _LINE_EVERY:
            shown = done
            note(f"{what}: {done:,} of {total:,} papers")

    return tell
