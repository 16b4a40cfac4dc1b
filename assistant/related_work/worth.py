"""What a sentence adds to a paragraph: how much of what people would write of these papers."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from vectorstore import STOPWORDS, Paper, stem, words

# Logistic regression: does a content word of the cited abstracts stand in what others wrote of
# them? Fitted on 100 groups of SciTLDR (train) and 107 of sentences that cite ACL papers (dev), see
# `benchmarks.related_work`; on held-out thirds of the latter a prototype gained 1.4 of ROUGE-1.
_INTERCEPT = -3.74
_LOG_COUNT, _SHARE_OF_PAPERS, _LOG_IN_TOPIC, _IN_TITLE, _IS_NUMBER = 1.28, 0.69, 1.00, 1.19, -1.41

# How many of a hundred words of such writing are these: more of one adds nothing.
_FUNCTION_WORDS = {
    "the": 5.4, "and": 3.8, "of": 3.4, "a": 3.1, "to": 2.2, "in": 1.8, "for": 1.6, "is": 1.1,
    "that": 1.1, "by": 1.0, "on": 1.0, "as": 0.8, "with": 0.8, "which": 0.7, "an": 0.6, "are": 0.5,
    "from": 0.4, "it": 0.3,
}  # fmt: skip
_OTHER_FUNCTION_WORD = 0.15
_AGAIN = 0.3  # of a word's worth, each time that it comes again
_SHARED_PAIR, _PAIR_OF_TITLE, _PAIR_OF_TOPIC = 0.5, 0.6, 0.2  # of two words in a row
_SHORT_PENALTY = 6  # words; a short sentence of nothing but names is not the best one

_STOP_STEMS = frozenset(stem(word) for word in STOPWORDS)


@lru_cache(maxsize=20_000)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a text, in order."""
    return tuple(stem(match.group()) for match in words(text))


def content_stems(text: str) -> set[str]:
    """Return the stems of a text's words, function words left out."""
    return set(stems_of(text)) - _STOP_STEMS


class Worth:
    """How much sentences add to a paragraph of some words on some papers and a topic."""

    def __init__(self, papers: Sequence[Paper], topic: str, n_words: int) -> None:
        self._n_words = n_words
        self._worth = _worth_of_words(papers, topic)
        self._pairs = _worth_of_pairs(papers, topic)

    def gain(self, text: str, written: Mapping[str, int]) -> float:
        """Return what the sentence adds a word, where `written` counts the stems so far."""
        counts = Counter(written)
        total = 0.0
        of_text = stems_of(text)
        for each in of_text:
            total += self._of_word(each, counts[each])
            counts[each] += 1
        total += sum(self._pairs.get(pair, 0.0) for pair in set(pairwise(of_text)))
        return total / (len(of_text) + _SHORT_PENALTY)

    def _of_word(self, word: str, n_before: int) -> float:
        if word in _STOP_STEMS:
            share = _FUNCTION_WORDS.get(word, _OTHER_FUNCTION_WORD) / 100
            return max(0.0, min(1.0, share * self._n_words - n_before))
        return self._worth.get(word, 0.05) * _AGAIN**n_before


def _worth_of_words(papers: Sequence[Paper], topic: str) -> dict[str, float]:
    counts: Counter[str] = Counter()
    in_papers: Counter[str] = Counter()
    in_titles: set[str] = set()
    for paper in papers:
        of_paper = [*stems_of(paper.title), *stems_of(paper.abstract)]
        counts.update(of_paper)
        in_papers.update(set(of_paper))
        in_titles.update(stems_of(paper.title))
    in_topic = Counter(stems_of(topic))
    return {
        word: _probability(
            _LOG_COUNT * math.log1p(count)
            + _SHARE_OF_PAPERS * in_papers[word] / len(papers)
            + _LOG_IN_TOPIC * math.log1p(in_topic[word])
            + _IN_TITLE * (word in in_titles)
            + _IS_NUMBER * word.isdigit()
        )
        for word, count in counts.items()
    }


def _worth_of_pairs(papers: Sequence[Paper], topic: str) -> dict[tuple[str, str], float]:
    n_papers: Counter[tuple[str, str]] = Counter()
    of_titles: set[tuple[str, str]] = set()
    for paper in papers:
        of_title = set(pairwise(stems_of(paper.title)))
        of_titles |= of_title
        n_papers.update(of_title | set(pairwise(stems_of(paper.abstract))))
    of_topic = set(pairwise(stems_of(topic)))
    shared = (pair for pair, n in n_papers.items() if n > 1)
    return _sum_of(
        ((pair, _SHARED_PAIR) for pair in shared),
        ((pair, _PAIR_OF_TITLE) for pair in of_titles),
        ((pair, _PAIR_OF_TOPIC) for pair in of_topic),
    )


def _sum_of(
    *weighted: Iterable[tuple[tuple[str, str], float]],
) -> dict[tuple[str, str], float]:
    total: dict[tuple[str, str], float] = {}
    for each in weighted:
        for pair, weight in each:
            total[pair] = total.get(pair, 0.0) + weight
    return total


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-(_INTERCEPT + logit)))
