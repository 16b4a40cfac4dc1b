"""Measures of one ranking. The relevant papers, of which there must be one, are all of the query's.

A ranking is the ids of the papers found, best first, each once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log2


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], *, depth: int) -> float:
    """Return the normalised discounted cumulative gain of the first `depth` papers, from 0 to 1.

    Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (TOIS 2002), with the
    gain as it was judged (linear, not 2^gain - 1) and the discount log2(rank + 1): what trec_eval
    calls ndcg_cut. `gains` are above 0; a paper that is not among them gains nothing.
    """
    found = (gains.get(paper_id, 0) for paper_id in ranking[:depth])
    best = sorted(gains.values(), reverse=True)[:depth]
    return _discounted(found) / _discounted(best)


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Return 1 / rank of the first relevant paper; 0 where none was found."""
    ranks = (rank for rank, paper_id in enumerate(ranking, 1) if paper_id in relevant)
    first = next(ranks, None)
    return 1 / first if first else 0.0


def recall(ranking: Sequence[str], relevant: Collection[str], *, depth: int) -> float:
    """Return the share of the relevant papers that is among the first `depth`."""
    return sum(paper_id in relevant for paper_id in ranking[:depth]) / len(relevant)


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))
