"""Whether what was found answers the question, or only looks like it."""

import re

from assistant.reading.matching import expanded_terms, term_match
from assistant.reading.scoring import Candidate, counts_of
from assistant.understanding.question import Expects, Question
from vectorstore import Paper, stem, words

# Below this score no sentence of our own questions' papers answered; see docs/decisions.
MIN_SCORE = 0.95
# Terms held by the paper + similarity of the sentence + that of the paper's best passage.
MIN_EVIDENCE = 1.2
MIN_SCORE_PERSON = 1.6  # abstracts name methods, hardly ever people
_MIN_NAME_MATCH = 0.9


def answers(question: Question, best: Candidate) -> bool:
    """Return whether the best sentence can be given as an answer.

    Three things tell a paper that is about the question's subject from one that answers it: what
    the question names stands in the paper; the kind of thing it asks for does too; and where it
    asks how many, some number of them is given.
    """
    least = MIN_SCORE_PERSON if question.expects is Expects.PERSON else MIN_SCORE
    paper = best.hit.paper
    return (
        best.score >= least
        and best.in_paper + best.similarity + best.hit.dense_similarity >= MIN_EVIDENCE
        and not missing_names(question, paper)
        and _has_asked_kind(question, paper)
        and _has_count(question, paper)
    )


def missing_names(question: Question, paper: Paper) -> list[str]:
    """Return the names of the question that the paper does not mention."""
    text = f"{paper.title}. {paper.abstract}"
    held = expanded_terms(text, paper)
    return [n for n in question.names if not (_is_held(n, text, held) or is_spelled_out(n, text))]


def _is_held(name: str, text: str, held: frozenset[str]) -> bool:
    """Return whether the paper has the name; capitals count in acronyms ("FIND" is not "find")."""
    if name.isupper() and name.isalpha():
        return re.search(rf"(?<![^\W_]){re.escape(name)}s?(?![^\W_])", text) is not None
    parts = [stem(part) for part in re.split(r"[-.]", name) if part]
    if term_match(stem(name), held) >= _MIN_NAME_MATCH:
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
    return counts_of(question.asked[-1], paper.abstract)
