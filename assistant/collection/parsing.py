"""Recognising questions about the collection."""

import re
from dataclasses import dataclass, replace

from assistant.collection.query import CollectionQuery, Key, Operation
from assistant.understanding.timespan import TimeSpan
from vectorstore import STOPWORDS, SearchFilter, words

_PAPERS = (
    r"(?:papers?|articles?|publications?|works?|studies|study|abstracts?|preprints?|entries|entry"
    r"|documents?|records?|ones?|surveys?)"
)
_N = r"(?:(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\s+)?"
_NUMBERS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_COUNT_WORD = r"\d{1,4}|no|" + "|".join(_NUMBERS)


@dataclass(frozen=True, slots=True)
class _Ordering:
    """Words that ask for the first papers by a key."""

    pattern: re.Pattern[str]
    key: Key
    descending: bool


def _ordering(pattern: str, key: Key, *, descending: bool) -> _Ordering:
    return _Ordering(re.compile(pattern, re.IGNORECASE), key, descending)


_MOST = r"(?:most|largest\s+number\s+of|highest\s+number\s+of|greatest\s+number\s+of|the\s+more)"
_LEAST = r"(?:fewest|least|smallest\s+number\s+of|lowest\s+number\s+of|minimum\s+number\s+of)"
_DATED = r"(?:published|released|written|dated|posted|added|appear(?:ed|s)?|came?\s+out|come\s+out)"
_ORDERINGS = (
    _ordering(rf"\b{_MOST}\s+(?:co-?)?authors\b|\b(?:largest|biggest|longest)\s+(?:author\s+"
              r"(?:list|team|group)|team|group\s+of\s+authors|list\s+of\s+authors)\b"
              r"|\bmost\s+(?:people|co-?authored)\b", Key.AUTHORS, descending=True),
    _ordering(rf"\b{_LEAST}\s+(?:co-?)?authors\b|\bsmallest\s+(?:author\s+)?(?:team|list|group)\b",
              Key.AUTHORS, descending=False),
    _ordering(rf"\b{_MOST}\s+(?:comments|discussion|discussions|replies)\b|\bmost[\s-]+(?:discussed"
              r"|commented(?:\s+on)?|debated|talked\s+about|popular)\b|\b(?:highest|most)\s+comment\s+count\b",
              Key.COMMENTS, descending=True),
    _ordering(rf"\b{_LEAST}\s+comments\b|\bleast[\s-]+(?:discussed|commented)\b",
              Key.COMMENTS, descending=False),
    _ordering(rf"\b(?:newest|latest|most\s+recent(?:ly)?|youngest)\b(?=.*\b{_PAPERS}\b|.*\b{_DATED}\b"
              rf"|\W*$)|\b{_PAPERS}\b.*\b{_DATED}\s+(?:last|most\s+recently|latest)\b",
              Key.PUBLISHED, descending=True),
    _ordering(rf"\b(?:oldest|earliest)\b(?=.*\b{_PAPERS}\b|.*\b{_DATED}\b|\W*$)|\bfirst\s+(?:paper|"
              rf"article|publication)\b(?!\s+to)|\b{_PAPERS}\b.*\b{_DATED}\s+(?:first|earliest)\b",
              Key.PUBLISHED, descending=False),
)  # fmt: skip

