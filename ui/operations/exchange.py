"""The numbers of all worker processes: each writes its own into a directory, every second."""

import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ui.operations.families import FAMILIES
from ui.operations.metrics import Metrics, Samples

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_WRITES = 1.0


class Exchange:
    """Adds up what workers count. What a scrape sees of others is at most a second old.

    A worker that has ended leaves its counts behind, so that no counter ever goes back; its gauges
    are left out. `before_write` is called for what nobody counts as it happens.
    """

    def __init__(self, metrics: Metrics, directory: Path | None = None) -> None:
        """Take the directory that the workers share; None where there is one process."""
        self._metrics = metrics
        self._directory = directory
        self._ended = threading.Event()
        self.before_write: Callable[[], object] = lambda: None

    def start(self) -> None:
        """Write from now on, beside what else this process does."""
        if self._directory:
            threading.Thread(target=self._write_on, name="metrics", daemon=True).start()

    def stop(self) -> None:
        """Write once more, and then no more."""
        self._ended.set()
        if self._directory:
            self.write()

    def write(self) -> None:
        """Write the numbers of this process, all or nothing."""
        if self._directory is None:
            return
        self.before_write()
        file = self._directory / f"{os.getpid()}.json"
        unfinished = file.with_suffix(".part")
        said = [[name, labels, value] for (name, labels), value in self._metrics.samples().items()]
        unfinished.write_text(json.dumps(said), encoding="utf-8")
        unfinished.replace(file)

    def samples(self) -> Samples:
        """Return the numbers of all workers."""
        total = self._metrics.samples()
        for pid, samples in self._others():
            for series, value in samples.items():
                if series[0].endswith("_info"):
                    total[series] = value  # the same of all: no number to add
                elif not _is_gauge(series[0]) or _is_running(pid):
                    total[series] = total.get(series, 0.0) + value
        return total

    def _others(self) -> list[tuple[int, Samples]]:
        found = []
        for file in sorted(self._directory.glob("*.json")) if self._directory else ():
            if file.stem != str(os.getpid()):
                with suppress(OSError, ValueError):
                    found.append((int(file.stem), _read(file)))
        return found

    def _write_on(self) -> None:
        while not self._ended.wait(_SECONDS_BETWEEN_WRITES):
            try:
                self.write()
            except OSError as error:
                logger.warning("Cannot share the metrics of this worker: %s", error)


def _read(file: Path) -> Samples:
    said = json.loads(file.read_text(encoding="utf-8"))
    return {(name, tuple((a, b) for a, b in labels)): value for name, labels, value in said}


def _is_gauge(name: str) -> bool:
    return name in FAMILIES and FAMILIES[name].kind == "gauge"


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
