"""Recognising questions about the collection."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.collection.bounds import find_bounds
from assistant.collection.query import CollectionQuery, Operation
from assistant.collection.wording import (
    ABOUT,
    ASKED_PAPERS,
    COUNT,
    EVERYTHING,
    FACTS,
    FRAME,
    MEAN_AUTHORS,
    NUMBER,
    ORDERINGS,
    PER_YEAR,
    SIZE,
    SPAN,
)
from assistant.understanding.timespan import TimeSpan
from assistant.wording import NUMBERS, folded, number
from vectorstore import words

_NUMBER_BEFORE = re.compile(rf"\b({NUMBER})\s+$", re.IGNORECASE)  # "three newest papers"
_NUMBER_AFTER = re.compile(rf"\s+({NUMBER})\b", re.IGNORECASE)  # "newest three papers"


@dataclass(frozen=True, slots=True)
class _Wording:
    """A question, and what is left of it without the words that set bounds."""

    text: str
    rest: str

    @property
    def is_bounded(self) -> bool:
        return self.rest != self.text

    @property
    def topic(self) -> str:
        return _topic(self.rest)


def parse_collection_question(text: str, span: TimeSpan | None) -> CollectionQuery | None:
    """Return the query that a question about the collection comes to; None for one about content.

    `span` is the time span found in the text. A bound with a topic ("papers from 2023 on vision")
    is a question about content within the bound, unless it counts or asks for an extreme.
    """
    bounds, rest = find_bounds(text, span)
    wording = _Wording(text, rest)
    for read in _READERS:
        query = read(wording)
        if query:
            return replace(
                query,
                where=bounds.where,
                span_words=bounds.span_words,
                count_words=bounds.count_words,
            )
    return None


def _topic(text: str) -> str:
    """Return the words that are not the frame of a question about the collection."""
    kept = [word.group() for word in words(text) if not _is_frame(word.group())]
    return " ".join(w for w in kept if not w.isdigit() and w.casefold() not in NUMBERS)


def _is_frame(word: str) -> bool:
    """Return whether a word says nothing of a topic; "FIND" does, "find" does not."""
    return folded(word) in FRAME and not (word.isupper() and len(word) > 1)


def _fact(wording: _Wording) -> CollectionQuery | None:
    if wording.is_bounded or not wording.topic:
        return None
    key = next((key for key, pattern in FACTS if pattern.search(wording.text)), None)
    return CollectionQuery(Operation.FACT, key=key, topic=wording.topic) if key else None


def _overview(wording: _Wording) -> CollectionQuery | None:
    if MEAN_AUTHORS.search(wording.text) and not wording.topic:
        return CollectionQuery(Operation.MEAN_AUTHORS)
    if PER_YEAR.search(wording.text):
        return CollectionQuery(Operation.PER_YEAR, topic=wording.topic)
    if SPAN.search(wording.text) and not wording.is_bounded:
        return CollectionQuery(Operation.SPAN)
    return None


def _extreme(wording: _Wording) -> CollectionQuery | None:
    for ordering in ORDERINGS:
        match = ordering.pattern.search(wording.rest)
        if match:
            return CollectionQuery(
                Operation.EXTREME,
                key=ordering.key,
                descending=ordering.descending,
                limit=_limit(wording.rest, match),
                topic=_topic(wording.rest.replace(match.group(), " ")),
            )
    return None


def _limit(text: str, match: re.Match[str]) -> int:
    before, after = text[: match.start()], text[match.end() :]
    found = (
        _NUMBER_BEFORE.search(before) or _NUMBER_AFTER.match(after) or ASKED_PAPERS.search(before)
    )
    return max(1, number(found[1])) if found else 1


def _count(wording: _Wording) -> CollectionQuery | None:
    if SIZE.search(wording.rest) and not _topic(SIZE.sub(" ", wording.rest)):
        return CollectionQuery(Operation.COUNT)
    if not COUNT.search(wording.rest) or (wording.topic and not ABOUT.search(wording.rest)):
        return None
    return CollectionQuery(Operation.COUNT, topic=wording.topic)


def _listing(wording: _Wording) -> CollectionQuery | None:
    if not wording.topic and (wording.is_bounded or EVERYTHING.search(wording.rest)):
        return CollectionQuery(Operation.LIST)
    return None


_READERS: tuple[Callable[[_Wording], CollectionQuery | None], ...] = (
    _fact,
    _overview,
    _extreme,
    _count,
    _listing,
)
