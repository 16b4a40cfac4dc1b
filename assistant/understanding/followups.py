"""Follow-up questions made to stand alone, by rule."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.understanding.lexicon import GENERIC_NOUNS, NUMBER_WORDS
from assistant.understanding.question import Form, analyse, name_phrases
from assistant.understanding.timespan import find_timespan
from assistant.wording import folded
from vectorstore import Paper, stem

_LEADING = re.compile(r"^\s*(?:and|but|so|ok(?:ay)?|then|also|now|well|thanks?)\b[\s,.]*", re.I)
_WHAT_ABOUT = re.compile(
    r"^(?:(?:what|how)\s+about|and(?:\s+what\s+about)?)\s+(?P<rest>.+?)\W*$", re.I
)
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "last": -1, "former": 0, "latter": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    rf"\bthe\s+(?P<n>{'|'.join(_ORDINALS)})(?:\s+(?:one|paper|article|of\s+(?:these|those|them)))?\b",
    re.IGNORECASE,
)
_THING = (
    r"(?:paper|article|work|study|method|approach|model|framework|dataset|benchmark|system|tool|survey"
    r"|technique|architecture|algorithm|one|publication)"
)
# What stands for the paper last spoken of, longest first; a possessive asks for "X's".
_POSSESSIVE = re.compile(
    rf"\b(?:its|(?:this|that)\s+{_THING}['’]s|the\s+{_THING}['’]s)(?=\s+\w)", re.IGNORECASE
)
_THEIR = re.compile(r"\btheir(?=\s+\w)|\btheirs\b", re.IGNORECASE)
_PRONOUN = re.compile(
    rf"\b(?:(?:this|that|the\s+same)\s+{_THING}|the\s+(?:paper|article|study|publication)(?!\s+(?:on|about|by|that"
    r"|from|of|with))|it(?!\s+(?:possible|true|clear|known|necessary)\b)|this|that(?=\s*[?.!]*$|\s+(?:tested|evaluated|trained|published|written|introduced"
    r"|compared|released|proposed)))\b",
    re.IGNORECASE,
)
_THE_THING = re.compile(rf"\bthe\s+{_THING}\b(?!\s+of\b)", re.IGNORECASE)
_AUTHORS = re.compile(
    r"\bthe\s+(?:authors|researchers)\b(?!\s+of\b)|\bthey\b|\bthem\b", re.IGNORECASE
)
# Nouns and verbs that say what is asked of a paper, but not of which.
_CONTEXTUAL = (
    GENERIC_NOUNS
    | frozenset(
        stem(word)
        for word in "available code compare comments discussed evaluate evaluated exactly find long"
        " many number page propose published release released repository show source test tested"
        " train trained use used year".split()
    )
    | {stem(word) for word in NUMBER_WORDS}
)


def refers_back(question: str) -> bool:
    """Return whether a question leans on what was said before it."""
    if _WHAT_ABOUT.match(question.strip()) or _ORDINAL.search(question):
        return True
    reference = _first_reference(question)
    if reference is not None:
        return not any(phrase.start() < reference for phrase in name_phrases(question))
    terms = analyse(question).terms
    return all(term in _CONTEXTUAL for term in terms) or bool(_LEADING.match(question))


def _is_contextual(subject: str) -> bool:
    """Return whether a subject is one only beside another: "its code", "the code"."""
    if _first_reference(subject) is not None:
        return True
    has_span = find_timespan(subject, today=date.max) is not None
    return not has_span and all(term in _CONTEXTUAL for term in analyse(subject).terms)


def standalone(question: str, previous: str, cited: Sequence[Paper]) -> str:
    """Return the question with what it refers back to filled in.

    `previous` is the question before, itself standing alone; `cited` are the papers of its answer,
    in order. "And how many authors does it have?" after "What is MM-RLHF?" becomes "How many
    authors does MM-RLHF have?".
    """
    what_about = _WHAT_ABOUT.match(question.strip())
    if what_about and not _is_contextual(what_about["rest"]):
        return _replace_subject(previous, what_about["rest"])
    text = _LEADING.sub("", question).strip()
    text = text[:1].upper() + text[1:]
    ordinal = _ORDINAL.search(text)
    if ordinal:
        index = _ORDINALS[folded(ordinal["n"])]
        if -len(cited) <= index < len(cited):
            return text.replace(ordinal.group(), cited[index].short_title)
    topic = _topic(previous, cited)
    return _fill_in(text, topic) if topic else text


def _topic(question: str, cited: Sequence[Paper]) -> str:
    """Return what a question was about: the one name that it gives, or the paper cited first."""
    names = {phrase.group() for phrase in name_phrases(question)}
    first = cited[0] if cited else None
    if len(names) == 1 and (first is None or _mentions(first, *names)):
        return names.pop()
    return first.short_title if first else ""


def _mentions(paper: Paper, name: str) -> bool:
    return name.casefold() in f"{paper.title} {paper.abstract}".casefold()


def _first_reference(text: str) -> int | None:
    """Return where the first word that stands for something else is; None where there is none."""
    found = (pattern.search(text) for pattern in (_POSSESSIVE, _THEIR, _PRONOUN, _AUTHORS))
    return min((match.start() for match in found if match), default=None)


def _fill_in(text: str, topic: str) -> str:
    """Put the topic in place of every word that stands for it; at the end where none does."""
    if not text.strip(" ?.!"):
        return f"What is {topic}?"
    possessive = f"{topic}'" if topic.endswith("s") else f"{topic}'s"
    filled = _AUTHORS.sub(lambda _: f"the authors of {topic}", text)
    if filled == text:
        for pattern, replacement in (
            (_POSSESSIVE, possessive),
            (_THEIR, possessive),
            (_PRONOUN, topic),
        ):
            filled = pattern.sub(replacement.replace("\\", r"\\"), filled)
    if filled == text:
        filled = _THE_THING.sub(topic.replace("\\", r"\\"), text, count=1)
    if filled == text:
        filled = f"{text.rstrip(' ?.!')} of {topic}?"
    return filled


def _replace_subject(previous: str, subject: str) -> str:
    """Return the question before, asked of another subject or another time."""
    old, new = (find_timespan(text, today=date.max) for text in (previous, subject))
    if new:
        if old:
            return previous.replace(old.words, new.words)
        return f"{previous.rstrip(' ?.!')} {subject}?"
    phrases = name_phrases(previous)
    if phrases:
        return previous[: phrases[0].start()] + subject + previous[phrases[0].end() :]
    if analyse(previous).form is Form.LIST:
        return f"Which papers are about {subject}?"
    return f"What is {subject}?"
