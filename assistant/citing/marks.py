"""The grammar of citation marks: what models write to name the excerpts they were given.

`[1]`, `[1, 3]`, `[1-3]`, `[1; 2]`, `[^1]`, `[[1]]`, `【1】`, `【1†source】`, `[Excerpt 1]`,
`(excerpts 1 and 2)`, `([1], [2])`, `(see [1])`, a bare `Excerpt 1`, and `(1)` where the model was
told to write so.

No marks are: `[0, 1]` (an interval; excerpts are counted from 1), `[2024]` and `[2020-2024]`
(years), `[x]`. A lone `[0]` or `[9]` is the mark of an excerpt that does not exist.
"""

import re
from dataclasses import dataclass
from typing import Literal

MarkStyle = Literal["square", "round"]

OPENING, CLOSING = "[【［(", "]】］)"
_MAX_CHARS = 80  # of a mark: "[Excerpt 1, Excerpt 2, Excerpt 3, Excerpt 4]" is a long one
_FIRST_YEAR = 1_000  # from here on a number is no excerpt's

_NAMES = (
    "excerpt excerpts source sources ref refs reference references abstract abstracts paper papers"
    " passage passages document documents doc docs citation citations"
).split()
_LEAD_INS = ["see", "cf", "from", "in", "also"]
_WORDS = frozenset([*_NAMES, *_LEAD_INS, "and"])

_RANGE = r"(\d{1,9})(?:\s*[-–—‒]\s*(\d{1,9}))?"
_NAME = rf"(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
_ITEM = rf"(?:{_NAME}\b\.?\s*:?\s*)?[#^]?\s*{_RANGE}"
_CONTENT = re.compile(
    rf"\s*(?:(?:{'|'.join(_LEAD_INS)})\b\.?\s*)*{_ITEM}(?:[\s,;&]*(?:\band\b)?\s*{_ITEM})*[\s.]*",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"†[^\[\]【】]*")  # "†source" in 【1†source】
_LETTERS = re.compile(r"[^\W\d_]+")
_TOO_DEEP = re.compile(r"(?:[\[【［(]\s*){3}|.+\(")
_BRACKETS = re.compile(r"[\[\]()【】［］]")
_SYMBOLS = re.compile(r"[\s\d\[\]()【】［］,;&#^.:–—‒-]*")
_BARE = re.compile(
    r"excerpts?\s+\[?\d{1,3}(?!\d)\]?(?:(?:,\s*|,?\s+and\s+)\[?\d{1,3}(?!\d)\]?)*", re.IGNORECASE
)
_BARE_BEGUN = re.compile(r"excerpts?(?:\s(?:[\d\[\],]+|a|an|and)?)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: the excerpts it names, as first and last number of each range.

    `is_noun` says that the sentence uses it as a word ("Excerpt 1 says ...").
    """

    ranges: tuple[tuple[int, int], ...]
    is_noun: bool = False

    def among(self, n_excerpts: int) -> tuple[int, ...]:
        """Return the excerpts that the mark names, those of 1 to `n_excerpts` that exist."""
        return tuple(
            number
            for first, last in self.ranges
            for number in range(max(first, 1), min(last, n_excerpts) + 1)
        )


def is_balanced(group: str) -> bool:
    """Return whether every bracket of the group is closed."""
    return sum(char in OPENING for char in group) == sum(char in CLOSING for char in group)


def may_become_mark(group: str, style: MarkStyle = "square") -> bool:
    """Return whether text that begins with a bracket may go on to be a mark."""
    content = _SOURCE.sub("", group)
    if (
        len(group) > _MAX_CHARS
        or _TOO_DEEP.match(group)
        or not _SYMBOLS.fullmatch(_LETTERS.sub("", content))
    ):
        return False
    if style == "square" and re.match(r"\(\s*\d", group):
        return False
    words = [word.lower() for word in _LETTERS.findall(content)]
    unfinished = words.pop() if words and content[-1].isalpha() else ""
    return set(words) <= _WORDS and any(word.startswith(unfinished) for word in _WORDS)


def read_mark(group: str, style: MarkStyle = "square") -> Mark | None:
    """Return the mark that a balanced group of brackets is; None where it is text."""
    if group[-1] != CLOSING[OPENING.index(group[0])]:
        return None  # "[1, 5)" is an interval
    content = _BRACKETS.sub(" ", _SOURCE.sub("", group))
    is_named = re.search(_NAME, content, re.IGNORECASE) or re.search(r"[\[【［]", group)
    if not _CONTENT.fullmatch(content) or not (is_named or style == "round"):
        return None
    ranges = tuple((int(first), int(last or first)) for first, last in re.findall(_RANGE, content))
    firsts = [first for first, _ in ranges]
    is_interval = 0 in firsts and (len(firsts) > 1 or ranges[0][1] > 0)
    return None if is_interval or max(firsts) >= _FIRST_YEAR else Mark(ranges)


def may_become_bare(text: str) -> bool:
    """Return whether text may go on to be a bare "Excerpt 1", or to name one excerpt more."""
    is_begun = "excerpts".startswith(text.lower()) or bool(_BARE_BEGUN.fullmatch(text))
    return is_begun and len(text) <= _MAX_CHARS


def read_bare(text: str) -> tuple[int, Mark | None]:
    """Return the bare "Excerpt 1" or "excerpts 1 and 2" that text begins with, and its length."""
    match = _BARE.match(text)
    if not match:
        return 0, None
    numbers = [int(number) for number in re.findall(r"\d+", match.group())]
    return match.end(), Mark(tuple((number, number) for number in numbers), is_noun=True)
