"""What the score is made of: measures of a claim beside its evidence."""

import math
import re
from collections.abc import Callable

from assistant.checking.comparison import Comparison
from assistant.checking.numbers import quantities
from assistant.checking.overlap import (
    letter_share,
    longest_common_subsequence,
    longest_gap,
    ngram_share,
    share,
    soft_share,
    weight,
)
from assistant.checking.polarity import count_negators

_LONGEST = 80  # words of a sentence whose order is looked at
_COPIED_FROM = 3  # words in a row that count as copied
_HEDGE = re.compile(
    r"\b(?:may|might|could|can|possibly|potential(?:ly)?|suggest\w*|likely|some|often|appear\w*"
    r"|seem\w*|unclear|unknown|further|investigat\w*|hypothesi\w*)\b",
    re.IGNORECASE,
)


def features_of(comparison: Comparison) -> dict[str, float]:
    """Return every measure by its name."""
    return {name: float(measure(comparison)) for name, (_, measure) in FEATURES.items()}


def _bigrams(c: Comparison) -> float:
    return ngram_share(c.claim.content, [s.content for s in c.sentences], 2)


def _trigrams(c: Comparison) -> float:
    return ngram_share(c.claim.words, [s.words for s in c.sentences], 3)


def _in_order(c: Comparison) -> float:
    words = c.claim.words[:_LONGEST]
    lengths = (longest_common_subsequence(words, s.words[:_LONGEST]) for s in c.closest)
    return _ratio(max(lengths, default=0), len(words))


def _copied(c: Comparison) -> float:
    return _ratio(sum(n for n in c.fragments if n >= _COPIED_FROM), len(c.claim.words))


def _density(c: Comparison) -> float:
    return _ratio(math.sqrt(sum(n * n for n in c.fragments)), len(c.claim.words))


def _letters(c: Comparison) -> float:
    return max((letter_share(c.claim.content, s.content) for s in c.closest), default=0.0)


def _of_closest(c: Comparison) -> float:
    words = _closest_words(c)
    return _ratio(sum(stem in c.wanted for stem in words), len(words))


def _closest_words(c: Comparison) -> tuple[str, ...]:
    return c.closest[0].content if c.closest else ()


def _mean_similarity(c: Comparison) -> float:
    return _ratio(sum(c.similarities), len(c.similarities))


def _once(c: Comparison) -> float:
    return _ratio(sum(c.held.get(stem) == 1 for stem in c.wanted), len(c.wanted))


def _often(c: Comparison) -> float:
    return _ratio(sum(c.held.get(stem, 0) > 2 for stem in c.wanted), len(c.wanted))


def _negators_differ(c: Comparison) -> float:
    return (count_negators(c.claim.text) - count_negators(c.closest_text)) % 2


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


# Name -> (whether the score may only rise (1) or only fall (-1) with it, or do both (0); measure).
FEATURES: dict[str, tuple[int, Callable[[Comparison], float]]] = {
    "containment": (1, lambda c: share(c.wanted, c.held)),
    "soft_containment": (1, lambda c: soft_share(c.wanted, c.held)),
    "in_window": (1, lambda c: c.in_window),
    "bigrams": (1, _bigrams),
    "trigrams": (1, _trigrams),
    "in_order": (1, _in_order),
    "copied": (1, _copied),
    "density": (1, _density),
    "letters": (1, _letters),
    "of_closest": (1, _of_closest),
    "similarity": (1, lambda c: max(c.similarities, default=0.0)),
    "mean_similarity": (1, _mean_similarity),
    "whole_similarity": (1, lambda c: c.whole_similarity),
    "missing": (-1, lambda c: math.log1p(len(c.missing))),
    "longest_missing": (-1, lambda c: max(map(weight, c.missing), default=0)),
    "gap": (-1, lambda c: _ratio(longest_gap(c.claim.content, c.window), len(c.claim.content))),
    "once": (0, _once),
    "often": (0, _often),
    "numbers": (0, lambda c: math.log1p(len(quantities(c.claim.text)))),
    "missing_numbers": (-1, lambda c: len(c.missing_numbers)),
    "names": (0, lambda c: math.log1p(len(c.names))),
    "missing_names": (-1, lambda c: _ratio(len(c.missing_names), len(c.names))),
    "negators": (0, lambda c: count_negators(c.claim.text)),
    "negators_differ": (-1, _negators_differ),
    "negation_conflicts": (-1, lambda c: len(c.negation_conflicts)),
    "opposites": (-1, lambda c: len(c.opposites)),
    "hedged_claim": (0, lambda c: bool(_HEDGE.search(c.claim.text))),
    "hedged_evidence": (0, lambda c: bool(_HEDGE.search(c.closest_text))),
    "claim_length": (0, lambda c: math.log1p(len(c.claim.content))),
    "evidence_length": (0, lambda c: math.log1p(sum(c.held.values()))),
    "closest_length": (0, lambda c: math.log1p(len(_closest_words(c)))),
    "n_sentences": (0, lambda c: math.log1p(len(c.sentences))),
}
