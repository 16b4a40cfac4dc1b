"""Words broken at the end of a line, mended.

A hyphen at a line's end either broke a word ("inter-\\nnational") or was there before
("state-of-\\nthe-art"). The rest of the text tells best: how is the word written elsewhere? Where
it occurs once, parts that live in compounds ("self", "based") tell.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from itertools import pairwise

from vectorstore.cleaning.broken_words import (
    COMPOUND_ENDS,
    COMPOUND_STARTS,
    CONJUNCTIONS,
    WORD_ENDS,
    WORD_STARTS,
)

_LINE_END = re.compile(r"[-\u2010][ \t]*+\n\s*+")
# A line's end that became a space before it came to us.
_SPACE = re.compile(r"(?<=[a-zß-öø-ÿ])[-\u2010] (?=[a-zß-öø-ÿ]{2})")
_LAST_PART = re.compile(r"[^\W_]+$")
_FIRST_PART = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[^\W_]++|[\W_]")
_MAX_PART_CHARS = 40
_LINKS = frozenset("of the to by and".split())
_INTO = frozenset("into onto unto within without".split())


def mend_hyphenation(text: str) -> str:
    """Return `text` with the words that a line's end broke whole again.

    Hyphens that belong to a word stay, without the line's end: "state-of-\\nthe-art". Hanging ones
    ("pre-\\nand post-training") keep a space. Where the line's end is a space already ("repre-
    sentation" on one line), only words that occur whole in the text are mended, and those of
    which a part is no word.
    """
    if "\n" in text:
        text = _mend(text, _LINE_END, _at_line_end)
    if "- " in text or "\u2010 " in text:
        text = _mend(text, _SPACE, _at_space)
    return text


def join_parts(left: str, right: str) -> str:
    """Return what likely stands between two parts of a word, "" or "-"."""
    return _at_line_end(left, right, _Words(""))


class _Words:
    """How the words of a text are written, counted when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text.casefold()

    @cached_property
    def _tokens(self) -> list[str]:
        return _TOKEN.findall(self._text)

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self._tokens)

    @cached_property
    def compounds(self) -> frozenset[tuple[str, str]]:
        """Return the pairs of parts that a hyphen joins within a line."""
        tokens = zip(self._tokens, pairwise(self._tokens[1:]), strict=False)
        return frozenset((left, right) for left, (mark, right) in tokens if mark == "-")


_Decide = Callable[[str, str, _Words], str]


def _mend(text: str, breaks: re.Pattern[str], decide: _Decide) -> str:
    words, pieces, end = _Words(text), [], 0
    for found in breaks.finditer(text):
        left = _LAST_PART.search(text, max(end, found.start() - _MAX_PART_CHARS), found.start())
        right = _FIRST_PART.match(text, found.end(), found.end() + _MAX_PART_CHARS)
        if left and right:
            neighbours = text[left.start() - 1 : left.start()] + text[right.end() : right.end() + 1]
            is_chain = "-" in neighbours and _can_be_chained(left[0], right[0], found[0])
            mark = "-" if is_chain else decide(left[0], right[0], words)
            pieces += [text[end : found.start()], mark]
            end = found.end()
    return "".join([*pieces, text[end:]])


def _can_be_chained(left: str, right: str, line_end: str) -> bool:
    """Return whether the parts may be of a chain such as "state-of-the-art"."""
    first, second = left.casefold(), right.casefold()
    if second in WORD_ENDS or second in CONJUNCTIONS - {"to"}:
        return False
    return "\n" in line_end or bool({first, second} & _LINKS) or second in COMPOUND_ENDS


def _at_line_end(left: str, right: str, words: _Words) -> str:
    """Return what stands between the parts: nothing, the hyphen, or the hyphen and a space."""
    first, second = left.casefold(), right.casefold()
    if words.counts[first + second] or (first + second) in _INTO:
        return ""
    if (first, second) in words.compounds or not _is_one_word(left, right):
        return "-"
    if second in CONJUNCTIONS:
        return "- "
    if second in WORD_ENDS:
        return ""
    is_compound = second in COMPOUND_ENDS or first in COMPOUND_STARTS
    return "-" if is_compound or _are_two_words(first, second, words) else ""


def _at_space(left: str, right: str, words: _Words) -> str:
    first, second = left.casefold(), right.casefold()
    if second in CONJUNCTIONS:
        return "- "
    is_broken = second in WORD_ENDS or (first in WORD_STARTS and second not in COMPOUND_ENDS)
    return "" if is_broken or words.counts[first + second] else "- "


def _are_two_words(first: str, second: str, words: _Words) -> bool:
    """Return whether both parts occur as words of their own, beside the break itself."""
    return min(len(first), len(second)) >= 4 and words.counts[first] > 1 < words.counts[second]


def _is_one_word(left: str, right: str) -> bool:
    """Return whether the parts can be of one word: letters, and no capital inside."""
    return left.isalpha() and right.isalpha() and right.islower() and len(left + right) > 3
