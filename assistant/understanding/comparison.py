"""What a question compares."""

from assistant.wording import phrase

# Sides are bounded, or a long question of many "and" takes seconds.
_SIDE = "(?P<first>.{1,160}?) (?:and|with|to|versus|vs\\.?|against|from) (?P<second>.{1,160}?)"
_END = (
    r"(?: (?:differ\w*|compared?|as|in(?: (?:terms|their|how|the|cost))?|when|on|regarding"
    r"|with respect to|for|have in common)\b.*)?[?.!]*$"
)
_PATTERNS = tuple(
    phrase(pattern)
    for pattern in (
        rf"\b(?:differences?|similarities|contrast|comparison) (?:between|of) {_SIDE}{_END}",
        rf"\bcompare (?:how )?{_SIDE}{_END}",
        rf"\bhow (?:do|does|did|are|is) {_SIDE} (?:differ|compare|relate|contrast)\w*.*$",
        r"\bhow (?:do|does|did|are|is) (?P<first>.{1,160}?) (?:differ|compare|distinguished)\w*"
        rf" (?:from|with|to) (?P<second>.{{1,160}}?){_END}",
        r"^(?P<first>.{1,160}?) (?:versus|vs\.?|compared (?:to|with)) (?P<second>.{1,160}?)"
        rf"(?:[:,].*|{_END})",
    )
)
_LEADING = phrase(
    r"^(?:what is|what are|how|the|an?|does|do|is|are|explain|describe|tell me about) "
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
