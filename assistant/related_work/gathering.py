"""The papers that a section might cite: found for the topic, and for each claim of a draft."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.related_work.plan import Claim
from assistant.suggesting.subjects import is_usable
from vectorstore import Hit, Library, Paper, SearchFilter, content_terms, words
from vectorstore.encoders.encoder import Vectors

_TOPIC, _WANTED, _CLAIM = 1.0, 0.95, 0.85  # what a paper found by each is worth
_MIN_SIMILARITY, _SHARE_OF_BEST = 0.19, 0.55  # of the encoder that comes with Citewise
_FOUND_BY_CLAIM = 12  # papers a claim

# A topic of a few words is named by them: a paper without the telling ones is on something else,
# unless its meaning is as near as that of the best.
_MAX_TERMS_NAMED = 8
_MIN_SHARE_NAMED, _MIN_SHARE_NEAR, _AS_NEAR = 0.6, 0.3, 0.82
_SHARED_TASK = re.compile(
    r"@|\bat \w+[- ]?\d{4}\b|\bshared task\b|\b(?:SemEval|BLP|IWSLT|WMT)-?\d", re.IGNORECASE
)
_OVERVIEW = re.compile(r"\b(?:overview|findings|survey)\b|^(?:SemEval|WMT)-?\d{4} Task", re.I)
_SYSTEM_DESCRIPTION = 0.8  # of its relevance: others seldom build on one


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
        naming = _Naming(library, query)
        for hit, reason in _judged(hits, naming):
            paper_id = hit.paper.paper_id
            if reason:
                refused.setdefault(paper_id, (hit.paper, reason))
                continue
            relevance = weight * hit.fused_score * (1 + naming.share(hit)) / 2
            if _is_system_description(hit.paper):
                relevance *= _SYSTEM_DESCRIPTION
            if paper_id not in best or best[paper_id].relevance < relevance:
                best[paper_id] = Found(hit.paper, relevance, query)
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


class _Naming:
    """The words that name a topic, each as telling as it is rare in the library."""

    def __init__(self, library: Library, topic: str) -> None:
        named = {match.group(): content_terms(match.group()) for match in words(topic)}
        of_topic = set(content_terms(topic))
        self.words = {term: word for word, found in named.items() for term in found}
        counts = library.document_frequencies(sorted(of_topic))
        n_papers = max(1, library.n_papers)
        self._weights = {
            term: math.log1p(n_papers / (1 + counts.get(term, 0))) for term in of_topic
        }
        self.is_name = len(of_topic) <= _MAX_TERMS_NAMED

    def share(self, hit: Hit) -> float:
        """Return how much of the topic's name the paper has, between 0 and 1; 1 for a long text."""
        if not self.is_name:
            return 1.0
        found = sum(self._weights.get(term, 0.0) for term in hit.matched_terms)
        return min(1.0, found / max(sum(self._weights.values()), 1e-9))

    def missing(self, hit: Hit) -> str:
        """Return the most telling word that the paper lacks."""
        lacking = self._weights.keys() - set(hit.matched_terms)
        term = max(lacking, key=lambda each: (self._weights[each], each), default="")
        return self.words.get(term, term)


def _judged(hits: Sequence[Hit], naming: _Naming) -> Iterator[tuple[Hit, str]]:
    """Yield the hits, each with the reason why it is not cited; "" where there is none."""
    best = max((hit.dense_similarity for hit in hits), default=0.0)
    for hit in hits:
        similarity = hit.dense_similarity
        share = naming.share(hit)
        is_near = similarity >= _AS_NEAR * best and share >= _MIN_SHARE_NEAR
        is_named = share >= _MIN_SHARE_NAMED or is_near
        least = 0.0 if naming.is_name and share == 1 else _SHARE_OF_BEST * best
        if not hit.paper.abstract.strip():
            yield hit, "It has no abstract."
        elif not is_usable(hit.paper):
            yield hit, "Its text is not English, or looks written to steer a language model."
        elif not is_named:
            yield hit, f"Too far from the topic: it says nothing of “{naming.missing(hit)}”."
        elif similarity < max(_MIN_SIMILARITY, least):
            yield hit, "Too far from the topic."
        else:
            yield hit, ""


def _is_system_description(paper: Paper) -> bool:
    """Return whether the title is that of an entry to a shared task, not of its overview."""
    return bool(_SHARED_TASK.search(paper.title)) and not _OVERVIEW.search(paper.title)
