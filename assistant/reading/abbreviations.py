"""Abbreviations as an abstract defines them: "sparse autoencoders (SAEs)"."""

import re
from functools import lru_cache

_DEFINED = re.compile(r"\(([A-Za-z][\w./-]{1,11})[),;]")
_WORD = re.compile(r"[\w-]+")


@lru_cache(maxsize=4_096)
def abbreviations(text: str) -> dict[str, str]:
    """Return the long form of each abbreviation defined in `text` by "long form (SHORT)".

    After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
    biomedical text", PSB 2003: every character of the short form must be found in order, from its
    end, in the words before the parenthesis, and the first one must begin a word.
    """
    found = {}
    for match in _DEFINED.finditer(text):
        short = re.sub(r"(?<=[A-Z])s$", "", match.group(1))
        if not any(char.isupper() for char in short):
            continue
        long_form = _long_form(short, text[: match.start()])
        if long_form:
            found[short] = long_form
    return found


def _long_form(short: str, before: str) -> str:
    """Return the shortest run of words at the end of `before` that spells `short`; or nothing."""
    n_words = min(len(short) + 5, len(short) * 2)
    candidates = list(_WORD.finditer(before))[-n_words:]
    if not candidates:
        return ""
    window = before[candidates[0].start() :].rstrip()
    position = len(window)
    letters = [char.casefold() for char in short if char.isalnum()]
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and not _matches(window, position, letters[index], first=index == 0):
            position -= 1
        if position < 0:
            return ""
    long_form = window[position:]
    return long_form if len(long_form) > len(short) else ""


def _matches(window: str, position: int, letter: str, *, first: bool) -> bool:
    begins_word = position == 0 or not window[position - 1].isalnum()
    return window[position].casefold() == letter and (begins_word or not first)
