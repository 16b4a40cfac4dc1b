"""True sentences made false by one change: a number, a negation, an opposite, a name."""

import re
import zlib
from collections.abc import Callable, Sequence

from assistant.checking.names import names_of

# A sentence, and names to put in place of one of its own -> the sentence changed, or None.
Perturbation = Callable[[str, Sequence[str]], str | None]

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w)-])")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|can|could|will|would|may|might|does|do|did)\b")
_NEGATION = re.compile(r"\b(?:not|no|never|cannot|without|nor|neither|none)\b|n['’]t\b", re.I)
_VERB = re.compile(
    r"\b(?P<root>outperform|improve|achieve|show|demonstrate|increase|reduce|decrease|provide|enable"
    r"|require|suggest|indicate|lead|induce|inhibit|cause|allow|propose|introduce|present|find"
    r"|contain|use|play|express|result|affect|promote|exhibit|support|reveal|offer)(?P<s>s)?\b"
)
_SWAPS = """higher lower|increase decrease|increases decreases|increased decreased|more less
    better worse|larger smaller|greater smaller|faster slower|stronger weaker|longer shorter
    improves degrades|improve degrade|improved degraded|outperforms underperforms
    outperform underperform|high low|positive negative|early late|before after|most least
    best worst|promotes inhibits|activation inhibition|reduces increases|reduced increased
    reduce increase|lower higher|effective ineffective|strong weak|large small|simple complex"""
_OPPOSITE = {
    word: other
    for swap in re.split(r"[|\n]", _SWAPS)
    for one, another in [swap.split()]
    for word, other in ((one, another), (another, one))
}
_SWAPPED = re.compile(rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b")


def change_number(sentence: str, _names: Sequence[str] = ()) -> str | None:
    """Return the sentence with its first number changed in one digit."""
    found = _NUMBER.search(sentence)
    if not found:
        return None
    digits = found.group()
    first = str(int(digits[0]) % 9 + 1)
    return sentence[: found.start()] + first + digits[1:] + sentence[found.end() :]


def negate(sentence: str, _names: Sequence[str] = ()) -> str | None:
    """Return the sentence with its first auxiliary or known verb negated; None where it negates."""
    if _NEGATION.search(sentence):
        return None
    auxiliary, verb = _AUXILIARY.search(sentence), _VERB.search(sentence)
    if auxiliary and not (verb and verb.start() < auxiliary.start()):
        return f"{sentence[: auxiliary.end()]} not{sentence[auxiliary.end() :]}"
    if not verb:
        return None
    do = "does" if verb["s"] else "do"
    return f"{sentence[: verb.start()]}{do} not {verb['root']}{sentence[verb.end() :]}"


def turn_around(sentence: str, _names: Sequence[str] = ()) -> str | None:
    """Return the sentence with its first word that has an opposite replaced by that."""
    found = _SWAPPED.search(sentence)
    if not found:
        return None
    return sentence[: found.start()] + _OPPOSITE[found.group()] + sentence[found.end() :]


def swap_name(sentence: str, names: Sequence[str]) -> str | None:
    """Return the sentence with its first name replaced by one of `names` that it does not hold."""
    own = names_of(sentence)
    others = [name for name in names if name.casefold() not in sentence.casefold()]
    if not own or not others:
        return None
    other = others[zlib.crc32(sentence.encode()) % len(others)]
    return re.sub(rf"(?<!\w){re.escape(own[0])}(?!\w)", lambda _: other, sentence)


PERTURBATIONS: dict[str, Perturbation] = {
    "number changed": change_number,
    "negated": negate,
    "opposite word": turn_around,
    "name swapped": swap_name,
}
