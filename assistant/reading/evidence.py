"""How probably a paper answers a question, out of the words it holds and how near it is."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.reading.judging import JUDGING_TERMS
from assistant.reading.matching import paper_terms, term_match
from assistant.reading.naming import missing_names, names_paper, names_to_find
from assistant.reading.scoring import Candidate, best_by_paper
from assistant.understanding.question import Question
from vectorstore import stem

# Logistic regression on questions asked twice, with the paper that answers and without it: half of
# PubMedQA's and half of our own, in a small library and among 2,674 more abstracts of the
# same field. See docs/decisions/0010-abstention.md.
_INTERCEPT = -8.4
_PER_LOG_HELD = 3.75
_PER_LOG_MISSING = -2.55
_PER_SIMILARITY = 8.5
_PAPER_NAMED = 3.5
_JUDGING = 0.3  # what a judging word counts for when the paper lacks it


@dataclass(frozen=True, slots=True)
class PaperEvidence:
    """What speaks for and against one paper; `best` is its best sentence.

    `held` and `missing` are the weights (see `scoring.term_weights`) of the question's terms that
    its title and abstract hold, and do not. `similarity` is the cosine similarity to the question
    of the paper's nearest sentence or passage. `is_named` says that the question holds the
    paper's own name.
    """

    best: Candidate
    held: float
    missing: float
    similarity: float
    is_named: bool

    @property
    def probability(self) -> float:
        """Return how probably the paper answers, between 0 and 1, where no rule speaks against it.

        Calibrated for a library that holds an answering paper for every second question.
        """
        logit = (
            _INTERCEPT
            + _PER_LOG_HELD * math.log1p(self.held)
            + _PER_LOG_MISSING * math.log1p(self.missing)
            + _PER_SIMILARITY * max(0.0, self.similarity)
            + _PAPER_NAMED * self.is_named
        )
        return 1 / (1 + math.exp(-logit))


def gather_evidence(
    question: Question, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> Iterator[PaperEvidence]:
    """Yield the evidence of each paper, in the order of their best sentences, best first."""
    nearest: dict[str, float] = {}
    for candidate in candidates:
        hit = candidate.hit
        similarity = max(candidate.similarity, hit.dense_similarity)
        nearest[hit.paper.paper_id] = max(nearest.get(hit.paper.paper_id, 0.0), similarity)
    for best in best_by_paper(candidates):
        yield _evidence(question, best, weights, nearest[best.hit.paper.paper_id])


def _evidence(
    question: Question, best: Candidate, weights: Mapping[str, float], similarity: float
) -> PaperEvidence:
    paper = best.hit.paper
    names = {stem(name) for name in names_to_find(question)}
    # A name may be held in other words: "PCA" as "principal component analysis".
    spelled_out = names - {stem(name) for name in missing_names(question, paper)}
    of_paper = paper_terms(paper) | spelled_out
    match_of = {term: term_match(term, of_paper) for term in weights}
    return PaperEvidence(
        best,
        held=sum(weight * match_of[term] for term, weight in weights.items()),
        missing=sum(
            weight * (1 - match_of[term]) * (_JUDGING if term in JUDGING_TERMS else 1.0)
            for term, weight in weights.items()
        ),
        similarity=similarity,
        is_named=names_paper(question, paper),
    )
