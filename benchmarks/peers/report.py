"""The figures of all rounds as one table."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from benchmarks.peers.system import BASELINE, SYSTEMS
from benchmarks.tables import number, table

Figures = Mapping[str, Any]
_HEADER = (
    "system",
    "abstracts/s",
    "query p50 ms",
    "p95 ms",
    "start to first answer s",
    "peak MB indexing",
    "searching",
    "disk MB",
    "SciFact nDCG@10",
    "claim p50 ms",
)
# Figure, whether large is good, and None where no ratio to LangChain's recipe is shown.
_SPEED: tuple[tuple[str, bool | None], ...] = (
    ("abstracts_per_second", True),
    ("p50_ms", False),
    ("p95_ms", False),
    ("ready_seconds", False),
    ("peak_mb_indexing", None),
    ("peak_mb_searching", None),
    ("disk_mb", None),
)
_QUALITY = ("ndcg_at_10", "p50_ms")


def comparison(
    rounds: Sequence[Mapping[str, Figures]],
    quality: Mapping[str, Figures],
    systems: Sequence[str],
) -> str:
    """Return a Markdown table: medians over rounds, and how many times better than LangChain.

    The ratio is the median of the rounds' own ratios, for what two systems do in one round is alike
    in what else the machine was doing.
    """
    return table(_HEADER, [_row(system, rounds, quality) for system in systems])


def times_better(
    rounds: Sequence[Mapping[str, Figures]], system: str, figure: str, *, large_is_good: bool
) -> float | None:
    """Return how many times better than the baseline; None where that was not measured."""
    if not rounds or any(BASELINE not in figures for figures in rounds):
        return None
    ratios: list[float] = [
        figures[system][figure] / figures[BASELINE][figure] for figures in rounds
    ]
    return median(ratio if large_is_good else 1 / ratio for ratio in ratios)


def _row(
    system: str, rounds: Sequence[Mapping[str, Figures]], quality: Mapping[str, Figures]
) -> list[str]:
    cells = [_cell(rounds, system, figure, is_good) for figure, is_good in _SPEED]
    judged = quality.get(system, {})
    return [SYSTEMS[system].title, *cells, *(number(judged.get(figure)) for figure in _QUALITY)]


def _cell(
    rounds: Sequence[Mapping[str, Figures]],
    system: str,
    figure: str,
    large_is_good: bool | None,  # noqa: FBT001 (a column of a table)
) -> str:
    if not rounds:
        return number(None)
    value = number(median(figures[system][figure] for figures in rounds))
    if large_is_good is None or system == BASELINE:
        return value
    times = times_better(rounds, system, figure, large_is_good=large_is_good)
    return value if times is None else f"{value} ({times:.1f}×)"