_SINGLE_AUTHOR = re.compile(
    r"\b(?:a\s+|by\s+)?(?:single|only\s+one|just\s+one|sole|one|lone|solo|1)[\s-]+author(?:ed|s)?\b"
    r"|\bsolo\s+(?:papers?|works?)\b|\bwritten\s+(?:alone|by\s+(?:one|a\s+single)\s+person)\b",
    re.IGNORECASE,
)
_COUNT_BOUND = re.compile(
    rf"\b(?P<how>more\s+than|over|at\s+least|fewer\s+than|less\s+than|under|at\s+most|up\s+to"
    rf"|exactly|no\s+more\s+than)?\s*\b(?P<n>{_COUNT_WORD})\s+(?P<or>or\s+(?:more|fewer|less)\s+)?"
    r"(?:(?P<authors>(?:co-?)?authors)|comments?)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\bhow\s+many\s+(?:\w+[\s-]+){{0,2}}?{_PAPERS}\b|\b(?:total\s+)?(?:number|count)\s+of\s+{_PAPERS}\b"
    r"|\bhow\s+(?:big|large)\s+is\s+(?:the|this|your)\s+(?:collection|library|corpus|database)\b"
    r"|\bsize\s+of\s+(?:the|this|your)\s+(?:collection|library|corpus|database)\b",
    re.IGNORECASE,
)
# What ties counted papers to a topic: "how many papers mention X", not "how many papers did X read".
_ABOUT = re.compile(
    rf"\b{_PAPERS}\b(?:\s+(?:are|is|were|do\s+you\s+have|does\s+the\s+library\s+have|there|here|in\s+"
    rf"the\s+(?:collection|library)|that|which)){{0,4}}\s+(?:about|on|mention\w*|discuss\w*|use|uses|using|study"
    r"|studying|studies|address\w*|deal\w*\s+with|cover\w*|concern\w*|focus\w*|involv\w*|propos\w*|relate\w*"
    r"|with|for|regarding)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    rf"\b(?:list|show|give|what|which|name)\b.*\b(?:all|every|the|your)\b.*\b{_PAPERS}\b", re.IGNORECASE
)
_PER_YEAR = re.compile(
    r"\b(?:per|each|every|by)\s+year\b|\b(?:distribution|breakdown)\b.*\byears?\b", re.IGNORECASE
)
_MEAN_AUTHORS = re.compile(
    r"\b(?:average|mean)\s+(?:number\s+of\s+)?authors\b|\bauthors\b.*\bon\s+average\b", re.IGNORECASE
)
_SPAN = re.compile(
    r"\b(?:what|which)\s+(?:years|dates|period|time\s*(?:span|range|period))\b.*\b(?:cover|span|collection|library"
    r"|papers)|\b(?:date|time|year)\s+(?:range|span)\b",
    re.IGNORECASE,
)
_FACTS = (
    (Key.AUTHORS, re.compile(
        r"\bhow\s+many\s+(?:co-?)?(?:authors|people|researchers|persons)\b(?=.*\b(?:have|has|had|wrote|written"
        r"|worked|behind|involved|of|on|author(?:ed)?|are\s+there|does|did|were|contributed)\b)"
        r"|\bnumber\s+of\s+(?:co-?)?authors\s+(?:of|on|for|does|did|has)\b"
        r"|\bauthor\s+count\b|\bwho\s+(?:wrote|authored|are\s+the\s+authors|is\s+the\s+author)\b"
        r"|\bnames?\s+of\s+the\s+authors\s+of\b|^\W*(?:list\s+|name\s+)?(?:the\s+)?authors\s+of\b",
        re.IGNORECASE)),
    (Key.PUBLISHED, re.compile(
        rf"\bwhen\s+(?:was|were|is|did|has)\b.*\b(?:{_DATED}|publication|appear)\b"
        r"|\b(?:what|which)\s+(?:year|date|month|day)\s+(?:was|is|did)\b.*\b(?:published|released|from|out|appear)"
        r"|\b(?:publication|release)\s+(?:date|year)\b|\bwhat\s+(?:year|date)\s+is\b|\bhow\s+(?:old|recent)\s+is\b"
        r"|\bin\s+(?:what|which)\s+(?:year|month)\b",
        re.IGNORECASE)),
    (Key.COMMENTS, re.compile(r"\bhow\s+many\s+comments\b|\bcomment\s+count\b|\bnumber\s+of\s+comments\b",
                              re.IGNORECASE)),
)  # fmt: skip

