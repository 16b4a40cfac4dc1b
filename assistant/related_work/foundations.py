"""What a section begins with: surveys, data sets, and what the other papers build on."""

import re
from collections.abc import Sequence

from assistant.related_work.subjects import is_survey, product_of
from vectorstore import Paper

_NO_YEAR = 9_999  # what is not dated comes last

# What a title says that its paper offers to others, in the order of a heading.
_KINDS = {
    "benchmarks": re.compile(r"\bbenchmarks?\b|\bevaluation suite\b", re.IGNORECASE),
    "datasets": re.compile(r"\b(?:data ?sets?|corpus|corpora|treebanks?)\b", re.IGNORECASE),
    "shared tasks": re.compile(r"\b(?:overview|findings) of the\b", re.IGNORECASE),
    "resources": re.compile(r"\b(?:lexicons?|(?:language )?resources)\b", re.IGNORECASE),
}


def kind_of(paper: Paper) -> str:
    """Return "surveys", "benchmarks", "datasets", ... by the title; empty for any other paper."""
    found = (kind for kind, pattern in _KINDS.items() if pattern.search(paper.title))
    kind = next(found, "")
    return "surveys" if is_survey(paper) and kind != "shared tasks" else kind


def heading_of(papers: Sequence[Paper]) -> str:
    """Return "Surveys, benchmarks and datasets", as many of them as there are."""
    kinds = {kind_of(paper) for paper in papers}
    *first, last = [kind for kind in ("surveys", *_KINDS) if kind in kinds]
    listed = f"{', '.join(first)} and {last}" if first else last
    return listed[:1].upper() + listed[1:]


def reading_key(paper: Paper, others: Sequence[Paper]) -> tuple[int, int, str]:
    """Return what sorts papers: surveys, then what others offer or build on, then by time."""
    kind = kind_of(paper)
    rank = 0 if kind == "surveys" else 1 if kind or _is_built_on(paper, others) else 2
    return rank, *date_key(paper)


def date_key(paper: Paper) -> tuple[int, str]:
    """Return what sorts papers by time, undated ones last."""
    return paper.year or _NO_YEAR, paper.published.isoformat() if paper.published else ""


def _is_built_on(paper: Paper, others: Sequence[Paper]) -> bool:
    """Return whether a later paper speaks of what this one brought, by its name."""
    name = product_of(paper)
    return bool(name) and any(
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", f"{other.title} {other.abstract}")
        for other in others
        if other.paper_id != paper.paper_id and date_key(other) >= date_key(paper)
    )
