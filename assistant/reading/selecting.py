"""Which further sentences of the answering paper belong into the answer."""

from collections.abc import Sequence

from assistant.reading.matching import jaccard, term_match
from assistant.reading.scoring import Candidate
from assistant.understanding.question import Expects, Question
from assistant.wording import phrase

_MAX_SENTENCES = {Expects.LINK: 1, Expects.NUMBER: 2}
_DEFAULT_MAX_SENTENCES = 3
_WITHIN = 0.35  # of the best score
_WITHIN_IF_POINTED = 0.2
_WITHIN_IF_NEW = 0.6  # where the sentence holds a term of the question that none before it holds
_REDUNDANT_FROM = 0.5
_TAKES_UP = phrase(
    r"^(?:they|these|those|both)\b"
    r"|\b(?:this|these|those|such) (?:\w+ )?"
    r"(?:challenge|concern|difficult(?:y|ie)|drawback|gap|issue|limitation|problem|shortcoming)s?\b"
)
_CONTINUES = 0.25  # what a sentence that follows a selected one gains: it elaborates


def select_sentences(
    question: Question, best: Candidate, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Return the best sentence, then others of its paper that add to it, in the abstract's order.

    A sentence adds when it scores nearly as well, or says something that was asked and is not
    answered yet, and does not repeat what was selected.
    """
    selected = [best]
    limit = _MAX_SENTENCES.get(question.expects, _DEFAULT_MAX_SENTENCES)
    pool = [c for c in candidates if c.hit.paper.paper_id == best.hit.paper.paper_id]
    while len(selected) < limit:
        adding = [c for c in pool if c not in selected and _adds(question, c, selected)]
        if not adding:
            break
        selected.append(max(adding, key=lambda c: _score_beside(c, selected)))
    return [best, *sorted(selected[1:], key=lambda candidate: candidate.position)]


def readable(selected: Sequence[Candidate]) -> list[Candidate]:
    """Return selected sentences as they are to be read: the first of them, the best one, first.

    Where that takes up what was said before it ("these limitations"), all are in the abstract's
    order.
    """
    if _TAKES_UP.search(selected[0].text):
        return sorted(selected, key=lambda candidate: candidate.position)
    return list(selected)


def _adds(question: Question, candidate: Candidate, selected: Sequence[Candidate]) -> bool:
    if any(jaccard(candidate.terms, other.terms) >= _REDUNDANT_FROM for other in selected):
        return False
    if _is_pointed(question):  # one sentence answers; another must do so too
        return candidate.score >= selected[0].score - _WITHIN_IF_POINTED
    held = frozenset().union(*(other.terms for other in selected))
    is_new = any(
        not term_match(term, held) and term_match(term, candidate.terms) for term in question.terms
    )
    within = _WITHIN_IF_NEW if is_new else _WITHIN
    return _score_beside(candidate, selected) >= selected[0].score - within


def _score_beside(candidate: Candidate, selected: Sequence[Candidate]) -> float:
    follows = any(candidate.position == other.position + 1 for other in selected)
    return candidate.score + (_CONTINUES if follows else 0.0)


def _is_pointed(question: Question) -> bool:
    """Return whether a single number, link or name is the answer."""
    return question.wants_name or question.expects in {Expects.LINK, Expects.NUMBER}
