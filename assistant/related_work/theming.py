"""Papers in named groups: the paragraphs of a section, in the order in which they are read."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from assistant.related_work.gathering import Found
from assistant.related_work.plan import PlannedPaper, PlannedTheme
from assistant.related_work.worth import stems_of
from vectorstore import Paper, stem
from vectorstore.encoders.encoder import Vectors
from vectorstore.themes import themes
from vectorstore.themes.finding import Encode

_PAPERS_A_THEME = 5
_MAX_THEMES = 8
_MIN_PAPERS = 2
_SHARE_NAMED = 0.4  # of a theme's papers must have the words of its name
_TOO_COMMON = "language large llm llms lms model models network networks neural nlp".split()
_NO_YEAR = 9_999  # what is not dated comes last


def group(
    found: Sequence[Found], vectors: Vectors, topic: str, *, encode: Encode | None = None
) -> tuple[PlannedTheme, ...]:
    """Return the themes of papers, those of the older papers first, and so the papers in each."""
    n_themes = max(1, min(_MAX_THEMES, round(len(found) / _PAPERS_A_THEME)))
    texts = [f"{each.paper.title}\n{each.paper.abstract}" for each in found]
    themed = themes(vectors, texts, encode=encode, n_themes=n_themes)
    labels = _without_small(themed.labels, vectors)
    is_one = len(set(labels.tolist())) == 1
    grouped = []
    for label in sorted(set(labels.tolist())):
        members = [found[int(at)] for at in np.flatnonzero(labels == label)]
        theme = themed.themes[label]
        name = "" if is_one else _name([theme.name, *theme.phrases], topic, members)
        grouped.append(PlannedTheme(_capital(name), _ordered(members)))
    return tuple(sorted(grouped, key=_when))


def _without_small(labels: np.ndarray, vectors: Vectors) -> np.ndarray:
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


def _name(phrases: Sequence[str], topic: str, members: Sequence[Found]) -> str:
    """Return the best phrase that says more than the topic does, and of several papers."""
    said = {*map(stem, _TOO_COMMON), *stems_of(topic)}
    least = max(_MIN_PAPERS, _SHARE_NAMED * len(members))
    telling = (
        phrase
        for phrase in phrases
        if not said.issuperset(stems_of(phrase)) and _n_with(phrase, members) >= least
    )
    return next(telling, phrases[0])


def _n_with(phrase: str, members: Sequence[Found]) -> int:
    wanted = set(stems_of(phrase))
    texts = (f"{each.paper.title} {each.paper.abstract}" for each in members)
    return sum(wanted <= set(stems_of(text)) for text in texts)


def _ordered(members: Sequence[Found]) -> tuple[PlannedPaper, ...]:
    in_time = sorted(members, key=lambda each: (*date_key(each.paper), -each.relevance))
    return tuple(
        PlannedPaper(
            paper_id=each.paper.paper_id,
            title=each.paper.title,
            year=each.paper.year,
            relevance=round(each.relevance, 4),
            found_by=each.query if len(each.query) <= 200 else f"{each.query[:199]}…",
        )
        for each in in_time
    )


def date_key(paper: Paper) -> tuple[int, str]:
    """Return what sorts papers by time, undated ones last."""
    return paper.year or _NO_YEAR, paper.published.isoformat() if paper.published else ""


def _when(theme: PlannedTheme) -> tuple[float, int, str]:
    years = [paper.year or _NO_YEAR for paper in theme.papers]
    return fmean(years), -len(theme.papers), theme.name


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:] if name[1:2].islower() else name
