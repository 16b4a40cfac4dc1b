"""Names of clusters of texts: the phrase that is common in one and rare in the others."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vectorstore.themes.phrases import MAX_WORDS, Key, phrases

_TITLE_COUNTS = 2  # as often as the abstract: a title says what a paper is about
_WEIGHT_OF_WORDS = (0.35, 1.2, 1.2)  # "agents" says less than "LLM agents"
_MIN_LIFT = 2.0  # "language models" tells no cluster from another where all speak of them
_MIN_SHARE = 0.04  # of the cluster's papers
_MIN_PAPERS = 2
_MIN_VARIANT = 0.05  # of the times a phrase occurs, to count as a way of writing it
_FEW_PAPERS = 20  # of which counts say little: nearness counts twice
_N_COMPARED = 30  # phrases a cluster, the best by count
N_PHRASES = 5

Ranking = dict[Key, float]  # a score for each phrase, best first
Surfaces = dict[Key, Counter[str]]
Nearness = Callable[[int, Sequence[str]], Sequence[float]]


@dataclass(slots=True)
class _Cluster:
    """How often each phrase is in the papers of a cluster, and how often as a whole."""

    n_papers: int = 0
    weights: Counter[Key] = field(default_factory=Counter)
    papers: Counter[Key] = field(default_factory=Counter)
    whole: Counter[Key] = field(default_factory=Counter)


def name_clusters(
    clusters: Sequence[Sequence[str]], nearness: Nearness | None = None
) -> list[tuple[str, ...]]:
    """Return for each cluster of texts its name and up to four more phrases, best first.

    A text's first line is its title. No name is another's, nor a part of it. A phrase scores
    p log(p / q), of its shares p of the cluster's papers and q of the others': the cluster's part
    of the divergence of the two, as class-based TF-IDF weighs (Grootendorst, 2022) but bounded
    where a phrase is in few papers. `nearness` says how similar phrases are to a cluster of that
    number; it weighs the score, the more so the fewer the papers (KeyBERT chooses by it alone).
    A cluster without any phrase is called by its number.
    """
    surfaces: Surfaces = defaultdict(Counter)
    counted = [_count(texts, surfaces) for texts in clusters]
    ranked = _ranked(counted)
    if nearness:
        ranked = [
            _weighed(number, len(clusters[number]), each, surfaces, nearness)
            for number, each in enumerate(ranked)
        ]
    named: list[tuple[str, ...]] = []
    for number, (best, ranking) in enumerate(zip(_names(ranked), ranked, strict=True), 1):
        others = [key for key in ranking if best is not None and not _overlap(key, best)]
        keys = [] if best is None else [best, *_apart(others)][:N_PHRASES]
        shown = tuple(_shown(surfaces[key]) for key in keys)
        named.append(shown or (f"theme {number}",))
    return named


def _count(texts: Sequence[str], surfaces: Surfaces) -> _Cluster:
    cluster = _Cluster(n_papers=len(texts))
    for text in texts:
        title, _, abstract = text.partition("\n")
        of_paper: Counter[Key] = Counter()
        for part, weight in ((title, _TITLE_COUNTS), (abstract, 1)):
            found = {phrase.key: phrase for phrase in phrases(part)}
            for key, phrase in found.items():
                of_paper[key] += weight
                cluster.whole[key] += weight * phrase.is_whole
                surfaces[key][phrase.surface] += part is abstract and not phrase.is_first
        cluster.weights.update(of_paper)
        cluster.papers.update(of_paper.keys())
    return cluster


def _ranked(clusters: Sequence[_Cluster]) -> list[Ranking]:
    """Return the score of each phrase that may name a cluster, by cluster, best first."""
    total: Counter[Key] = Counter()
    for cluster in clusters:
        total.update(cluster.weights)
    n_papers = sum(cluster.n_papers for cluster in clusters)
    rankings = []
    for cluster in clusters:
        n_others = n_papers - cluster.n_papers
        least = max(_MIN_PAPERS, _MIN_SHARE * cluster.n_papers)
        scores = {
            key: score
            for key, n in cluster.papers.items()
            if n >= least and (score := _score(key, cluster, total[key], n_others)) > 0
        }
        rankings.append(_sorted(scores))
    return rankings


def _weighed(
    number: int, n_papers: int, ranking: Ranking, surfaces: Surfaces, nearness: Nearness
) -> Ranking:
    """Return the best phrases of a cluster in the order of score and nearness together."""
    keys = list(ranking)[:_N_COMPARED]
    power = 1 + min(1.0, _FEW_PAPERS / n_papers)
    near = nearness(number, [_shown(surfaces[key]) for key in keys])
    scores = {
        key: ranking[key] * similarity**power
        for key, similarity in zip(keys, near, strict=True)
        if similarity > 0
    }
    return _sorted(scores)


def _sorted(scores: Ranking) -> Ranking:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def _score(key: Key, cluster: _Cluster, total: int, n_others: int) -> float:
    inside = cluster.weights[key] / cluster.n_papers
    lift = math.e  # of the only cluster: what is frequent names it
    if n_others:
        lift = inside / ((total - cluster.weights[key] + 0.5) / (n_others + 1))
    if lift < _MIN_LIFT:
        return 0.0
    # Half of "speech detection" is what follows "hate", and no name of its own.
    wholeness = math.sqrt(cluster.whole[key] / cluster.weights[key])
    return inside * math.log(lift) * wholeness * _WEIGHT_OF_WORDS[min(len(key), MAX_WORDS) - 1]


def _names(rankings: Sequence[Ranking]) -> list[Key | None]:
    """Return the best phrase of each cluster; who needs one most is asked first."""
    offers = sorted(
        ((score, -number, key) for number, ranking in enumerate(rankings)
         for key, score in ranking.items()),
        reverse=True,
    )  # fmt: skip
    names: dict[int, Key] = {}
    for _, minus_number, key in offers:
        if -minus_number not in names and not any(_overlap(key, name) for name in names.values()):
            names[-minus_number] = key
    return [names.get(number) for number in range(len(rankings))]


def _apart(keys: Sequence[Key]) -> list[Key]:
    """Return the keys of which none is a part of one before it."""
    kept: list[Key] = []
    for key in keys:
        if len(kept) == N_PHRASES:
            break
        if not any(_overlap(key, other) for other in kept):
            kept.append(key)
    return kept


def _overlap(first: Key, second: Key) -> bool:
    return set(first) <= set(second) or set(second) <= set(first)


def _shown(surfaces: Counter[str]) -> str:
    """Return a phrase as abstracts write it most, with no capital that some do without.

    One that only titles and beginnings of sentences have loses the capitals that they give.
    """
    in_text = {surface: n for surface, n in surfaces.items() if n}
    if not in_text:
        return " ".join(_without_capital(word) for word in min(surfaces).split())
    folded: Counter[str] = Counter()
    for surface, n in in_text.items():
        folded[surface.casefold()] += n
    usual = min(folded, key=lambda each: (-folded[each], each))
    variants = [surface for surface in in_text if surface.casefold() == usual]
    common = [each for each in variants if in_text[each] >= _MIN_VARIANT * folded[usual]]
    return min(common, key=lambda each: (sum(map(str.isupper, each)), each))


def _without_capital(word: str) -> str:
    return word if any(letter.isupper() for letter in word[1:]) else word.lower()
