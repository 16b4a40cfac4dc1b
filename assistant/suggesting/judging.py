"""Whether a question can be suggested: it stands alone, and the library answers it."""

from collections.abc import Sequence

from assistant.reading.answerability import answers
from assistant.reading.evidence import gather_evidence
from assistant.reading.scoring import Candidate as Sentence
from assistant.reading.scoring import term_weights
from assistant.suggesting.candidates import Candidate
from assistant.understanding.comparison import compared_sides
from assistant.understanding.followups import refers_back
from assistant.understanding.parts import parts_of
from assistant.understanding.question import Form, Question, analyse
from vectorstore import Hit, Library, Paper, Span

MAX_CHARS = 90
# How near a question made of a paper's own words is taken to be to it: to encode it would take
# longer than all the rest. The median of 199 such questions is 0.46; the farthest, from 0.1, name
# their paper, which counts for more.
_SIMILARITY = 0.35
_MIN_LISTED = 2
_MAX_SHARE_LISTED = 0.4  # of the library: what most papers study tells none apart


def can_be_suggested(candidate: Candidate, library: Library) -> bool:
    """Return whether the question is short, one, stands alone and, by rule, will be answered."""
    text = candidate.text
    if len(text) >= MAX_CHARS or refers_back(text) or parts_of(text) != [text]:
        return False
    question = analyse(text)
    if question.form is Form.LIST:
        return _lists_some(question, library)
    sides = compared_sides(text)
    if sides and question.form is Form.COMPARISON and len(candidate.papers) == len(sides):
        pairs = zip(sides, candidate.papers, strict=True)
        return all(_answers(analyse(f"What is {side}?"), [paper], library) for side, paper in pairs)
    return _answers(question, candidate.papers, library)


def _answers(question: Question, papers: Sequence[Paper], library: Library) -> bool:
    weights = term_weights(question, library)
    evidence = gather_evidence(question, [_as_found(paper) for paper in papers], weights)
    return any(answers(question, each, weights) for each in evidence)


def _as_found(paper: Paper) -> Sentence:
    """Return the paper as if a search had found it."""
    hit = Hit(paper, (), _SIMILARITY, 0.0, 0.0, ())
    return Sentence(hit, 0, Span(0, 0), frozenset(), 0.0, 0.0, _SIMILARITY, 0.0)


def _lists_some(question: Question, library: Library) -> bool:
    n_listed = len(library.papers_with_all_terms(question.query))
    return (
        _MIN_LISTED
        <= n_listed
        <= max(_MIN_LISTED, _MAX_SHARE_LISTED * library.catalogue.n_papers())
    )
