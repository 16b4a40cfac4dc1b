"""All papers of a catalogue in columns, as a table shows them, and how many are of each month.

Read over a connection of its own: a search that comes meanwhile does not wait for it.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from vectorstore.paper import Paper
from vectorstore.timeline import Timeline, timeline

MAX_AUTHORS = 40  # named of a paper; consortia have thousands

_ALL = """
    SELECT paper_id, title, authors, n_authors, coalesce(published, year, '') AS date, source,
        language, url, arxiv_id, doi
    FROM papers ORDER BY coalesce(published, year || '-00-00') DESC, title
"""


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


def list_papers(path: Path) -> Listing:
    """Return all papers of the catalogue at `path`, as they were at one moment."""
    with reading(path) as connection:
        generation = generation_of(connection)
        rows = connection.execute(_ALL).fetchall()
        line = timeline(connection)
    return Listing(
        generation=generation,
        paper_ids=[row["paper_id"] for row in rows],
        titles=[row["title"] for row in rows],
        authors=[_authors(row["authors"], row["n_authors"]) for row in rows],
        dates=[str(row["date"]) for row in rows],
        sources=[row["source"] for row in rows],
        languages=[row["language"] for row in rows],
        links=[_link(row) for row in rows],
        line=line,
    )


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that sees the catalogue as it is now, whatever is written meanwhile."""
    address = f"file:{quote(str(path))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    with closing(connection):
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        generation_of(connection)  # SQLite takes the moment of the first reading
        yield connection


def generation_of(connection: sqlite3.Connection) -> int:
    """Return the number of the last change that a connection sees."""
    [value] = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(value)


def _authors(names: str, n_authors: int | None) -> str | int:
    if names == "[]":
        return n_authors or 0
    known = json.loads(names)
    shown = ", ".join(known[:MAX_AUTHORS])
    total = max(n_authors or 0, len(known))
    n_more = total - min(len(known), MAX_AUTHORS)
    return f"{shown}, and {n_more:,} more" if n_more else shown


def _link(row: sqlite3.Row) -> str:
    if not (row["url"] or row["arxiv_id"] or row["doi"]):
        return ""
    paper = Paper("", "", "", url=row["url"], arxiv_id=row["arxiv_id"], doi=row["doi"])
    return paper.link
