"""Counting: numbers by name and labels, from any thread."""

import threading
from collections import defaultdict
from collections.abc import Mapping

from ui.operations.families import FAMILIES, Family

# A sample's name and its labels in order: ("x_total", (("route", "/v1"),)).
Series = tuple[str, tuple[tuple[str, str], ...]]
Samples = dict[Series, float]


class Metrics:
    """The numbers of one process. A histogram is kept as the cumulative counters it is shown as.

    So all but gauges of several processes add up.
    """

    def __init__(self) -> None:
        self._samples: defaultdict[Series, float] = defaultdict(float)
        self._lock = threading.Lock()

    def add(self, name: str, amount: float = 1.0, **labels: str) -> None:
        """Add to a counter, or to a gauge, of which an amount can be taken away too."""
        family = _family(name, "counter", "gauge")
        with self._lock:
            self._samples[series_of(family.name, labels)] += amount

    def set(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge."""
        family = _family(name, "gauge")
        with self._lock:
            self._samples[series_of(family.name, labels)] = value

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Count a value in a histogram."""
        family = _family(name, "histogram")
        with self._lock:
            for bound in (*family.bounds, float("inf")):
                bucket = series_of(f"{name}_bucket", {**labels, "le": _shown(bound)})
                self._samples[bucket] += value <= bound
            self._samples[series_of(f"{name}_sum", labels)] += value
            self._samples[series_of(f"{name}_count", labels)] += 1

    def samples(self) -> Samples:
        """Return all numbers as they are now."""
        with self._lock:
            return dict(self._samples)


def series_of(name: str, labels: Mapping[str, str]) -> Series:
    """Return the key of a number; labels are in the order they are given."""
    return name, tuple(labels.items())


def _family(name: str, *kinds: str) -> Family:
    family = FAMILIES[name]
    if family.kind not in kinds:
        raise TypeError(f"{name} is a {family.kind}, not a {' or '.join(kinds)}")
    return family


def _shown(bound: float) -> str:
    return "+Inf" if bound == float("inf") else f"{bound:g}"
