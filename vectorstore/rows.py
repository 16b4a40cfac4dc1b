"""Papers, chunks and filters as rows and conditions of the catalogue's tables."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from vectorstore.chunking import Chunk
from vectorstore.encoder import Vectors
from vectorstore.filters import SearchFilter
from vectorstore.paper import Paper


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk and its vector, float32 of unit length."""

    chunk: Chunk
    vector: Vectors


def condition_of(where: SearchFilter) -> tuple[str, list[int | str]]:
    """Return the SQL condition of all bounds but `paper_ids`, and its values."""
    bounds: tuple[tuple[str, int | date | None], ...] = (
        ("year >= ?", where.year_from),
        ("year <= ?", where.year_to),
        ("coalesce(published, year || '-01-01') >= ?", where.published_from),
        ("coalesce(published, year || '-12-31') <= ?", where.published_to),
        ("n_authors >= ?", where.min_authors),
        ("n_authors <= ?", where.max_authors),
        ("n_comments >= ?", where.min_comments),
        ("n_comments <= ?", where.max_comments),
    )
    used = [(text, value) for text, value in bounds if value is not None]
    values = [value.isoformat() if isinstance(value, date) else value for _, value in used]
    return " AND ".join(text for text, _ in used) or "TRUE", values


def row_of(paper: Paper) -> tuple[object, ...]:
    """Return the values of a row of `papers`, in the order of its columns."""
    fields = asdict(paper)
    fields["authors"] = json.dumps(paper.authors, ensure_ascii=False)
    fields["published"] = paper.published.isoformat() if paper.published else None
    return tuple(fields.values())


def paper_of(row: sqlite3.Row) -> Paper:
    """Return the paper of a row of `papers`."""
    fields = dict(row)
    fields["authors"] = tuple(json.loads(fields["authors"]))
    fields["published"] = date.fromisoformat(row["published"]) if row["published"] else None
    return Paper(**fields)


def stored_chunk_of(row: sqlite3.Row) -> StoredChunk:
    """Return the chunk of a row of `chunks`; its vector was stored as float16."""
    vector = np.frombuffer(row["vector"], dtype=np.float16).astype(np.float32)
    return StoredChunk(Chunk(row["paper_id"], row["position"], row["start"], row["end"]), vector)
