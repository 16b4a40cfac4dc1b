"""Which papers are best for a query: both kinds of search, fused, and asked once more."""

from dataclasses import dataclass

import numpy as np

from vectorstore.analysis import content_terms
from vectorstore.candidates import CandidateFinder, Scope
from vectorstore.encoders.encoder import Vectors
from vectorstore.feedback import N_PAPERS, feedback
from vectorstore.fusion import fuse, similarity_by_paper
from vectorstore.indexes.arrays import Rows
from vectorstore.indexes.derived import DerivedIndexes
from vectorstore.indexes.lexical import Weights, weights_of

_DEPTH = 100  # chunks and papers that the indexes are asked for; with 50 nDCG@10 is 0.003 lower
_REFINED = 80  # candidates that feedback orders anew


@dataclass(frozen=True, slots=True)
class Ranked:
    """Papers, best first, as arrays of one length."""

    paper_rows: Rows
    bm25: Vectors
    fused: Vectors

    def pick(self, order: Rows | slice) -> "Ranked":
        """Return the papers at these places, in this order."""
        return Ranked(self.paper_rows[order], self.bm25[order], self.fused[order])


class Ranker:
    """Ranks the papers of one library."""

    def __init__(self, indexes: DerivedIndexes) -> None:
        self._indexes = indexes
        self._finder = CandidateFinder(indexes)

    def rank(self, query: str, vector: Vectors, *, n_papers: int, scope: Scope | None) -> Ranked:
        """Return the `n_papers` best of the candidates of both indexes.

        Those that look best at first add what they speak of to the query, which orders them anew.
        """
        weights = weights_of(query)
        depth = max(_DEPTH, 2 * n_papers)
        nearest = self._finder.nearest(vector, depth=depth, scope=scope)
        matching = self._finder.best_matching(weights, depth=depth, scope=scope)
        rows = np.union1d(nearest, np.fromiter(matching, dtype=np.int64, count=len(matching)))
        dense = self._similarities(vector, rows)
        at_first = fuse(dense, _in_order(matching, rows))
        order = np.argsort(-at_first, kind="stable")[: max(n_papers, _REFINED)]
        rows, dense, at_first = rows[order], dense[order], at_first[order]
        query_terms = frozenset(content_terms(query))
        best = slice(N_PAPERS)
        more = feedback(query_terms, rows[best], at_first[best], rows, self._indexes.terms)
        fused = fuse(dense, _in_order(matching, rows) + more)
        order = np.argsort(-fused, kind="stable")[:n_papers]
        bm25 = self._bm25(weights, rows[order], matching)
        return Ranked(rows[order], bm25, fused[order])

    def _bm25(self, weights: Weights, paper_rows: Rows, known: dict[int, float]) -> Vectors:
        """Return the BM25 score of each paper; those that are not known are looked up."""
        unknown = [row for row in paper_rows.tolist() if row not in known]
        found = self._indexes.lexical.search(weights, top_k=len(unknown), within=unknown)
        return _in_order(known | found, paper_rows)

    def _similarities(self, vector: Vectors, paper_rows: Rows) -> Vectors:
        matrix = self._indexes.matrix
        positions = matrix.positions_of_papers(paper_rows)
        similarities = matrix.similarities(vector, positions)
        return similarity_by_paper(paper_rows, matrix.papers_at(positions), similarities)


def _in_order(scores: dict[int, float], paper_rows: Rows) -> Vectors:
    return np.array([scores.get(row, 0.0) for row in paper_rows.tolist()], dtype=np.float32)
