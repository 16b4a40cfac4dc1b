"""All papers of a catalogue in columns, as a table shows them, and how many are of each month."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Text, cast, func, select

from vectorstore.catalogue.catalogue import Catalogue
from vectorstore.catalogue.conditions import NEWEST_FIRST
from vectorstore.catalogue.tables import PAPERS
from vectorstore.catalogue.timeline import Timeline, timeline
from vectorstore.paper import Paper

MAX_AUTHORS = 40  # named of a paper; consortia have thousands

_SHOWN = (
    "paper_id",
    "title",
    "authors",
    "n_authors",
    "source",
    "language",
    "url",
    "arxiv_id",
    "doi",
)
_ALL = select(
    *(PAPERS.c[name] for name in _SHOWN),
    func.coalesce(PAPERS.c.published, cast(PAPERS.c.year, Text), "").label("date"),
).order_by(*NEWEST_FIRST)


@dataclass(frozen=True, slots=True)
class Listing:
    """Every paper, newest first; each column has one value a paper.

    `authors` are names, or their number where it alone is known, else 0. A date is "2024-05-01",
    "2024" or "". `links` are empty where a source gave nothing that leads to the paper.
    """

    generation: int
    paper_ids: list[str]
    titles: list[str]
    authors: list[str | int]
    dates: list[str]
    sources: list[str]
    languages: list[str]
    links: list[str]
    line: Timeline


def list_papers(catalogue: Catalogue) -> Listing:
    """Return all papers of a catalogue, as they were at one moment."""
    with catalogue.at_one_moment() as then, then.connected() as connection:
        generation = then.generation
        rows = connection.execute(_ALL).all()
        line = timeline(connection)
    return Listing(
        generation=generation,
        paper_ids=[row.paper_id for row in rows],
        titles=[row.title for row in rows],
        authors=[_authors(row.authors, row.n_authors) for row in rows],
        dates=[row.date for row in rows],
        sources=[row.source for row in rows],
        languages=[row.language for row in rows],
        links=[_link(row) for row in rows],
        line=line,
    )


def _authors(names: str, n_authors: int | None) -> str | int:
    if names == "[]":
        return n_authors or 0
    known = json.loads(names)
    shown = ", ".join(known[:MAX_AUTHORS])
    total = max(n_authors or 0, len(known))
    n_more = total - min(len(known), MAX_AUTHORS)
    return f"{shown}, and {n_more:,} more" if n_more else shown


def _link(row: Row[*tuple[Any, ...]]) -> str:
    if not (row.url or row.arxiv_id or row.doi):
        return ""
    paper = Paper("", "", "", url=row.url, arxiv_id=row.arxiv_id, doi=row.doi)
    return paper.link
