"""The papers that a section might cite: found for the topic, and for each claim of a draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.related_work.plan import Claim
from assistant.suggesting.subjects import is_usable
from vectorstore import Hit, Library, Paper, SearchFilter
from vectorstore.encoders.encoder import Vectors

_TOPIC, _WANTED, _CLAIM = 1.0, 0.95, 0.85  # what a paper found by each is worth
_MIN_SIMILARITY, _SHARE_OF_BEST = 0.25, 0.5
_FOUND_BY_CLAIM = 12  # papers a claim


@dataclass(frozen=True, slots=True)
class Found:
    """A paper, how relevant it is (0 to 1), and the query that found it best."""

    paper: Paper
    relevance: float
    query: str


def gather(
    library: Library,
    topic: str,
    claims: Sequence[Claim],
    *,
    n_papers: int,
    where: SearchFilter | None = None,
) -> tuple[list[Found], list[tuple[Paper, str]]]:
    """Return the papers found, most relevant first, and those refused, with the reason."""
    best: dict[str, Found] = {}
    refused: dict[str, tuple[Paper, str]] = {}
    for query, weight, top_k in _queries(topic, claims, n_papers):
        hits = library.search(query, top_k=top_k, where=where)
        for hit, reason in _judged(hits):
            paper_id = hit.paper.paper_id
            if reason:
                refused.setdefault(paper_id, (hit.paper, reason))
                continue
            found = Found(hit.paper, weight * hit.fused_score, query)
            if paper_id not in best or best[paper_id].relevance < found.relevance:
                best[paper_id] = found
    ranked = sorted(best.values(), key=lambda each: (-each.relevance, each.paper.paper_id))
    return ranked, [refused[each] for each in refused if each not in best]


def vectors_of(library: Library, papers: Sequence[Paper]) -> Vectors:
    """Return a unit vector a paper, that of its first chunk, shape (len(papers), dimension)."""
    ids = frozenset(paper.paper_id for paper in papers)
    rows = library.catalogue.rows_of(SearchFilter(paper_ids=ids)).tolist()
    id_of_row = {row: paper.paper_id for row, paper in library.catalogue.get_rows(rows).items()}
    vectors: dict[str, Vectors] = {}
    for stored in sorted(library.catalogue.chunks_of(rows), key=lambda each: each.chunk.start):
        vectors.setdefault(id_of_row[stored.paper_row], stored.vector)
    return np.stack([vectors[paper.paper_id] for paper in papers])


def _queries(
    topic: str, claims: Sequence[Claim], n_papers: int
) -> Iterable[tuple[str, float, int]]:
    yield topic, _TOPIC, max(30, 3 * n_papers)
    for claim in claims:
        yield claim.text, _WANTED if claim.wants_citation else _CLAIM, _FOUND_BY_CLAIM


def _judged(hits: Sequence[Hit]) -> Iterable[tuple[Hit, str]]:
    """Yield the hits, each with the reason why it is not cited; "" where there is none."""
    best = max((hit.dense_similarity for hit in hits), default=0.0)
    least = max(_MIN_SIMILARITY, _SHARE_OF_BEST * best)
    for hit in hits:
        if hit.dense_similarity < least:
            yield hit, "Too far from the topic."
        elif not hit.paper.abstract.strip():
            yield hit, "It has no abstract."
        elif not is_usable(hit.paper):
            yield hit, "Its text is not English, or looks written to steer a language model."
        else:
            yield hit, ""
