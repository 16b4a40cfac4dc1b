"""Sentences that are no part of an answer: the abstention, and talk before the answer."""

import re

from assistant.abstention import ABSTENTION

# How models word that they are not told, after and beside the agreed wording. In the order of the
# words of a sentence.
_GAP = (
    frozenset({"the", "these"}),
    frozenset({"abstracts", "abstract", "excerpts", "excerpt"}),
    frozenset({"do", "does"}),
    frozenset({"not"}),
    frozenset(
        "say tell state mention specify provide contain answer address discuss include give"
        " report describe".split()
    ),
)
_ADJECTIVES = frozenset({"provided", "given", "available"})
_YES = ("sure", "certainly", "of course", "okay", "ok", "absolutely")
_HERE = ("here is", "here are", "here's")
_CHATTER = re.compile(
    rf"(?:{'|'.join(_YES)})[.!,]*|(?:(?:{'|'.join(_YES)})[.!,]* )?(?:{'|'.join(_HERE)})\b.*:",
    re.IGNORECASE,
)
_CHATTER_BEGUN = re.compile(rf"(?:{'|'.join((*_YES, *_HERE))})\b", re.IGNORECASE)
_MAX_CHATTER_CHARS = 120


def normalised(text: str) -> str:
    """Return the words of a text without case, quotes and the punctuation around them."""
    return " ".join(text.casefold().replace("’", "'").split()).strip("\"'“”‘*.!?… ")


def is_abstention(text: str) -> bool:
    """Return whether a sentence is the agreed abstention; case, punctuation and quotes aside."""
    return normalised(text) == normalised(ABSTENTION)


def may_be_abstention(text: str) -> bool:
    """Return whether a sentence that begins so may be the agreed abstention."""
    return normalised(ABSTENTION).startswith(normalised(text))


def says_nothing_is_said(text: str) -> bool:
    """Return whether a sentence tells that the abstracts do not tell something."""
    words = _gap_words(text)
    return len(words) >= len(_GAP) and all(map(_contains, _GAP, words))


def may_say_nothing_is_said(text: str) -> bool:
    """Return whether a sentence that begins so may tell that."""
    *whole, last = _gap_words(text)[: len(_GAP)] or [""]
    return all(map(_contains, _GAP, whole)) and any(
        known.startswith(last) for known in _GAP[len(whole)] | _ADJECTIVES
    )


def is_chatter(text: str) -> bool:
    """Return whether a first sentence only announces the answer: "Sure, here is the answer:"."""
    return len(text) <= _MAX_CHATTER_CHARS and bool(_CHATTER.fullmatch(text.replace("’", "'")))


def may_be_chatter(text: str) -> bool:
    """Return whether a first sentence that begins so may be chatter."""
    begun = text.casefold().replace("’", "'")
    is_begun = any(opening.startswith(begun) for opening in (*_YES, *_HERE))
    return len(text) <= _MAX_CHATTER_CHARS and bool(is_begun or _CHATTER_BEGUN.match(begun))


def _gap_words(text: str) -> list[str]:
    return [word for word in normalised(text).split() if word not in _ADJECTIVES]


def _contains(known: frozenset[str], word: str) -> bool:
    return word in known
