"""Which sentences of the found papers answer a question, and how well."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.reading.contribution import contribution_span, is_contribution
from assistant.reading.matching import coverage, expanded_terms, term_match
from assistant.understanding.lexicon import GENERIC_NOUNS
from assistant.understanding.question import Expects, Form, Question
from assistant.wording import phrase
from vectorstore import Hit, Library, Span, split_sentences, stem, terms, words

# Weights were set by hand and kept where `citewise eval answers` on our own questions agreed.
_WEIGHT_COVERAGE = 1.0
_WEIGHT_SIMILARITY = 0.7
_WEIGHT_RANK = 0.35
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
_LINK_PENALTY = 0.3
_N_COMPARED = 12  # sentences whose similarity is computed; the others are too far in words

_URL = re.compile(r"https?://\S+|\b[\w-]+\.(?:com|org|io)/\S+")
_NUMBER_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?"
)
_NUMBER = re.compile(rf"(?<![\w-])\d[\d,.]*\s?[%kKmMbB]?|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_RELATIVE = re.compile(r"%|\b(?:percent|fewer|less|more|times|larger|smaller)\b", re.IGNORECASE)
_PARAMETER = stem("parameters")
MODEL_SIZE = re.compile(r"\b\d+(?:\.\d+)?[BM]\b")  # "70B" counts parameters
_TRIED = re.compile(r"\b(?:experiment|evaluat|test|benchmark|conduct|appl(?:y|ied)|train)", re.I)
_REASON = re.compile(
    r"\b(?:because|due to|since|as they|thus|therefore|consequently|lead(?:s|ing)? to|so that"
    r"|cannot|fail|however|limits?|lack)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:by|via|using|through|uses?|based on|employ|leverag\w+|first|then|with)\b", re.IGNORECASE
)
# A sentence that begins so needs the one before it.
_DANGLING = phrase(
    r"^(?:\w+, )?(?:(?:this|these|those|such|it|they|both|while|although)\b"
    r"|(?:using|by|with|based on|building on) (?:\w+ing )?(?:this|these)\b)"
    r"|\b(?:this|these|such) (?:limitation|challenge|issue|problem|gap|question|claim)s?\b"
)
_DEFINING_VERB = phrase(
    r"\b(?:aims? to|refers? to|seeks? to|means|denotes?|is (?:an?|the)|are an?)\b"
)
_EXPLAINS = phrase(r"\b(?:called|termed|is an?|are|refers? to|we call|defined as)\b|[(—-]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a found paper and what speaks for it; all figures between 0 and about 2.

    `in_sentence` is the weighted share of the question's terms that the sentence holds, `in_paper`
    that of its title and abstract together, `similarity` its cosine similarity to the question.
    """

    hit: Hit
    position: int
    span: Span
    terms: frozenset[str]
    in_sentence: float
    in_paper: float
    similarity: float
    score: float

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
    n_papers = max(1, library.catalogue.n_papers())
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
    similarities = library.similarities(question.text, [candidate.text for candidate in compared])
    rescored = [
        _with_similarity(candidate, similarity)
        for candidate, similarity in zip(compared, similarities, strict=True)
    ]
    return sorted(rescored, key=lambda c: (-c.score, c.hit.paper.paper_id, c.position)) + rest


def _lexical_candidates(
    question: Question, hit: Hit, weights: Mapping[str, float]
) -> list[Candidate]:
    paper = hit.paper
    spans = split_sentences(paper.abstract)
    terms_of = [expanded_terms(span.of(paper.abstract), paper) for span in spans]
    title_terms = expanded_terms(paper.title, paper)
    in_paper = coverage(weights, title_terms.union(*terms_of))
    # A list shows why each paper is in it, so there the sentence itself must hold the terms.
    is_list = question.form is Form.LIST
    credit_of = {term: 0.0 if is_list else _credit(term, title_terms, terms_of) for term in weights}
    contribution = contribution_span(paper)
    candidates = []
    for position, (span, sentence_terms) in enumerate(zip(spans, terms_of, strict=True)):
        text = span.of(paper.abstract)
        score = (
            _WEIGHT_COVERAGE * _coverage_with_credit(weights, sentence_terms, credit_of)
            + _WEIGHT_RANK * hit.fused_score
            + _expectation_bonus(question, text, sentence_terms)
            + (_AFTER_CONTRIBUTION if span.start >= contribution.start else 0.0)
            - (_DANGLING_PENALTY if _DANGLING.search(text) else 0.0)
        )
        in_sentence = coverage(weights, sentence_terms)
        candidates.append(
            Candidate(hit, position, span, sentence_terms, in_sentence, in_paper, 0.0, score)
        )
    return candidates


