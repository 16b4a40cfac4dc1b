"""Whether what was found answers the question, or only looks like it."""

import re
from collections.abc import Mapping

from assistant.reading.expecting import counts_of, states_size
from assistant.reading.matching import SAME_WORD, paper_terms, term_match
from assistant.reading.scoring import UNSEEN_WEIGHT, Candidate
from assistant.understanding.question import Expects, Question
from assistant.wording import phrase
from vectorstore import Paper, stem, words

# Below this score no sentence of our own questions' papers answered; see docs/decisions.
MIN_SCORE = 0.95
# Terms held by the paper + similarity of the sentence + that of the paper's best passage.
MIN_EVIDENCE = 1.1
# What a question asks for in a unit, and how an abstract gives it.
_UNITS = (
    (phrase(r"\bhow long\b|\bwhat (?:is|was|were) the \w+ times?\b"),
     phrase(r"\b(?:milli)?(?:second|minute|hour|day|week|month|year)s?\b")),
    (phrase(r"\bhow much\b.*\b(?:cost|paid|pay|price)|\bprice\b"),
     phrase(r"[$€£]|\b(?:dollars?|euros?|usd)\b|\b(?:second|minute|hour)s?\b")),
)  # fmt: skip


def answers(question: Question, best: Candidate, weights: Mapping[str, float]) -> bool:
    """Return whether the best sentence can be given as an answer; `weights` are the terms'.

    What tells a paper that answers from one that is merely near: it mentions what the question
    names and the subject that it is put about; it says the kind of thing that is asked for; and
    where a count, a duration, a price or a person is wanted, it gives one.
    """
    paper = best.hit.paper
    held = paper_terms(paper)
    return (
        best.score >= MIN_SCORE
        and best.in_paper + best.similarity + best.hit.dense_similarity >= MIN_EVIDENCE
        and not missing_names(question, paper)
        and _has_subject(question, weights, held)
        and _has_asked_kind(question, paper)
        and _has_count(question, paper)
        and _has_unit(question, paper)
        and _has_person(question, held)
    )


def _has_subject(question: Question, weights: Mapping[str, float], held: frozenset[str]) -> bool:
    """Return whether the paper holds the subject's first word, or at least its second one.

    The second alone does not do where no paper of the library holds the first: "speculative
    decoding" is not answered by what says "decoding".
    """
    missing = [not term_match(term, held) for term in question.subject]
    if not missing or not missing[0]:
        return True
    return not all(missing) and weights.get(question.subject[0], 0.0) < UNSEEN_WEIGHT


def _has_person(question: Question, held: frozenset[str]) -> bool:
    """Abstracts hardly ever name people, so "who" wants every word of the question there."""
    wants_person = question.expects is Expects.PERSON
    return not wants_person or all(term_match(term, held) >= SAME_WORD for term in question.terms)


def _has_unit(question: Question, paper: Paper) -> bool:
    return all(unit.search(paper.abstract) for asks, unit in _UNITS if asks.search(question.text))


def missing_names(question: Question, paper: Paper) -> list[str]:
    """Return the names of the question that the paper does not mention."""
    text = f"{paper.title}. {paper.abstract}"
    held = paper_terms(paper)
    return [n for n in question.names if not (_is_held(n, text, held) or is_spelled_out(n, text))]


def _is_held(name: str, text: str, held: frozenset[str]) -> bool:
    """Return whether the paper has the name; capitals count in acronyms ("FIND" is not "find")."""
    if name.isupper() and name.isalpha():
        return re.search(rf"(?<![^\W_]){re.escape(name)}s?(?![^\W_])", text) is not None
    parts = [stem(part) for part in re.split(r"[-.]", name) if part]
    if term_match(stem(name), held) >= SAME_WORD:
        return True
    return len(parts) > 1 and all(part in held for part in parts)


def is_spelled_out(acronym: str, text: str) -> bool:
    """Return whether words that follow each other begin with the acronym's letters: PCA, CNNs."""
    letters = acronym.removesuffix("s").casefold()
    initials = "".join(part[0].casefold() for part in re.findall(r"[^\W_]+", text))
    return acronym[:2].isupper() and len(letters) > 2 and letters in initials


def _has_asked_kind(question: Question, paper: Paper) -> bool:
    """Return whether the paper says the asked noun itself: "optimizer", not "optimized"."""
    if question.is_generic or question.counts:
        return True
    head = _singular(question.asked[-1])
    if head == "size" and states_size(paper.abstract, question.names):
        return True
    text = f"{paper.title} {paper.abstract}".casefold()
    return any(head == part for word in words(text) for part in _forms(word.group()))


def _forms(word: str) -> set[str]:
    return {_singular(word), *(_singular(part) for part in re.split(r"[-.'’]", word))}


def _singular(noun: str) -> str:
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _has_count(question: Question, paper: Paper) -> bool:
    if not question.counts or question.is_generic:
        return True
    return counts_of(question.asked[-1], paper.abstract, question.names)