# Words that frame a question about the collection and say nothing of a topic.
_FRAME = STOPWORDS | frozenset(
    """
    abstract abstracts article articles author authored authors available called came collection come
    comment comments contain contained contains corpus count counts co-author database date dated
    dates day daily distribution document documents entries entry exist exists find hold holds
    huggingface hugging face include included includes know library link list listed month name
    number one ones page paper papers people person preprint preprints present public publication
    publications publish published publishes range receive received records release released
    released share show span studies study team tell title titled titles total wrote write written
    size top mention mentions mentioned mentioning discuss discusses using year years work works yours index indexed appear appeared appears old new recent recently
    sort sorted order ordered year's people's time period first last posted added average mean
    researchers researcher persons paper's got bundled
    """.split()
)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Bounds on papers, and the words that set them."""

    where: SearchFilter
    span_words: str
    count_words: str


def parse_collection_question(text: str, span: TimeSpan | None) -> CollectionQuery | None:
    """Return the query that a question about the collection comes to; None for one about content.

    `span` is the time span found in the text. A bound with a topic ("papers from 2023 on vision")
    is a question about content within the bound, unless it counts or asks for an extreme.
    """
    bounds, rest = _bounds(text, span)
    for read in (_fact, _overview, _extreme, _count, _listing):
        query = read(text, rest, has_bounds=bool(bounds.where))
        if query:
            return replace(
                query,
                where=bounds.where,
                span_words=bounds.span_words,
                count_words=bounds.count_words,
            )
    return None


def _bounds(text: str, span: TimeSpan | None) -> tuple[_Bounds, str]:
    """Return the bounds on papers and the text without the words that set them."""
    where, span_words, count_words, rest = SearchFilter(), "", "", text
    single = _SINGLE_AUTHOR.search(text)
    bound = None if single else _COUNT_BOUND.search(text)
    if single:
        where = replace(where, min_authors=1, max_authors=1)
        count_words = "a single author"
        rest = rest.replace(single.group(), " ")
    elif bound:
        where = _with_count_bounds(where, bound)
        count_words = bound.group().strip()
        rest = rest.replace(bound.group(), " ")
    if span:
        where = replace(where, published_from=span.start, published_to=span.end)
        span_words = _span_words(span)
        rest = rest.replace(span.words, " ")
    return _Bounds(where, span_words, count_words), rest


def _span_words(span: TimeSpan) -> str:
    """Return the span as it stands behind "published": "in 2023", "since April 2026"."""
    trimmed = re.sub(rf"\s+{_PAPERS}$", "", span.words, flags=re.IGNORECASE)
    trimmed = re.sub(r"^(?:from|of|in|during|within|dated|year|for|published)\s+", "", trimmed, flags=re.I)
    opens_itself = re.match(r"(?:since|starting|not|after|later|newer|past|until|till|up|by|before|earlier"
                            r"|older|prior|between|last|this)\b", trimmed, re.IGNORECASE)  # fmt: skip
    return trimmed if opens_itself else f"in {trimmed}"


def _with_count_bounds(where: SearchFilter, match: re.Match[str]) -> SearchFilter:
    low, high = _low_and_high(match)
    if match["authors"]:
        return replace(where, min_authors=low, max_authors=high)
    return replace(where, min_comments=low, max_comments=high)


def _low_and_high(match: re.Match[str]) -> tuple[int | None, int | None]:
    number = _number(match["n"])
    how = " ".join((match["how"] or match["or"] or "exactly").casefold().split())
    table: dict[str, tuple[int | None, int | None]] = {
        "more than": (number + 1, None),
        "over": (number + 1, None),
        "at least": (number, None),
        "or more": (number, None),
        "fewer than": (None, number - 1),
        "less than": (None, number - 1),
        "under": (None, number - 1),
    }
    if how in {"at most", "up to", "no more than", "or fewer", "or less"}:
        return None, number
    return table.get(how, (number, number))


def _number(word: str) -> int:
    if word.casefold() == "no":
        return 0
    return _NUMBERS.get(word.casefold()) or int(word)


def _topic(text: str) -> str:
    """Return the words that are not the frame of a question about the collection."""
    kept = [w.group() for w in words(text) if w.group().casefold() not in _FRAME]
    return " ".join(w for w in kept if not w.isdigit() and w.casefold() not in _NUMBERS)


def _fact(text: str, _: str, *, has_bounds: bool) -> CollectionQuery | None:
    if has_bounds:
        return None
    for key, pattern in _FACTS:
        match = pattern.search(text)
        if match and (topic := _topic(text)):
            return CollectionQuery(Operation.FACT, key=key, topic=topic)
    return None


def _overview(text: str, rest: str, *, has_bounds: bool) -> CollectionQuery | None:
    topic = _topic(rest)
    if _MEAN_AUTHORS.search(text) and not topic:
        return CollectionQuery(Operation.MEAN_AUTHORS)
    if _PER_YEAR.search(text) and re.search(_PAPERS, text, re.IGNORECASE):
        return CollectionQuery(Operation.PER_YEAR, topic=topic)
    if _SPAN.search(text) and not has_bounds:
        return CollectionQuery(Operation.SPAN)
    return None


def _extreme(_: str, rest: str, *, has_bounds: bool) -> CollectionQuery | None:
    del has_bounds
    for ordering in _ORDERINGS:
        match = ordering.pattern.search(rest)
        if match:
            limit = re.search(rf"\b{_N}$", rest[: match.start()]) or re.match(rf"\s+{_N}", rest[match.end() :])
            number = limit["n"] if limit else None
            return CollectionQuery(
                Operation.EXTREME,
                key=ordering.key,
                descending=ordering.descending,
                limit=_number(number) if number else 1,
                topic=_topic(rest.replace(match.group(), " ")),
            )
    return None


def _count(_: str, rest: str, *, has_bounds: bool) -> CollectionQuery | None:
    del has_bounds
    topic = _topic(rest)
    if not _COUNT.search(rest) or (topic and not _ABOUT.search(rest)):
        return None
    return CollectionQuery(Operation.COUNT, topic=topic)


def _listing(_: str, rest: str, *, has_bounds: bool) -> CollectionQuery | None:
    if not _topic(rest) and (has_bounds or _EVERYTHING.search(rest)):
        return CollectionQuery(Operation.LIST)
    return None