def _credit(term: str, title: Collection[str], sentences: Sequence[Collection[str]]) -> float:
    """Return what a sentence of the paper is credited for a term that it does not hold itself."""
    if term_match(term, title) >= _CREDIT_IN_TITLE:
        return _CREDIT_IN_TITLE
    n_sentences = sum(term in sentence for sentence in sentences)
    if not n_sentences:
        return 0.0
    return _CREDIT_REPEATED if n_sentences > 1 else _CREDIT_IN_ABSTRACT


def _coverage_with_credit(
    weights: Mapping[str, float], sentence_terms: Collection[str], credit_of: Mapping[str, float]
) -> float:
    total = sum(weights.values())
    held = sum(
        weight * max(term_match(term, sentence_terms), credit_of[term])
        for term, weight in weights.items()
    )
    return held / total if total else 0.0


def _with_similarity(candidate: Candidate, similarity: float) -> Candidate:
    score = candidate.score + _WEIGHT_SIMILARITY * max(0.0, similarity)
    return replace(candidate, similarity=similarity, score=score)


def _expectation_bonus(question: Question, text: str, sentence_terms: frozenset[str]) -> float:
    """Return what the sentence gains or loses by holding, or not, what the question asks for."""
    if question.expects is not Expects.LINK and _URL.search(text):
        return -_LINK_PENALTY
    if question.wants_name and not _holds_new_name(question, text):
        return -0.1
    if question.wants_name:
        return 0.15 + 0.1 * bool(_TRIED.search(text))
    if question.expects is Expects.LINK:
        return 0.6 if _URL.search(text) else -0.1
    if question.expects is Expects.NUMBER:
        return _number_bonus(question, text)
    if question.expects is Expects.DEFINITION:
        return _definition_bonus(question, text, sentence_terms)
    if question.expects is Expects.REASON:
        return 0.1 if _REASON.search(text) else 0.0
    if question.expects is Expects.METHOD:
        return 0.1 if _MEANS.search(text) else 0.0
    return 0.0


def _definition_bonus(question: Question, text: str, sentence_terms: frozenset[str]) -> float:
    """Prefer "X aims to ...", then the sentence that introduces X, then one that explains it."""
    if not any(term_match(term, sentence_terms) == 1.0 for term in question.terms):
        return 0.0
    verb = _DEFINING_VERB.search(text)
    before = set(terms(text[: verb.start()])) if verb else set()
    if before and all(term in before for term in question.terms):
        return 0.5
    return 0.25 * is_contribution(text) + 0.1 * bool(_EXPLAINS.search(text))


def _number_bonus(question: Question, text: str) -> float:
    numbers = [match.group() for match in _NUMBER.finditer(text)]
    if not numbers:
        return -0.25
    if question.counts and question.asked:
        return 0.35 if counts_of(question.asked[-1], text) else -0.1
    return 0.25 if any(char.isdigit() for number in numbers for char in number) else 0.1


def counts_of(noun: str, text: str) -> bool:
    """Return whether a number of the noun is given: "720 models", but not "3 % more models"."""
    found = words(text)
    for index, word in enumerate(found):
        if stem(noun) == _PARAMETER and MODEL_SIZE.fullmatch(word.group()):
            return True
        if term_match(stem(noun), {stem(word.group())}):
            before = text[found[max(0, index - 4)].start() : word.start()]
            if _NUMBER.search(before) and not _RELATIVE.search(before):
                return True
    return False


def _holds_new_name(question: Question, text: str) -> bool:
    """Return whether a word inside the sentence is written like a name the question has not."""
    return any(
        word.group()[0].isupper() and stem(word.group()) not in question.terms
        for word in words(text)[1:]
        if len(word.group()) > 1
    )
