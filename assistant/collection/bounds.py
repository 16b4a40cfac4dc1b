"""Bounds that a question sets on papers: by date, number of authors, number of comments."""

import re
from dataclasses import dataclass, replace

from assistant.collection.wording import COUNT_BOUND, PAPERS, SINGLE_AUTHOR, number
from assistant.understanding.timespan import TimeSpan
from assistant.wording import phrase
from vectorstore import SearchFilter

_PREPOSITION = phrase(r"^(?:from|of|in|during|within|dated|year|for|published) ")
_OPENS_ITSELF = phrase(
    r"^(?:since|starting|not|after|later|newer|past|until|till|up|by|before|earlier|older|prior"
    r"|between|last|this|the)\b"
)


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
    match = COUNT_BOUND.search(text)
    if not match:
        return Bounds(), text
    low, high = _low_and_high(match)
    where = (
        SearchFilter(min_authors=low, max_authors=high)
        if match["authors"]
        else SearchFilter(min_comments=low, max_comments=high)
    )
    return Bounds(where, count_words=match.group().strip()), text.replace(match.group(), " ")


def _low_and_high(match: re.Match[str]) -> tuple[int | None, int | None]:
    n = number(match["n"])
    how = " ".join((match["how"] or match["or"] or "exactly").casefold().split())
    if how in {"more than", "over"}:
        return n + 1, None
    if how in {"at least", "or more"}:
        return n, None
    if how in {"fewer than", "less than", "under"}:
        return None, n - 1
    return (n, n) if how == "exactly" else (None, n)


def _span_words(span: TimeSpan) -> str:
    trimmed = re.sub(rf"\s+{PAPERS}$", "", span.words, flags=re.IGNORECASE)
    trimmed = _PREPOSITION.sub("", trimmed)
    return trimmed if _OPENS_ITSELF.match(trimmed) else f"in {trimmed}"
