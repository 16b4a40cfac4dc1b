"""Which papers a list holds, and the sentence that shows why."""

import re
from collections.abc import Mapping, Sequence

from assistant.reading.answerability import missing_names
from assistant.reading.matching import expanded_terms, term_match
from assistant.reading.scoring import Candidate, best_by_paper
from assistant.understanding.question import Question

MAX_LISTED = 10
_MIN_IN_PAPER = 0.8  # share of the question's terms that the paper must hold
_MIN_WEIGHT_OF_ALTERNATIVE = 0.7  # of the heaviest term's: "medicine, radiology or clinical AI"
_MIN_MATCH = 0.9
_MIN_SIMILARITY = 0.45  # or, in other words, how near its best sentence must be
_MIN_IN_PAPER_IF_SIMILAR = 0.5


def relevant_papers(
    question: Question, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> list[Candidate]:
    """Return the best sentence of each paper that is about what was asked, best first."""
    alternatives = _alternatives(question, weights)
    return [
        candidate
        for candidate in best_by_paper(candidates)
        if (_is_about(candidate) or _holds_any(alternatives, candidate))
        and not missing_names(question, candidate.hit.paper)
    ][:MAX_LISTED]


def _is_about(candidate: Candidate) -> bool:
    if candidate.in_paper >= _MIN_IN_PAPER:
        return True
    nearest = max(candidate.similarity, candidate.hit.dense_similarity)
    return nearest >= _MIN_SIMILARITY and candidate.in_paper >= _MIN_IN_PAPER_IF_SIMILAR


def _alternatives(question: Question, weights: Mapping[str, float]) -> list[str]:
    """Return the telling terms of a question that joins several by "or"; else nothing."""
    if not re.search(r"\bor\b", question.text):
        return []
    heaviest = max(weights.values(), default=0.0)
    return [t for t, weight in weights.items() if weight >= _MIN_WEIGHT_OF_ALTERNATIVE * heaviest]


def _holds_any(alternatives: Sequence[str], candidate: Candidate) -> bool:
    paper = candidate.hit.paper
    held = expanded_terms(f"{paper.title}. {paper.abstract}", paper)
    return any(term_match(term, held) >= _MIN_MATCH for term in alternatives)
