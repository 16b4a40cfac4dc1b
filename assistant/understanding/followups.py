"""Follow-ups on the papers of an answer, and whether a question is a follow-up at all."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.understanding.ellipsis import (
    WHAT_ABOUT,
    bare,
    choice,
    compared_alone,
    missing_noun,
    one_of_a_kind,
    one_side,
    open_phrase,
)
from assistant.understanding.focus import things
from assistant.understanding.lexicon import GENERIC_NOUNS, NUMBER_WORDS, PAPER_NOUNS
from assistant.understanding.question import Form, analyse, name_phrases
from assistant.understanding.references import references
from assistant.understanding.timespan import find_timespan
from assistant.wording import folded, phrase
from vectorstore import Paper, stem, words

_LEADING = re.compile(r"^\s*(?:and|but|so|ok(?:ay)?|then|also|now|well|thanks?)\b[\s,.]*", re.I)
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "last": -1, "former": 0, "latter": -1,
}  # fmt: skip
_ORDINAL = phrase(  # but not "the last decade"
    rf"\bthe (?P<n>{'|'.join(_ORDINALS)})"
    r"(?: (?:one|paper|article|of (?:these|those|them))\b|(?=\s*[?.!,]*$)"
    r"|(?= (?:is|was|does|did|has|had|and)\b)|(?<=er)\b)"
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
    rf"\b(?:(?:this|that|the\s+same)\s+{_THING}|the\s+(?:paper|article|study|publication)"
    r"(?!\s+(?:on|about|by|that|from|of|with))"
    r"|it(?!\s+(?:possible|true|clear|known|necessary)\b)|this|that(?=\s*[?.!]*$"
    r"|\s+(?:tested|evaluated|trained|published|written|introduced|compared|released|proposed)))\b",
    re.IGNORECASE,
)
_THE_THING = re.compile(rf"\bthe\s+{_THING}\b(?!\s+of\b)", re.IGNORECASE)
# "The one on owls" says itself which paper it is.
_DESCRIBED = phrase(r"\bthe ones? (?:about|by|from|on|that|which|with)\b")
_AUTHORS = re.compile(
    r"\bthe\s+(?:authors|researchers)\b(?!\s+of\b)|\bthey\b|\bthem\b", re.IGNORECASE
)
_MAX_CHARS = 600  # what is longer says what it is about, and would take long to read
_PAPER_KINDS = PAPER_NOUNS | {"one", "ones", "survey", "surveys"}
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
_PAPER = phrase(
    r"\bthe (?:authors|researchers)\b(?! of\b)|\bthe (?:paper|article|study|publication)\b"
    r"(?! (?:on|about|by|that|from|of|with)\b)"
)
# What one asks of a paper, or of those who wrote it, and not of what it is about.
_OF_PAPER = phrase(
    r"\b(?:abstract|appear(?:ed)?|article|authors?|cite[sd]?|code|comments?|github|journal|paper"
    r"|publication|published|released?|repository|researchers|study|title|url|venue|who|written"
    r"|wrote|year)\b|\b(?:is|was|were|been|be) (?:also )?(?:compared|evaluated|tested|trained)\b"
    r"|\bthey (?:also )?(?:analy[sz]e|argue|ask|claim|collect|compare|conclude|discuss|evaluate"
    r"|examine|find|introduce|investigate|measure|present|propose|publish|release|report|say|show"
    r"|study|suggest|test|train|use|write)\b"
)
_LEFT_OUT = (bare, choice, compared_alone, missing_noun, one_of_a_kind, one_side, open_phrase)


def refers_back(question: str) -> bool:
    """Return whether a question leans on what was said before it."""
    text = question.strip()
    if len(text) > _MAX_CHARS:
        return False
    if WHAT_ABOUT.match(text) or _ORDINAL.search(text) or references(text):
        return True
    paper = _PAPER.search(text)
    if paper:
        return not any(name.start() < paper.start() for name in name_phrases(text))
    if any(find(text) not in (None, "") for find in _LEFT_OUT):
        return True
    terms = analyse(text).terms
    return all(term in _CONTEXTUAL for term in terms) or bool(_LEADING.match(text))


def stands_for_paper(question: str, previous: str) -> bool:
    """Return whether a follow-up asks about a paper of the answer before.

    The other case is a follow-up on the thing that the question before was about: "How are they
    trained?" after "What are sparse autoencoders?".
    """
    if bare(question) or _DESCRIBED.search(question):
        return False
    if WHAT_ABOUT.match(question) or _ORDINAL.search(question) or _OF_PAPER.search(question):
        return True
    before = analyse(previous)
    if before.form is Form.LIST or name_phrases(previous):
        return True
    asks_of_papers = any(word.group().casefold() in _PAPER_KINDS for word in words(previous))
    return asks_of_papers or not things(previous)


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
    what_about = WHAT_ABOUT.match(question.strip())
    if what_about and not _is_contextual(what_about["rest"]):
        return replace_subject(previous, what_about["rest"])
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
        named = open_phrase(text)
        end = named.end if named and text[named.end :].strip(" ?.!") else len(text.rstrip(" ?.!"))
        filled = f"{text[:end]} of {topic}{text[end:].rstrip(' ?.!')}?"
    return filled


def replace_subject(previous: str, subject: str) -> str:
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
