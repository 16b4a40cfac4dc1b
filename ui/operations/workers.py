"""Several processes behind one port, and one that looks after them."""

import logging
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ui.operations.leaving import leave

logger = logging.getLogger(__name__)

_SHORT_LIFE_SECONDS = 10.0
_MOST_SHORT_LIVES = 5  # in a row: then it will not get better
_SECONDS_BETWEEN_STARTS = 0.5


@dataclass(frozen=True, slots=True)
class Worker:
    """One of `n_workers` processes. `directory` is theirs, to share; `parent` their maker's id."""

    index: int
    n_workers: int
    directory: Path
    parent: int


def run_workers(
    n_workers: int,
    work: Callable[[Worker], object],
    *,
    prepare: Callable[[], object] = lambda: None,
    end_seconds: float = 40.0,
) -> int:
    """Run `work` in so many processes until SIGTERM or Ctrl-C; return the exit code.

    `prepare` runs in a process of its own before any of them: it makes the library and its indexes,
    which the workers then only open. A worker that dies is started again. At the end they have
    `end_seconds`. Call it before anything heavy is loaded and before a thread is started: processes
    are forked. They inherit open sockets, so one listening socket serves them all.
    """
    # Not a TemporaryDirectory: the first worker to end would remove it for all.
    directory = Path(tempfile.mkdtemp(prefix="citewise-"))
    try:
        nursery = _Nursery(n_workers, work, directory, end_seconds)
        return nursery.prepare(prepare) or nursery.run()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class _Nursery:
    """The parent: starts, restarts and ends the workers."""

    def __init__(
        self,
        n_workers: int,
        work: Callable[[Worker], object],
        directory: Path,
        end_seconds: float,
    ) -> None:
        self._n_workers = n_workers
        self._work = work
        self._directory = directory
        self._end_seconds = end_seconds
        self._running: dict[int, tuple[int, float]] = {}  # index and start, by process
        self._n_short_lives = 0
        self._is_ending = False

    def prepare(self, prepare: Callable[[], object]) -> int:
        """Run `prepare`; return its exit code."""
        process = _fork(prepare)
        try:
            return _code(os.waitpid(process, 0)[1])
        except KeyboardInterrupt:
            os.waitpid(process, 0)  # the terminal has told it too
            return 130

    def run(self) -> int:
        """Look after the workers until they are to end."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGALRM, self._on_alarm)
        for index in range(self._n_workers):
            self._start(index)
        while self._running:
            process, status = os.wait()
            if process in self._running:
                self._on_end(process, _code(status))
        signal.alarm(0)
        return 1 if self._n_short_lives >= _MOST_SHORT_LIVES else 0

    def _start(self, index: int) -> None:
        worker = Worker(index, self._n_workers, self._directory, os.getpid())

        def live() -> None:
            os.setpgid(0, 0)  # Ctrl-C comes by way of the parent: once
            self._work(worker)

        process = _fork(live)
        self._running[process] = (index, time.monotonic())
        if self._is_ending:  # the signal came meanwhile
            _send(process, signal.SIGTERM)

    def _on_end(self, process: int, code: int) -> None:
        index, start = self._running.pop(process)
        if self._is_ending:
            return
        is_short = time.monotonic() - start < _SHORT_LIFE_SECONDS
        self._n_short_lives = self._n_short_lives + 1 if is_short else 0
        logger.error("Worker %d ended with code %d", index, code)
        if self._n_short_lives >= _MOST_SHORT_LIVES:
            logger.error("Workers keep ending at once: giving up")
            self._end(signal.SIGTERM)
            return
        time.sleep(_SECONDS_BETWEEN_STARTS)
        if not self._is_ending:
            self._start(index)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._end(number)

    def _end(self, number: int) -> None:
        self._is_ending = True
        for process in list(self._running):
            _send(process, number)
        signal.setitimer(signal.ITIMER_REAL, self._end_seconds)

    def _on_alarm(self, *_: object) -> None:
        for process in list(self._running):
            _send(process, signal.SIGKILL)


def _fork(run: Callable[[], object]) -> int:
    """Run a function in a process of its own; return its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = 1
    try:
        run()
        code = 0
    except KeyboardInterrupt:
        code = 130
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:  # noqa: BLE001 (a process ends here, whatever happened)
        traceback.print_exc()
    finally:
        leave(code)  # not by way of its parent's stack


def _send(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
