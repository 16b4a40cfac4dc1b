"""Text to terms: the one analysis that the index, the questions and the sentences share."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

# Words that say how something is asked or told, not what about.
STOPWORDS = frozenset(
    """
    a about above across after again against al all also although am among an and any are aren't
    around as at back be because been before being between both but by can can't cannot could
    couldn't did didn't do does doesn't doing don't down during each either else et ever every few
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
_ACCENT = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic; those of kana are letters


def words(text: str) -> list[re.Match[str]]:
    """Return the words of `text` with offsets; "GPT-4", "k-NN" and "3.1" are one word each."""
    return list(_WORD.finditer(text))


def terms(text: str) -> list[str]:
    """Return the index terms of `text`, in order: stems, and the parts of compounds beside them.

    "Saliency-based" gives "saliency-bas", "salienc" and "base"; "GPT-4" gives "gpt-4", "gpt", "4".
    """
    return [term for word in _WORD.findall(text) for term in _terms_of_word(word)]


@lru_cache(maxsize=2_000)
def term_counts(text: str) -> Mapping[str, int]:
    """Return how often each term occurs in `text`; texts seen lately are not analysed again."""
    return Counter(terms(text))


def content_terms(text: str) -> list[str]:
    """Return the terms of `text` that are not of a stop word; all where no other is left."""
    kept = [word.group() for word in words(text) if word.group().casefold() not in STOPWORDS]
    return terms(" ".join(kept)) or terms(text)


def bigrams(text: str) -> list[str]:
    """Return the stems of neighbouring words in pairs; stop words are passed over."""
    stems = [stem(word) for word in _WORD.findall(text) if word.casefold() not in STOPWORDS]
    return [f"{first}_{second}" for first, second in pairwise(stems)]


@lru_cache(maxsize=200_000)
def _terms_of_word(word: str) -> tuple[str, ...]:
    parts = _PART.findall(word)
    whole = (stem(word),) if len(parts) > 1 else ()
    return (*whole, *map(stem, parts))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball English stem (Porter, 2001) of a word.

    Possessive, case and accents are dropped; "CO₂" is "co2".
    """
    folded = re.sub(r"['’]s$", "", word.casefold()).replace("’", "'")
    return str(_stemmer().stemWord(folded if folded.isascii() else _plain(folded)))


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word).casefold()  # "ᴬ" has a case only from here on
    return unicodedata.normalize("NFC", _ACCENT.sub("", decomposed)) or word


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
