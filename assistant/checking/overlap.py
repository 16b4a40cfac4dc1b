"""How much of a claim's wording stands in its evidence."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

_LONGEST_WEIGHT = 10  # letters; a long word is a rare word
_COMMON_BEGINNING = 4
_SAME_WORD = 0.75  # share of the shorter stem from which two that begin alike are near


def weight(stem: str) -> int:
    """Return how much a word says, told by its length: there are no counts at hand."""
    return min(len(stem), _LONGEST_WEIGHT)


def share(wanted: Collection[str], held: Collection[str]) -> float:
    """Return the share of the weight of `wanted` that is in `held`; 0 where nothing is wanted."""
    total = sum(map(weight, wanted))
    return sum(weight(stem) for stem in wanted if stem in held) / total if total else 0.0


def soft_share(wanted: Collection[str], held: Collection[str]) -> float:
    """Return the share, where words that only begin alike count in part."""
    total = sum(map(weight, wanted))
    by_beginning = beginnings(held)
    gained = sum(weight(s) * (1.0 if s in held else nearness(s, by_beginning)) for s in wanted)
    return gained / total if total else 0.0


def beginnings(stems: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the stems by their first letters."""
    groups: dict[str, list[str]] = {}
    for stem in stems:
        groups.setdefault(stem[:_COMMON_BEGINNING], []).append(stem)
    return groups


def nearness(stem: str, by_beginning: Mapping[str, list[str]]) -> float:
    """Return how like the most similar word is: 0.8 of the same family, 0.5 likely, 0 other."""
    best = 0.0
    for other in by_beginning.get(stem[:_COMMON_BEGINNING], ()):
        n_common = _common_beginning(stem, other)
        if n_common >= _SAME_WORD * min(len(stem), len(other)):
            return 0.8
        if n_common > _COMMON_BEGINNING:
            best = 0.5
    return best


def _common_beginning(one: str, other: str) -> int:
    for n_common, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return n_common
    return min(len(one), len(other))


def ngram_share(words: Sequence[str], sentences: Iterable[Sequence[str]], n: int) -> float:
    """Return the share of the n-grams of `words` that some sentence holds; 0 if it has none."""
    wanted = _ngrams(words, n)
    held = {gram for sentence in sentences for gram in _ngrams(sentence, n)}
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _ngrams(words: Sequence[str], n: int) -> set[tuple[str, ...]]:
    return set(zip(*(words[start:] for start in range(n)), strict=False))


def fragments(words: Sequence[str], text: Sequence[str]) -> list[int]:
    """Return the lengths of the runs of `words` that are copied from `text`, greedily.

    Grusky et al., "Newsroom", NAACL 2018, figure 3.
    """
    places: dict[str, list[int]] = {}
    for place, word in enumerate(text):
        places.setdefault(word, []).append(place)
    lengths, start = [], 0
    while start < len(words):
        runs = (_run(words, start, text, at) for at in places.get(words[start], ())[:50])
        length = max(runs, default=0)
        if length:
            lengths.append(length)
        start += max(1, length)
    return lengths


def _run(words: Sequence[str], start: int, text: Sequence[str], at: int) -> int:
    length = 0
    while start + length < len(words) and at + length < len(text):
        if words[start + length] != text[at + length]:
            break
        length += 1
    return length


def longest_common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words of the two stand in the same order."""
    row = [0] * (len(other) + 1)
    for a in one:
        diagonal = 0
        for place, b in enumerate(other, 1):
            above = row[place]
            row[place] = diagonal + 1 if a == b else max(above, row[place - 1])
            diagonal = above
    return row[-1]


def longest_gap(words: Sequence[str], held: Collection[str]) -> int:
    """Return the length of the longest run of `words` of which none is held."""
    longest = run = 0
    for word in words:
        run = 0 if word in held else run + 1
        longest = max(longest, run)
    return longest


def letter_share(words: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of the runs of four letters of `words` that `other` has too."""
    wanted, held = _letters(words), _letters(other)
    return len(wanted & held) / len(wanted) if wanted else 0.0


def _letters(words: Sequence[str]) -> set[str]:
    text = " ".join(words)
    return {text[start : start + 4] for start in range(len(text) - 3)}


def windows(sentences: Sequence[Sequence[str]]) -> list[frozenset[str]]:
    """Return the stems of each two neighbouring sentences; of the only one where there is one."""
    sets = [frozenset(sentence) for sentence in sentences]
    return [a | b for a, b in pairwise(sets)] or sets


def occurrences(sentences: Iterable[Iterable[str]]) -> Counter[str]:
    """Return how often each stem occurs."""
    return Counter(stem for sentence in sentences for stem in sentence)
