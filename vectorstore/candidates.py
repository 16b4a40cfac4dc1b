"""The papers that a search looks at closely, out of all or of those that a filter lets through.

An index is asked for more than is wanted and what the filter refuses is dropped; where it lets so
few through that this would be most of the index, only those few are compared. (Chroma's own `where`
takes 30 times as long as the search when half of 100,000 rows match.)
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import Rows
from vectorstore.indexes.derived import FEW_CHUNKS, DerivedIndexes
from vectorstore.indexes.lexical import Weights

_FEW_PAPERS = 500  # that tantivy takes into a query in the time of a search
_MOST_ASKED = 5_000  # papers that tantivy gives in the time of a search
_EXACT_CHUNKS = 20_000  # compared in the time that HNSW takes for 1,000 neighbours
_MARGIN = 1.5  # asked for beyond the share that matches, which varies from query to query


class Scope:
    """What a filter lets through: row numbers of papers, and where their chunks' vectors are."""

    def __init__(self, paper_rows: Rows, positions: Rows) -> None:
        self.paper_rows = paper_rows
        self.positions = positions
        self._has_paper = _marks(paper_rows)
        self._has_position = _marks(positions)

    def papers_in(self, paper_rows: Rows) -> Rows:
        """Return those of the papers that the filter lets through, in their order."""
        return _marked(paper_rows, self._has_paper)

    def positions_in(self, positions: Rows) -> Rows:
        """Return those of the positions that the filter lets through, in their order."""
        return _marked(positions, self._has_position)


class CandidateFinder:
    """Finds candidates in the indexes of one library."""

    def __init__(self, indexes: DerivedIndexes) -> None:
        self._indexes = indexes

    def nearest(self, vector: Vectors, *, depth: int, scope: Scope | None) -> Rows:
        """Return the papers of the `depth` nearest chunks, those in the scope if there is one.

        Of more chunks where these are of less than half as many papers, and there are more.
        """
        n_papers = self._indexes.lexical.count() if scope is None else len(scope.paper_rows)
        n_wanted = min(depth // 2, n_papers)
        while True:
            papers = np.unique(self._of_nearest_chunks(vector, depth, scope))
            if len(papers) >= n_wanted or depth >= self._indexes.matrix.count():
                return papers
            depth *= 4

    def best_matching(
        self, weights: Weights, *, depth: int, scope: Scope | None
    ) -> dict[int, float]:
        """Return the BM25 score of the `depth` best papers, of those in the scope if there is one.

        Fewer where fewer hold a term of the query, and where a filter that lets few of many papers
        through leaves fewer of the 5,000 best.
        """
        lexical = self._indexes.lexical
        if scope is None:
            return lexical.search(weights, top_k=depth)
        if len(scope.paper_rows) <= _FEW_PAPERS:
            return lexical.search(weights, top_k=depth, within=scope.paper_rows.tolist())
        scores: dict[int, float] = {}

        def ask(n_asked: int) -> Rows:
            scores.update(lexical.search(weights, top_k=min(n_asked, _MOST_ASKED)))
            return np.fromiter(scores, dtype=np.int64, count=len(scores))

        share = len(scope.paper_rows) / lexical.count()
        best = _over_fetch(ask, scope.papers_in, depth=depth, share=share)
        return {row: scores[row] for row in best.tolist()}

    def _of_nearest_chunks(self, vector: Vectors, depth: int, scope: Scope | None) -> Rows:
        matrix = self._indexes.matrix
        n_chunks = matrix.count()
        if scope is None and n_chunks <= max(FEW_CHUNKS, depth):
            return matrix.papers_at(matrix.nearest(vector, top_k=depth))
        if scope is None:
            return matrix.papers_at(self._hnsw_positions(vector, depth))
        if len(scope.positions) <= _EXACT_CHUNKS:
            return self._exactly_nearest(vector, depth, scope.positions)

        positions = _over_fetch(
            lambda n_asked: self._hnsw_positions(vector, n_asked),
            scope.positions_in,
            depth=depth,
            share=len(scope.positions) / n_chunks,
        )
        if len(positions) < depth:  # HNSW finds most, not all
            return self._exactly_nearest(vector, depth, scope.positions)
        return matrix.papers_at(positions)

    def _hnsw_positions(self, vector: Vectors, n_chunks: int) -> Rows:
        matrix = self._indexes.matrix
        return matrix.positions_of_chunks(self._indexes.dense.search(vector, top_k=n_chunks))

    def _exactly_nearest(self, vector: Vectors, depth: int, positions: Rows) -> Rows:
        matrix = self._indexes.matrix
        if len(positions) > depth:
            similarities = matrix.similarities(vector, positions)
            positions = positions[np.argpartition(-similarities, depth)[:depth]]
        return matrix.papers_at(positions)


def _over_fetch(
    ask: Callable[[int], Rows], allowed: Callable[[Rows], Rows], *, depth: int, share: float
) -> Rows:
    """Return the first `depth` of what an index gives that are allowed, if it gives as many.

    `share` of all that it holds are.
    """
    n_asked = int(depth * _MARGIN / share)
    while True:
        given = ask(n_asked)
        rows = allowed(given)
        if len(rows) >= depth or len(given) < n_asked:
            return rows[:depth]
        n_asked *= 4


def _marks(numbers: Rows) -> NDArray[np.bool_]:
    """Return an array that is true at each of the numbers."""
    marks = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.bool_)
    marks[numbers] = True
    return marks


def _marked(numbers: Rows, marks: NDArray[np.bool_]) -> Rows:
    inside = numbers[numbers < len(marks)]
    return inside[marks[inside]]
