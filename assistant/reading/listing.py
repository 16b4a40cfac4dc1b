"""Which papers a list holds, and the sentence that shows why."""

from collections.abc import Sequence

from assistant.reading.answerability import missing_names
from assistant.reading.scoring import Candidate, best_by_paper
from assistant.understanding.question import Question

MAX_LISTED = 10
_MIN_IN_PAPER = 0.8  # share of the question's terms that the paper must hold
_MIN_SIMILARITY = 0.45  # or, in other words, how near its best sentence must be
_MIN_IN_PAPER_IF_SIMILAR = 0.5


def relevant_papers(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the best sentence of each paper that is about what was asked, best first."""
    return [
        candidate
        for candidate in best_by_paper(candidates)
        if _is_about(candidate) and not missing_names(question, candidate.hit.paper)
    ][:MAX_LISTED]


def _is_about(candidate: Candidate) -> bool:
    if candidate.in_paper >= _MIN_IN_PAPER:
        return True
    nearest = max(candidate.similarity, candidate.hit.dense_similarity)
    return nearest >= _MIN_SIMILARITY and candidate.in_paper >= _MIN_IN_PAPER_IF_SIMILAR
