"""Bounds that a question sets on papers: by date, number of authors, number of comments."""

import re
from dataclasses import dataclass, replace

from assistant.collection.wording import (
    COUNT_BOUND,
    COUNT_PAIR,
    COUNT_RANGE,
    PAPERS,
    SINGLE_AUTHOR,
)
from assistant.understanding.timespan import TimeSpan
from assistant.wording import folded, number, phrase
from vectorstore import SearchFilter

_PREPOSITION = phrase(r"^(?:from|of|in|during|within|dated|year|for|published) ")
_OPENS_ITSELF = phrase(
    r"^(?:since|starting|not|after|later|newer|past|until|till|up|by|before|earlier|older|prior"
    r"|between|last|this)\b"
)
_FROM_TO = phrase(r"^from .* (?:to|until|through|till) ")
_EARLIER_THAN = phrase("^(?:earlier|older) than")
_LATER_THAN = phrase("^(?:later|newer) than")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on papers, and the words that set them.

    `span_words` stand behind "published" ("in 2023"), `count_words` behind "have" ("ten authors").
    """

    where: SearchFilter = SearchFilter()  # noqa: RUF009 (frozen, so it can be shared)
    span_words: str = ""
    count_words: str = ""


def find_bounds(text: str, span: TimeSpan | None) -> tuple[Bounds, str]:
    """Return the bounds, and the text without the words that set them.

    `span` is the time span found in the text.
    """
    bounds, rest = _count_bounds(text)
    if span is None:
        return bounds, rest
    where = replace(bounds.where, published_from=span.start, published_to=span.end)
    dated = replace(bounds, where=where, span_words=_span_words(span))
    return dated, rest.replace(span.words, " ")


def _count_bounds(text: str) -> tuple[Bounds, str]:
    single = SINGLE_AUTHOR.search(text)
    if single:
        where = SearchFilter(min_authors=1, max_authors=1)
        return Bounds(where, count_words="a single author"), text.replace(single.group(), " ")
    rest = text = _one_by_one(text)
    where, said = SearchFilter(), []
    for match in COUNT_BOUND.finditer(text):
        where = where.merged_with(_count_filter(match))
        said.append(match.group().strip())
        rest = rest.replace(match.group(), " ")
    return Bounds(where, count_words=" and ".join(said)), rest


def _one_by_one(text: str) -> str:
    """Return the text with each bound in words of its own: "at least 5 authors and at most ..."."""
    text = COUNT_RANGE.sub(
        r"at least \g<low>\g<from> \g<counted> and at most \g<high> \g<counted>", text
    )
    return COUNT_PAIR.sub(r"\g<first> \g<counted> and \g<second> \g<counted>", text)


def _count_filter(match: re.Match[str]) -> SearchFilter:
    low, high = _low_and_high(match)
    if folded(match["counted"]).startswith("comment"):
        return SearchFilter(min_comments=low, max_comments=high)
    return SearchFilter(min_authors=low, max_authors=high)


def _low_and_high(match: re.Match[str]) -> tuple[int | None, int | None]:
    n = number(match["n"])
    said = match["how"] or match["or"] or ("or more" if match["plus"] else "exactly")
    how = re.sub("^not ", "no ", " ".join(folded(said).split()))
    if how in {"more than", "over"}:
        return n + 1, None
    if how in {"at least", "or more", "no fewer than", "no less than"}:
        return n, None
    if how in {"fewer than", "less than", "under"}:
        return None, n - 1
    return (n, n) if how == "exactly" else (None, n)


def _span_words(span: TimeSpan) -> str:
    trimmed = re.sub(rf"\s+{PAPERS}$", "", span.words, flags=re.IGNORECASE)
    if _FROM_TO.match(trimmed):
        return trimmed
    trimmed = _EARLIER_THAN.sub("before", _LATER_THAN.sub("after", trimmed))
    trimmed = _PREPOSITION.sub("", trimmed)
    return trimmed if _OPENS_ITSELF.match(trimmed) else f"in {trimmed}"
