"""Authors that arXiv gives as one text, with commas between and institutions in brackets."""

import re

_TAG = re.compile(r"<[^<>]{0,500}>")
_BRACKETED = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r"\s*(?:,\s*(?:and|&)\s+|,|;|\s(?:and|&)\s)\s*")
_MAX_NESTED = 5
# A part of a name after a comma, not an author.
_GENERATION = re.compile(r"(?i)(?:jr|sr|ii|iii|iv)\.?")


def split_authors(text: str) -> tuple[str, ...]:
    """Return the names of "Ada Byron (1), Bo Li (Inst. of X, Y) and C. Day ((1) Z, (2) Y)".

    Links around names, as older listings have them, are taken away.
    """
    text = _TAG.sub("", text)
    for _ in range(_MAX_NESTED):
        text, n_replaced = _BRACKETED.subn(" ", text)
        if not n_replaced:
            break
    text = " ".join(text.split())
    names: list[str] = []
    for part in _BETWEEN.split(text):
        name = part.strip()
        if names and _GENERATION.fullmatch(name):
            names[-1] += f" {name}"
        elif name and name not in ("and", "&"):
            names.append(name)
    return tuple(names)
