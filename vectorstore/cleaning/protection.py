"""Braces that keep BibTeX from changing capitals: "{BERT}: {Pre}-training"."""

import re

from vectorstore.cleaning.tex_math import formula_at

_MARK = re.compile(r"\\[{}\\]|\$|\\[(\[]|[{}]")
_ARGUMENT_OF = re.compile(r"(?:[_^]|\\[A-Za-z]{1,30}\*?)$")


def without_protection(text: str) -> str:
    """Return `text` without pairs of braces that are no argument of a macro, and in no formula."""
    if "{" not in text:
        return text
    dropped = _protecting(text)
    return "".join(char for at, char in enumerate(text) if at not in dropped)


def _protecting(text: str) -> frozenset[int]:
    dropped, opened, position = set[int](), list[tuple[int, bool]](), 0
    while found := _MARK.search(text, position):
        start, position = found.start(), found.end()
        if formula := formula_at(text, start):
            position = formula[1]
        elif found[0] == "{":
            is_argument = _ARGUMENT_OF.search(text, max(0, start - 32), start) is not None
            opened.append((start, is_argument))
        elif found[0] == "}" and opened:
            partner, is_argument = opened.pop()
            dropped.update(() if is_argument else (partner, start))
    return frozenset(dropped)
