"""What is measured, and how: seconds, memory, disk, ranking. Nothing heavy is imported here."""

import math
import resource
import sys
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import TypeVar

T = TypeVar("T")

_STATUS = Path("/proc/self/status")


def timed(function: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that a call took, and what it returned."""
    started = time.perf_counter()
    returned = function()
    return time.perf_counter() - started, returned


def peak_memory_mb() -> float:
    """Return the most memory this process has held at once, in MB of 10^6 bytes."""
    if _STATUS.exists():
        # ru_maxrss would not do on Linux: a child starts with its parent's.
        line = next(s for s in _STATUS.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def disk_mb(directory: Path, part_of: Callable[[Path], str] = lambda _: "all") -> dict[str, float]:
    """Return the size of all files by the part that `part_of` names their relative path, in MB."""
    sizes: dict[str, float] = {}
    for path in directory.rglob("*"):
        if path.is_file():
            part = part_of(path.relative_to(directory))
            sizes[part] = sizes.get(part, 0.0) + path.stat().st_size / 1e6
    return sizes


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that `percent` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def latency_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of what queries took, in milliseconds."""
    return {"p50_ms": median(seconds) * 1e3, "p95_ms": percentile(seconds, 95) * 1e3}


def ndcg(ranked: Sequence[str], relevant: Mapping[str, int], *, cutoff: int = 10) -> float:
    """Return nDCG of one ranking, linear gain as in trec_eval: Järvelin and Kekäläinen 2002.

    0 where nothing is relevant. A paper ranked twice counts once.
    """
    from vectorstore.evaluation import measures  # not for the processes of peers

    gains = {paper_id: score for paper_id, score in relevant.items() if score > 0}
    return measures.ndcg(list(dict.fromkeys(ranked)), gains, depth=cutoff) if gains else 0.0


def mean_ndcg(
    rankings: Mapping[str, Sequence[str]],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    cutoff: int = 10,
) -> float:
    """Return the mean over all judged queries; one without a ranking counts as 0."""
    return fmean(ndcg(rankings.get(q, ()), qrels[q], cutoff=cutoff) for q in qrels)


def recall(found: Sequence[Hashable], wanted: Sequence[Hashable]) -> float:
    """Return the share of `wanted` that was found."""
    return len(set(found) & set(wanted)) / len(set(wanted)) if wanted else 1.0
