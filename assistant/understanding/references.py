"""Words that stand for something said before: "it", "their", "this method"."""

import re
from dataclasses import dataclass

from assistant.understanding.grammar import (
    BE,
    CONJUNCTIONS,
    HAVE,
    MODALS,
    PREPOSITIONS,
    QUESTION_WORDS,
)
from assistant.understanding.noun_phrases import NounPhrase, noun_phrases
from assistant.wording import phrase
from vectorstore import words

_KINDS = {
    "its": r"its|it['’]s(?= \w+ (?:over|in|of|on|growth)\b)",
    "it": "it",
    "their": "theirs?",
    "they": "they|them",
    "his": r"his|her(?= (?!in\b|to\b|as\b|at\b|on\b|and\b|or\b)[a-z])",
    "he": "he|him|she|her",
    "this": "this|that|these|those",
}
_REFERENCE = phrase(r"\b(?:" + "|".join(f"(?P<{k}>{p})" for k, p in _KINDS.items()) + r")\b")
# "It" that stands for what follows it, or for nothing: "Is it possible to ...?"
_EMPTY_IT = phrase(
    r" (?:(?:is|was|be) )?(?:possible|time|true|clear|known|necessary|feasible|reasonable|takes?"
    r"|took|means? (?:to|that|when|if)|comes to|turns out|seems (?:that|to)"
    r"|(?:best|better|common|difficult|hard|important|normal|ok|okay)"
    r" (?:to|that|for \w+ to))\b"
)
_CLAUSE_WORDS = CONJUNCTIONS | QUESTION_WORDS | {"as", "make", "makes", "making", "than", "then"}
_NEW_CLAUSE = phrase(rf"[,;:.?!]|\b(?:{'|'.join(sorted(_CLAUSE_WORDS))})\b")
_NEW_SENTENCE = phrase(r"[;:.?!](?= |$)|--")
_BEFORE_THAT = BE | HAVE | MODALS | PREPOSITIONS | {"and", "or", "but"}
_TIMES = frozenset(
    "case context day days field moment month point regard season time times way week year years"
    " decade era period sense".split()
)


@dataclass(frozen=True, slots=True)
class Reference:
    """`text[start:end]` stands for something.

    `kind` is a row of the table. `noun` is what the thing is called: "method" of "this method".
    """

    start: int
    end: int
    kind: str
    noun: str = ""

    @property
    def owns(self) -> bool:
        """Return whether it says whose the next word is."""
        return self.kind in ("its", "their", "his")

    @property
    def is_plural(self) -> bool:
        """Return whether it stands for several."""
        return self.kind in ("they", "their")

    @property
    def is_person(self) -> bool:
        """Return whether it stands for one person."""
        return self.kind in ("he", "his")


def references(text: str) -> list[Reference]:
    """Return the words that stand for something which the text itself does not name before them."""
    read = (_read(text, match) for match in _REFERENCE.finditer(text))
    return [reference for reference in read if reference and not _is_answered(text, reference)]


def word_before(text: str, end: int) -> str:
    """Return the last word of `text[:end]`, in lower case; "" where there is none."""
    found = words(text[:end])
    return found[-1].group().casefold() if found else ""


def _read(text: str, match: re.Match[str]) -> Reference | None:
    kind = str(match.lastgroup)
    if match.group() == "IT":  # information technology
        return None
    if kind == "it" and _EMPTY_IT.match(text, match.end()):
        return None
    if kind == "this":
        return _read_this(text, match)
    return Reference(match.start(), match.end(), kind)


def _read_this(text: str, match: re.Match[str]) -> Reference | None:
    """Read "this", "this method", and a "that" that is no conjunction."""
    before = word_before(text, match.start())
    follows_noun = before != "" and before not in _BEFORE_THAT
    is_that = match.group().casefold() == "that"
    if is_that and follows_noun and text[match.end() :].strip(" ?.!"):
        return None
    for named in noun_phrases(text):
        starts_it = named.start == match.start()
        if starts_it or (named.start > match.end() and not text[match.end() : named.start].strip()):
            if named.head.endswith("ed"):  # "How has this changed X?"
                break
            is_time = named.head in _TIMES  # "these days", "in this case"
            return None if is_time else Reference(match.start(), named.end, "this", named.head)
    return Reference(match.start(), match.end(), "this")


def _is_answered(text: str, reference: Reference) -> bool:
    """Return whether it stands for a phrase before it in the text.

    An object is not its own clause's subject: in "How does exercise affect it?" it is no exercise,
    and in "the works they collect" they are no works.
    """
    for named in noun_phrases(text):
        if named.end > reference.start:
            break
        between = text[named.end : reference.start]
        if named.says_nothing or not between.strip():
            continue
        if _NEW_SENTENCE.search(between):
            return True
        is_apart = _NEW_CLAUSE.search(between) or _opens_clause(text, reference)
        if _agrees(named, reference) and (reference.owns or is_apart):
            return True
    return False


def _opens_clause(text: str, reference: Reference) -> bool:
    """Return whether it is a subject with no verb before it: "the doctors think they ..."."""
    word = text[reference.start : reference.end].casefold()
    before = word_before(text, reference.start)
    return word in ("they", "he", "she") and before not in MODALS | BE | HAVE | PREPOSITIONS


def _agrees(named: NounPhrase, reference: Reference) -> bool:
    if reference.kind == "this":
        return True
    if reference.is_person:
        return named.is_named or (bool(named.article) and not named.is_plural)
    return named.is_plural == reference.is_plural or (named.is_named and reference.is_plural)
