"""Which papers a list holds, and the sentence that shows why."""

from collections.abc import Mapping, Sequence

from assistant.reading.contribution import is_contribution
from assistant.reading.matching import SAME_WORD, coverage, paper_terms, term_match
from assistant.reading.naming import missing_names
from assistant.reading.scoring import Candidate, best_by_paper
from assistant.understanding.lexicon import GENERIC_NOUNS
from assistant.understanding.question import Question
from assistant.wording import phrase
from vectorstore import stem

_MIN_IN_PAPER = 0.8  # share of the question's terms that the paper must hold
_MIN_SIMILARITY = 0.45  # or, in other words, how near its best sentence must be
_MIN_IN_PAPER_IF_SIMILAR = 0.5
_BROAD = GENERIC_NOUNS | {"ai"}  # say too little to keep a paper out where alternatives are given

_ALTERNATIVES = phrase(r"((?:[\w-]+, )*[\w-]+),? or (?:the )?([\w-]+)")
_MAKES = phrase(
    r"\b(?:introduc|propos|present|releas|construct|creat|provid|build|built|contribut|publish)\w*\b"
)


def relevant_papers(
    question: Question, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> list[Candidate]:
    """Return the best sentence of each paper that is about what was asked, best first."""
    if _MAKES.search(question.text):
        made = [c for c in candidates if _says_it_makes(question, c)]
        if made:
            return best_by_paper(made)
    alternatives = _alternatives(question)
    return [
        candidate
        for candidate in best_by_paper(candidates)
        if not missing_names(question, candidate.hit.paper)
        and (_is_about(candidate) or _holds_any(alternatives, candidate, weights))
    ]


def _says_it_makes(question: Question, candidate: Candidate) -> bool:
    """Return whether the sentence says that its authors made what papers are asked for."""
    makes = _MAKES.search(candidate.text) is not None and is_contribution(candidate.text)
    return makes and all(term_match(t, candidate.terms) >= SAME_WORD for t in question.terms)


def _is_about(candidate: Candidate) -> bool:
    if candidate.in_paper >= _MIN_IN_PAPER:
        return True
    nearest = max(candidate.similarity, candidate.hit.dense_similarity)
    return nearest >= _MIN_SIMILARITY and candidate.in_paper >= _MIN_IN_PAPER_IF_SIMILAR


def _alternatives(question: Question) -> list[str]:
    """Return the terms that a question joins by "or": "medicine, radiology or clinical AI"."""
    match = _ALTERNATIVES.search(question.text)
    if not match:
        return []
    joined = {stem(word) for word in [*match[1].split(", "), match[2]]}
    return [term for term in question.terms if term in joined]


def _holds_any(
    alternatives: Sequence[str], candidate: Candidate, weights: Mapping[str, float]
) -> bool:
    """Return whether the paper holds one of the alternatives, and most of what goes with them."""
    held = paper_terms(candidate.hit.paper)
    shared = {t: w for t, w in weights.items() if t not in alternatives and t not in _BROAD}
    return any(term_match(term, held) > 0 for term in alternatives) and (
        not shared or coverage(shared, held) >= _MIN_IN_PAPER_IF_SIMILAR
    )
