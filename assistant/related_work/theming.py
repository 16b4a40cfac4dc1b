"""Papers in named groups: the paragraphs of a section, in the order in which they are read."""

from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from assistant.related_work.foundations import heading_of, kind_of, reading_key
from assistant.related_work.gathering import Found
from assistant.related_work.headings import OTHER, Nearness, headings
from assistant.related_work.plan import PlannedPaper, PlannedTheme
from vectorstore.encoders.encoder import Vectors
from vectorstore.themes.clustering import cluster

_PAPERS_A_THEME = 5
_MAX_THEMES = 8
_MIN_PAPERS = 2
_FOUNDATIONS = 3  # so many surveys, benchmarks and the like are a paragraph of their own,
_MAX_SHARE = 0.5  # unless so many of the papers are that the other paragraphs would miss them

Encode = Callable[[Sequence[str]], Vectors]


def group(
    found: Sequence[Found], vectors: Vectors, topic: str, *, encode: Encode
) -> tuple[PlannedTheme, ...]:
    """Return the themes of papers: surveys and data sets, then the others by their papers' time.

    `vectors` are those of the papers, which `encode` made.
    """
    kinds = np.array([bool(kind_of(each.paper)) for each in found])
    apart = _FOUNDATIONS <= kinds.sum() <= _MAX_SHARE * len(found)
    rest = np.flatnonzero(~kinds) if apart else np.arange(len(found))
    groups = [rest[places] for places in _grouped(vectors[rest])]
    named = _named(groups, found, vectors, topic, encode) if len(groups) + apart > 1 else [""]
    by_name: dict[str, list[Found]] = {}
    for name, places in zip(named, groups, strict=True):
        by_name.setdefault(name, []).extend(found[int(at)] for at in places)
    themes = [PlannedTheme(name, _ordered(members)) for name, members in by_name.items()]
    themes.sort(key=_when)
    if apart:
        members = [found[int(at)] for at in np.flatnonzero(kinds)]
        first = PlannedTheme(heading_of([each.paper for each in members]), _ordered(members))
        themes.insert(0, first)
    return tuple(themes)


def _grouped(vectors: Vectors) -> list[NDArray[np.int64]]:
    """Return the places of each group's papers."""
    n_themes = max(1, min(_MAX_THEMES, round(len(vectors) / _PAPERS_A_THEME)))
    labels = _without_small(cluster(vectors, n_themes), vectors)
    return [np.flatnonzero(labels == label) for label in sorted(set(labels.tolist()))]


def _without_small(labels: NDArray[np.int64], vectors: Vectors) -> NDArray[np.int64]:
    """Return the labels with groups of one paper joined to the group nearest to it."""
    labels = labels.copy()
    sizes = {int(label): int((labels == label).sum()) for label in set(labels.tolist())}
    large = [label for label, size in sizes.items() if size >= _MIN_PAPERS]
    if not large:
        return np.zeros_like(labels)
    centres = np.stack([vectors[labels == label].mean(axis=0) for label in large])
    for place, label in enumerate(labels.tolist()):
        if sizes[label] < _MIN_PAPERS:
            labels[place] = large[int(np.argmax(centres @ vectors[place]))]
    return labels


def _named(
    groups: Sequence[NDArray[np.int64]],
    found: Sequence[Found],
    vectors: Vectors,
    topic: str,
    encode: Encode,
) -> list[str]:
    papers = [[found[int(at)].paper for at in places] for places in groups]
    mean = vectors.mean(axis=0)
    return headings(papers, topic, [_nearness(vectors[places], mean, encode) for places in groups])


def _nearness(members: Vectors, mean: Vectors, encode: Encode) -> Nearness:
    """Return what says how near phrases are to a group, seen from the mean of all papers."""
    centre = members.mean(axis=0) - mean

    def nearness(phrases: Sequence[str]) -> Sequence[float]:
        if not phrases:
            return []
        from_mean = encode(phrases) - mean
        lengths = np.linalg.norm(from_mean, axis=1) * np.linalg.norm(centre)
        cosines: list[float] = (from_mean @ centre / np.maximum(lengths, 1e-9)).tolist()
        return cosines

    return nearness


def _ordered(members: Sequence[Found]) -> tuple[PlannedPaper, ...]:
    papers = [each.paper for each in members]
    in_order = sorted(members, key=lambda each: (*reading_key(each.paper, papers), -each.relevance))
    return tuple(
        PlannedPaper(
            paper_id=each.paper.paper_id,
            title=each.paper.title,
            year=each.paper.year,
            relevance=round(each.relevance, 4),
            found_by=each.query if len(each.query) <= 200 else f"{each.query[:199]}…",
        )
        for each in in_order
    )


def _when(theme: PlannedTheme) -> tuple[bool, float, int, str]:
    years = [paper.year for paper in theme.papers if paper.year]
    mean = fmean(years) if years else float("inf")
    return theme.name == OTHER, mean, -len(theme.papers), theme.name
