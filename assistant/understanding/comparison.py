"""What a question compares."""

import re

_SIDE = r"(?P<first>.+?)\s+(?:and|with|to|versus|vs\.?|against|from)\s+(?P<second>.+?)"
_END = (
    r"(?:\s+(?:differ\w*|compared?|as|in(?:\s+(?:terms|their|how|the|cost))?|when|on|regarding"
    r"|with respect to|for|have in common)\b.*)?[?.!]*$"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:difference|differences|similarities|contrast|comparison)\s+(?:between|of)\s+{_SIDE}{_END}",
        rf"\bcompare\s+(?:how\s+)?{_SIDE}{_END}",
        rf"\bhow\s+(?:do|does|did|are|is)\s+{_SIDE}\s+(?:differ|compare|relate|contrast)\w*.*$",
        rf"\bhow\s+(?:do|does|did|are|is)\s+(?P<first>.+?)\s+(?:differ|compare|distinguished)\w*\s+"
        rf"(?:from|with|to)\s+(?P<second>.+?){_END}",
        rf"^(?P<first>.+?)\s+(?:versus|vs\.?|compared (?:to|with))\s+(?P<second>.+?)(?:[:,].*|{_END})",
        rf"\bhow\s+(?:do|does|did)\s+{_SIDE},?\s+(?:respectively|each)\b.*$",
    )
)
_LEADING = re.compile(
    r"^(?:what is|what are|how|the|an?|does|do|is|are|explain|describe|tell me about)\s+", re.I
)
_MAX_SIDE_WORDS = 12


def compared_sides(text: str) -> tuple[str, str] | None:
    """Return the two things that a question compares; None where it does not name two."""
    for pattern in _PATTERNS:
        match = pattern.search(text)
        if match:
            first, second = (_tidy(match[side]) for side in ("first", "second"))
            if first and second and max(map(_n_words, (first, second))) <= _MAX_SIDE_WORDS:
                return first, second
    return None


def _tidy(side: str) -> str:
    previous = None
    while side != previous:
        previous, side = side, _LEADING.sub("", side.strip(" ,:;?."))
    return side


def _n_words(side: str) -> int:
    return len(side.split())
