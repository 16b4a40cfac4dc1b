"""How well a library finds the relevant papers of judged queries, and how fast."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from vectorstore.errors import RetrievalEvaluationError
from vectorstore.evaluation.judged import JudgedQuery
from vectorstore.evaluation.measures import ndcg, recall, reciprocal_rank
from vectorstore.library import Library, Progress
from vectorstore.paper import Paper


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search gave for one query: the fused score of each paper by id, best first."""

    query: JudgedQuery
    scores: dict[str, float]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """Means over the queries; None where the lists were too short for the measure.

    `mrr` looks as deep as the lists go.
    """

    n_queries: int
    ndcg_at_10: float | None
    mrr: float
    recall_at_5: float | None
    recall_at_20: float | None
    recall_at_100: float | None
    ms_p50: float
    ms_p95: float


def index(
    library: Library, papers: Sequence[Paper], *, progress: Progress | None = None
) -> float | None:
    """Add the papers; return how many a second were indexed, None where all were there before.

    Raises RetrievalEvaluationError where the library holds others: they would be ranked too, and
    these papers would stay in a library that is there for something else.
    """
    wanted = {paper.paper_id for paper in papers}
    n_others = sum(paper.paper_id not in wanted for paper in library.catalogue.papers())
    if n_others:
        raise RetrievalEvaluationError(
            f"Library {str(library.path)!r} holds papers that are not in the corpus"
            f" ({n_others:,}). Name an empty or new directory with --library, or none."
        )
    start = time.perf_counter()
    report = library.add(papers, progress=progress)
    seconds = time.perf_counter() - start
    n_indexed = len(report.added) + len(report.updated)
    return round(n_indexed / seconds, 1) if n_indexed else None


def rank(library: Library, queries: Iterable[JudgedQuery], *, top_k: int) -> Iterator[Ranking]:
    """Search for each query; what is loaded at the first search is not timed."""
    library.search("warm up the encoder")
    for query in queries:
        start = time.perf_counter()
        hits = library.search(query.text, top_k=top_k)
        milliseconds = (time.perf_counter() - start) * 1_000
        yield Ranking(query, {hit.paper.paper_id: hit.fused_score for hit in hits}, milliseconds)


def summarise(rankings: Sequence[Ranking], *, top_k: int) -> RetrievalScores:
    """Return the scores of rankings, at least one, that were asked for `top_k` papers each."""
    lists = [(list(ranking.scores), ranking.query.gains) for ranking in rankings]
    p50, p95 = np.percentile([ranking.milliseconds for ranking in rankings], [50, 95])

    def mean_at(depth: int, measure: Callable[..., float]) -> float | None:
        if depth > top_k:
            return None
        return round(mean(measure(found, gains, depth=depth) for found, gains in lists), 4)

    return RetrievalScores(
        n_queries=len(rankings),
        ndcg_at_10=mean_at(10, ndcg),
        mrr=round(mean(reciprocal_rank(found, gains) for found, gains in lists), 4),
        recall_at_5=mean_at(5, recall),
        recall_at_20=mean_at(20, recall),
        recall_at_100=mean_at(100, recall),
        ms_p50=round(float(p50), 1),
        ms_p95=round(float(p95), 1),
    )
