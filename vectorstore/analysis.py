"""Text to terms: the one analysis that the index, the questions and the sentences share."""

import re
from functools import cache, lru_cache
from typing import Any

# Words that say how something is asked or told, not what about.
STOPWORDS = frozenset(
    """
    a about above across after again against all also although am among an and any are aren't
    around as at back be because been before being between both but by can can't cannot could
    couldn't did didn't do does doesn't doing don't down during each either else ever every few
    for from further get gets give given gives go goes got had has hasn't have haven't having he
    her here hers him his how however i if in into is isn't it its itself just let like made make
    makes many may me might more most much must my near neither no nor not now of off often on
    once only or other our ours out over own per please rather same she should since so some such
    than that that's the their theirs them then there these they this those through thus to too
    toward towards under until up upon us very via was wasn't we were what what's when where
    whether which while who whom whose why will with within without would yet you your yours
    """.split()
)

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")


def words(text: str) -> list[re.Match[str]]:
    """Return the words of `text` with offsets; "GPT-4", "k-NN" and "3.1" are one word each."""
    return list(_WORD.finditer(text))


def terms(text: str) -> list[str]:
    """Return the index terms of `text`, in order: stems, and the parts of compounds beside them.

    "Saliency-based" gives "saliency-bas", "salienc" and "base"; "GPT-4" gives "gpt-4", "gpt", "4".
    """
    found = []
    for word in words(text):
        parts = _PART.findall(word.group())
        if len(parts) > 1:
            found.append(stem(word.group()))
        found.extend(stem(part) for part in parts)
    return found


def content_terms(text: str) -> list[str]:
    """Return the terms of `text` that are not of a stop word; all where no other is left."""
    kept = [word.group() for word in words(text) if word.group().casefold() not in STOPWORDS]
    return terms(" ".join(kept)) or terms(text)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball English stem (Porter, 2001) of a word, possessive and case dropped."""
    folded = re.sub(r"['’]s$", "", word.casefold()).replace("’", "'")
    return str(_stemmer().stemWord(folded))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
