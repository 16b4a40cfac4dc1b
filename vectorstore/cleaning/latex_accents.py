"""Accents of LaTeX in every spelling: \\'e, \\'{e}, {\\'e}, \\v{c}, \\c c, {\\"}u."""

import re

from vectorstore.cleaning.latex_tables import COMBINING, GREEK, accented

_LETTER = r"\\[ij](?![A-Za-z])\s*+|[^\W\d_]"
ACCENT = re.compile(
    rf"\\(?P<sign>['`^\"~=.])(?:\s?\{{\s?(?P<braced>{_LETTER})?\s?\}}|(?P<bare>{_LETTER}))"
    rf"|\\(?P<name>[cvuHkrdbt])(?:\s?\{{(?P<several>\\[ij]|[^{{}}\\]{{1,12}})\}}|\s+(?P<next>[A-Za-z]))"
)
# arXiv's listings write "{\"}u" for {\"u}.
SPLIT_ACCENT = re.compile(r"\{\\(?P<sign>['`^\"~=.])\}(?P<letter>\\[ij](?![A-Za-z])|[^\W\d_])")
_CONTRACTION = re.compile(r"\\'(?:s|t|re|ve|ll|d|m)(?![A-Za-z])")


def read_accent(text: str, start: int, *, has_escaped_quotes: bool) -> tuple[str, int] | None:
    """Return the accented letter that begins at `start`, and where it ends; None if none does.

    Where the text `has_escaped_quotes` the first mark of \\"a word\\" is no accent either.
    """
    found = ACCENT.match(text, start)
    if found is None:
        return None
    letters = _of_sign(text, found, has_escaped_quotes) if found["sign"] else _of_name(text, found)
    return None if letters is None else (letters, found.end())


def read_split_accent(text: str, start: int) -> tuple[str, int] | None:
    """Return the letter under an accent that has braces of its own, and where it ends."""
    found = SPLIT_ACCENT.match(text, start)
    letter = accented(found["sign"], found["letter"]) if found else ""
    return (letter, found.end()) if found and len(letter) == 1 else None


def _of_sign(text: str, found: re.Match[str], has_quotes: bool) -> str | None:  # noqa: FBT001
    sign, letter = found["sign"], (found["braced"] or found["bare"] or "").strip()
    if not letter:  # \^{} and \~{} print the sign
        return sign
    is_bare_quote = found["bare"] and sign in "\"'"
    before = text[found.start() - 1 : found.start()]
    if is_bare_quote and before.isalpha() and _CONTRACTION.match(text, found.start()):
        return f"'{letter}"
    if is_bare_quote and not before.isalpha() and has_quotes:
        return f"{sign}{letter}"
    character = accented(sign, letter)
    if len(character) == 1 and not (sign == "." and letter not in "zZcCeEgGIaAoO"):
        return character
    return f"{sign}{letter}" if is_bare_quote else None


def _of_name(text: str, found: re.Match[str]) -> str | None:
    name = found["name"]
    if found["next"]:
        character = accented(name, found["next"])
        around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
        is_in_word = around[:1] == "{" or any(char.isalpha() for char in around)
        return character if len(character) == 1 and is_in_word else None
    letters = found["several"]
    # arXiv's listings write "\r{ho}" and "\k{appa}" for \rho and \kappa.
    if name + letters in GREEK:
        return GREEK[name + letters]
    if name not in COMBINING or (name in "bd" and letters.isupper()):
        return letters  # under a bar to mark the letters of an acronym
    character = accented(name, letters) if len(letters) == 1 or letters in {"\\i", "\\j"} else ""
    return character if len(character) == 1 else letters
