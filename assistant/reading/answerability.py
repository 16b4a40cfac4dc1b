"""Whether what was found answers the question, or only looks like it."""

import re
from collections.abc import Mapping

from assistant.reading.evidence import PaperEvidence
from assistant.reading.expecting import counts_of, states_size
from assistant.reading.finding import asks_yes_or_no
from assistant.reading.matching import SAME_WORD, paper_terms, term_match
from assistant.reading.naming import missing_names
from assistant.reading.scoring import UNSEEN_WEIGHT
from assistant.understanding.question import Expects, Question
from assistant.wording import phrase
from vectorstore import Paper, words

# Below one half: to abstain wrongly is worse than to answer from a paper that is near.
MIN_PROBABILITY = 0.3
# What a question asks for in a unit, and how an abstract gives it.
_UNITS = (
    (phrase(r"^(?!(?:what|which|who|whose|where|when|why)\b).*\bhow long\b"
            r"|\bwhat (?:is|was|were) the \w+ times?\b"),
     phrase(r"\b(?:milli)?(?:second|minute|hour|day|week|month|year)s?\b")),
    (phrase(r"\bhow much\b.*\b(?:cost|paid|pay|price)|\bprice\b"),
     phrase(r"[$€£]|\b(?:dollars?|euros?|usd)\b|\b(?:second|minute|hour)s?\b")),
)  # fmt: skip


def answers(question: Question, evidence: PaperEvidence, weights: Mapping[str, float]) -> bool:
    """Return whether the paper's best sentence can be given as an answer; `weights` are the terms'.

    What tells a paper that answers from one that is merely near: enough evidence, and no rule that
    names something missing.
    """
    return evidence.probability >= MIN_PROBABILITY and answers_if_probable(
        question, evidence.best.hit.paper, weights
    )


def answers_if_probable(question: Question, paper: Paper, weights: Mapping[str, float]) -> bool:
    """Return whether no rule speaks against the paper, whatever the evidence for it.

    It must mention what the question names and the subject that it is put about; say the kind of
    thing that is asked for; and where a count, a duration, a price or a person is wanted, give one.
    """
    return (
        not missing_names(question, paper)
        and _has_subject(question, weights, paper_terms(paper))
        and has_asked_kind(question, paper)
        and has_count(question, paper)
        and has_unit(question, paper)
        and has_person(question, paper)
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


def has_person(question: Question, paper: Paper) -> bool:
    """Abstracts hardly ever name people, so "who" wants every word of the question there."""
    if question.expects is not Expects.PERSON or asks_yes_or_no(question):
        return True
    held = paper_terms(paper)
    return all(term_match(term, held) >= SAME_WORD for term in question.terms)


def has_unit(question: Question, paper: Paper) -> bool:
    """Return whether the paper gives a time or a price, where one is asked for."""
    return all(unit.search(paper.abstract) for asks, unit in _UNITS if asks.search(question.text))


def has_asked_kind(question: Question, paper: Paper) -> bool:
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


def has_count(question: Question, paper: Paper) -> bool:
    """Return whether the paper gives a number of what is counted, where something is."""
    if not question.counts or question.is_generic:
        return True
    return counts_of(question.asked[-1], paper.abstract, question.names)
