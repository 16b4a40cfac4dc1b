"""Which sentences of the found papers answer a question, and how well."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.reading.expecting import expectation_bonus
from assistant.reading.finding import asks_yes_or_no, finding_probability
from assistant.reading.matching import SAME_STEM, term_matches, weighted_share
from assistant.reading.papers import read_paper
from assistant.understanding.lexicon import GENERIC_NOUNS
from assistant.understanding.question import Form, Question
from vectorstore import Hit, Library, Span

# Weights were set by hand and kept where `citewise eval answers` on our own questions agreed.
_WEIGHT_COVERAGE = 1.0
_WEIGHT_SIMILARITY = 0.7
_WEIGHT_ANSWERING = 2.0  # in its place where a selector tells what answers from what is near
_WEIGHT_RANK = 0.35
_WEIGHT_FINDING = 0.6  # of a yes/no question, whose own words stand in the paper's aim
# An abstract's sentences are about its title: a term of the title, or one said again and again,
# need not stand in the sentence itself. Else what distinguishes the sentences would not count.
_CREDIT_IN_TITLE = 0.9
_CREDIT_REPEATED = 0.6
_CREDIT_IN_ABSTRACT = 0.3
_AFTER_CONTRIBUTION = 0.12  # what a paper did stands behind what others had done
_BASE_WEIGHT = 0.3
UNSEEN_WEIGHT = 1.0 + _BASE_WEIGHT
_NAME_WEIGHT = 1.5
_GENERIC_WEIGHT = 0.6  # "limitation": an answer tells one rather than say the word
_DANGLING_PENALTY = 0.12
_N_COMPARED = 10  # sentences whose similarity is computed; the others are too far in words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a found paper and what speaks for it; all figures between 0 and about 2.

    `in_sentence` is the weighted share of the question's terms that the sentence holds, `in_paper`
    that of its title and abstract together, `similarity` its cosine similarity to the question by
    the encoder. `finding` is how probably it tells what was found, 0 where the question is not a
    yes/no one.
    """

    hit: Hit
    position: int
    span: Span
    terms: frozenset[str]
    in_sentence: float
    in_paper: float
    similarity: float
    score: float
    finding: float = 0.0

    @property
    def text(self) -> str:
        """Return the sentence as it stands in the abstract."""
        return self.span.of(self.hit.paper.abstract)


def best_by_paper(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the best sentence of each paper, best first."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.hit.paper.paper_id, candidate)
    return list(best.values())


def term_weights(question: Question, library: Library) -> dict[str, float]:
    """Return the inverse document frequency of each term; a term that names something weighs more.

    A term of every paper weighs about 0.3, one of a single paper just less than UNSEEN_WEIGHT, one
    of none more.
    """
    n_papers = max(1, library.n_papers)
    frequencies = library.document_frequencies(question.terms)
    return {
        term: _kind_weight(term, question)
        * (
            _BASE_WEIGHT
            + math.log((n_papers + 1) / (frequencies[term] + 0.5)) / math.log(n_papers + 1)
        )
        for term in question.terms
    }


def _kind_weight(term: str, question: Question) -> float:
    if term in question.name_stems:
        return _NAME_WEIGHT
    return _GENERIC_WEIGHT if term in GENERIC_NOUNS else 1.0


def score_sentences(
    question: Question, hits: Sequence[Hit], weights: Mapping[str, float], library: Library
) -> list[Candidate]:
    """Return the sentences of the papers, best first."""
    lexical = [
        candidate for hit in hits for candidate in _lexical_candidates(question, hit, weights)
    ]
    lexical.sort(key=lambda candidate: -candidate.score)
    compared, rest = lexical[:_N_COMPARED], lexical[_N_COMPARED:]
    rescored = _compared(question, compared, library)
    scored = [_with_finding(candidate) for candidate in (*rescored, *rest)]
    return sorted(scored, key=lambda c: (-c.score, c.hit.paper.paper_id, c.position))


def _lexical_candidates(
    question: Question, hit: Hit, weights: Mapping[str, float]
) -> list[Candidate]:
    paper = read_paper(hit.paper)
    of_title = term_matches(weights, paper.title_terms)
    matches = [term_matches(weights, sentence.terms) for sentence in paper.sentences]
    in_paper = weighted_share(weights, _best_matches([of_title, *matches]))
    # A list shows why each paper is in it, so there the sentence itself must hold the terms.
    is_list = question.form is Form.LIST
    credit_of = {term: 0.0 if is_list else _credit(term, of_title, matches) for term in weights}
    is_yes_or_no = asks_yes_or_no(question)
    candidates = []
    for position, (sentence, matches_here) in enumerate(zip(paper.sentences, matches, strict=True)):
        text = sentence.span.of(hit.paper.abstract)
        score = (
            _WEIGHT_COVERAGE * weighted_share(weights, _best_matches([matches_here, credit_of]))
            + _WEIGHT_RANK * hit.fused_score
            + expectation_bonus(question, text, sentence.terms)
            + (_AFTER_CONTRIBUTION if sentence.span.start >= paper.contribution.start else 0.0)
            - (_DANGLING_PENALTY if sentence.dangles else 0.0)
        )
        n_sentences = len(paper.sentences)
        candidates.append(
            Candidate(
                hit=hit,
                position=position,
                span=sentence.span,
                terms=sentence.terms,
                in_sentence=weighted_share(weights, matches_here),
                in_paper=in_paper,
                similarity=0.0,
                score=score,
                finding=finding_probability(text, position, n_sentences) if is_yes_or_no else 0.0,
            )
        )
    return candidates


def _best_matches(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the best match of each term."""
    return {term: max(matches[term] for matches in several) for term in several[0]}


def _credit(
    term: str, of_title: Mapping[str, float], matches: Sequence[Mapping[str, float]]
) -> float:
    """Return what a sentence of the paper is credited for a term that it does not hold itself."""
    if of_title[term] >= _CREDIT_IN_TITLE:
        return _CREDIT_IN_TITLE
    n_sentences = sum(match[term] == SAME_STEM for match in matches)
    if not n_sentences:
        return 0.0
    return _CREDIT_REPEATED if n_sentences > 1 else _CREDIT_IN_ABSTRACT


def _compared(
    question: Question, candidates: Sequence[Candidate], library: Library
) -> Iterator[Candidate]:
    """Yield the candidates with what their meaning adds to the score.

    What a list is of is told by likeness: its papers need not answer anything.
    """
    texts = [candidate.text for candidate in candidates]
    similarities = library.similarities(question.text, texts)
    answering = None if question.form is Form.LIST else library.answering(question.text, texts)
    if answering is None:
        weight, nearness = _WEIGHT_SIMILARITY, similarities
    else:
        weight, nearness = _WEIGHT_ANSWERING, answering
    for candidate, similarity, near in zip(candidates, similarities, nearness, strict=True):
        score = candidate.score + weight * max(0.0, near)
        yield replace(candidate, similarity=similarity, score=score)


def _with_finding(candidate: Candidate) -> Candidate:
    """Credit a finding after the sentences to compare were chosen: the aim is what is nearest."""
    if not candidate.finding:
        return candidate
    return replace(candidate, score=candidate.score + _WEIGHT_FINDING * candidate.finding)
