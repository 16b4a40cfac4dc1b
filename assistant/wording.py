"""Patterns of how people word things."""

import re

NUMBERS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"no": 0}


def phrase(pattern: str) -> re.Pattern[str]:
    """Return the pattern compiled; a space in it is any white space, and case does not count."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


def folded(text: str) -> str:
    """Return the text in the lower case in which patterns that ignore case take it.

    To such a pattern the Turkish "İ" and "ı" are an "i"; `str.casefold` does not make them one.
    """
    return text.translate({ord("İ"): "i", ord("ı"): "i"}).casefold()


def number(word: str) -> int:
    """Return the value of a number written in digits or, up to twelve, as a word."""
    name = folded(word)
    return NUMBERS[name] if name in NUMBERS else int(name)
