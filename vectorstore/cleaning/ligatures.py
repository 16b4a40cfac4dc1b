"""Ligatures that PDF viewers copy as one character, spelled out."""

import re

_SPELLED = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_TABLE = str.maketrans(_SPELLED)
_LIGATURE = re.compile("[\ufb00-\ufb06]")


def spell_ligatures(text: str) -> str:
    """Return `text` with U+FB00 to U+FB06 as letters: "eﬃcient" is "efficient"."""
    return text.translate(_TABLE) if _LIGATURE.search(text) else text
