"""Hybrid search: dense and lexical evidence, fused and grouped by paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from vectorstore.analysis import content_terms, term_counts
from vectorstore.candidates import Scope
from vectorstore.catalogue import Catalogue, StoredChunk
from vectorstore.diversity import diverse_order
from vectorstore.encoders.encoder import Vectors
from vectorstore.filters import SearchFilter
from vectorstore.indexes.derived import DerivedIndexes
from vectorstore.indexes.lexical import searched_text
from vectorstore.paper import Paper
from vectorstore.ranking import Ranked, Ranker
from vectorstore.reranker import Reranker
from vectorstore.vector_cache import VectorCache

_CHOSEN_FROM = 30  # papers that a reranker reads, or that the diverse ones are chosen from
_FILTERS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk: `paper.abstract[start:end]`. Similarity is a cosine, large when near."""

    start: int
    end: int
    dense_similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved paper, its passages (best first) and the scores that explain its rank.

    `dense_similarity` is that of the best passage; `bm25_score` is 0 where no term matched.
    `fused_score` lies between 0 and 1. `rerank_score` is None where no reranker has read the paper.
    """

    paper: Paper
    passages: tuple[Passage, ...]
    dense_similarity: float
    bm25_score: float
    fused_score: float
    query_terms: tuple[str, ...]
    rerank_score: float | None = None

    @property
    def score(self) -> float:
        """Return what papers are ordered by: those that a reranker read, and then the others."""
        return self.fused_score if self.rerank_score is None else self.rerank_score

    @property
    def nearest_text(self) -> str:
        """Return the passage nearest to the query; "" where chunks have just been removed."""
        return next((self.paper.abstract[p.start : p.end] for p in self.passages), "")

    @property
    def matched_terms(self) -> tuple[str, ...]:
        """Return the terms of the query that the paper has."""
        in_paper = term_counts(searched_text(self.paper))
        return tuple(term for term in self.query_terms if term in in_paper)


class Searcher:
    """Ranks the papers of one library for a query."""

    def __init__(
        self,
        catalogue: Catalogue,
        indexes: DerivedIndexes,
        vectors: VectorCache,
        reranker: Reranker | None = None,
    ) -> None:
        self._reranker = reranker
        self._catalogue = catalogue
        self._indexes = indexes
        self._vectors = vectors
        self._ranker = Ranker(indexes)
        self._scope = lru_cache(maxsize=_FILTERS_KEPT)(self._find_scope)

    def search(
        self,
        query: str,
        *,
        top_k: int = 8,
        where: SearchFilter | None = None,
        diversity: float = 0.0,
    ) -> list[Hit]:
        """Return the `top_k` best papers that meet the filter, best first.

        With a `diversity` above 0, up to 1, papers that say what better ones said come later; a
        reranker then orders the best of those that were chosen.
        """
        if not query.strip() or top_k < 1:
            return []
        vector = self._vectors.of([query])[0]
        scope = self._scope(where, self._version) if where else None
        if scope is not None and not len(scope.paper_rows):
            return []
        is_chosen_from = diversity > 0 or self._reranker is not None
        n_papers = max(top_k, _CHOSEN_FROM) if is_chosen_from else top_k
        ranked = self._ranker.rank(query, vector, n_papers=n_papers, scope=scope)
        if diversity > 0:
            ranked = self._diverse(ranked, diversity).pick(slice(top_k))
        return self._reranked(query, self._hits(query, vector, ranked))[:top_k]

    @property
    def _version(self) -> tuple[int, str, int]:
        """Return what changes whenever what a filter lets through may."""
        return (self._catalogue.generation, *self._indexes.version)

    def _find_scope(self, where: SearchFilter, _version: tuple[int, str, int]) -> Scope:
        paper_rows = self._catalogue.rows_of(where)
        return Scope(paper_rows, self._indexes.matrix.positions_of_papers(paper_rows))

    def _diverse(self, ranked: Ranked, diversity: float) -> Ranked:
        """Return the papers in the order of what each adds; the first chunk stands for a paper."""
        matrix = self._indexes.matrix
        positions = matrix.positions_of_papers(ranked.paper_rows)
        papers, first = np.unique(matrix.papers_at(positions), return_index=True)
        # A reader's vectors may lag behind its words while another process writes.
        ranked = ranked.pick(np.flatnonzero(np.isin(ranked.paper_rows, papers)))
        vectors = matrix.vectors(positions[first[np.searchsorted(papers, ranked.paper_rows)]])
        return ranked.pick(diverse_order(ranked.fused, vectors, diversity))

    def _reranked(self, query: str, hits: list[Hit]) -> list[Hit]:
        if self._reranker is None or not hits:
            return hits
        read, others = hits[:_CHOSEN_FROM], hits[_CHOSEN_FROM:]
        scores = self._reranker.scores(query, [text_to_rerank(hit) for hit in read]).tolist()
        scored = [replace(hit, rerank_score=score) for hit, score in zip(read, scores, strict=True)]
        return [*sorted(scored, key=lambda hit: -hit.score), *others]

    def _hits(self, query: str, vector: Vectors, ranked: Ranked) -> list[Hit]:
        rows = ranked.paper_rows.tolist()
        papers = self._catalogue.get_rows(rows)
        chunks = self._catalogue.chunks_of(rows)
        query_terms = tuple(dict.fromkeys(content_terms(query)))
        return [
            _hit(
                papers[row], [c for c in chunks if c.paper_row == row], vector, query_terms, *scores
            )
            for row, *scores in zip(rows, ranked.bm25.tolist(), ranked.fused.tolist(), strict=True)
            if row in papers  # it may have been removed since the index last caught up
        ]


def text_to_rerank(hit: Hit) -> str:
    """Return what a reranker reads of a paper: its title and the passage nearest to the query."""
    return f"{hit.paper.title}\n{hit.nearest_text}"


def _hit(
    paper: Paper,
    chunks: Sequence[StoredChunk],
    vector: Vectors,
    query_terms: tuple[str, ...],
    bm25: float,
    fused: float,
) -> Hit:
    passages = [
        Passage(stored.chunk.start, stored.chunk.end, float(stored.vector @ vector))
        for stored in chunks
    ]
    passages.sort(key=lambda passage: -passage.dense_similarity)
    return Hit(
        paper=paper,
        passages=tuple(passages),
        dense_similarity=passages[0].dense_similarity if passages else 0.0,
        bm25_score=bm25,
        fused_score=fused,
        query_terms=query_terms,
    )
