"""Papers, chunks and filters as rows and conditions of the catalogue's tables."""

import json
import sqlite3
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.filters import SearchFilter
from vectorstore.paper import Paper

_COLUMNS = tuple(field.name for field in fields(Paper))
_SURNAME_WORDS = 4  # "van der Maaten" has three
_GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("\u2018\u2019\u02bc", "'")
)


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk, the numbers that the indexes know it and its paper by, and its vector.

    The vector is float32 and of unit length. No number is ever given twice.
    """

    chunk_row: int
    paper_row: int
    chunk: Chunk
    vector: Vectors


def condition_of(where: SearchFilter) -> tuple[str, list[int | str]]:
    """Return the SQL condition on `papers` of all bounds, and its values."""
    bounds: tuple[tuple[str, int | date | Collection[str] | None], ...] = (
        ("year >= ?", where.year_from),
        ("year <= ?", where.year_to),
        ("coalesce(published, year || '-01-01') >= ?", where.published_from),
        ("coalesce(published, year || '-12-31') <= ?", where.published_to),
        ("n_authors >= ?", where.min_authors),
        ("n_authors <= ?", where.max_authors),
        ("n_comments >= ?", where.min_comments),
        ("n_comments <= ?", where.max_comments),
        (_named_by("paper_id", "source_id"), where.paper_ids),
        (_named_by("source", "source"), where.sources),
        (
            "paper_row IN (SELECT paper_row FROM authorships"
            " WHERE name IN (SELECT value FROM json_each(?)))",
            where.authors and [folded_name(name) for name in where.authors],
        ),
    )
    used = [(text, value) for text, value in bounds if value is not None]
    values = [_sql(value) for text, value in used for _ in range(text.count("?"))]
    return " AND ".join(text for text, _ in used) or "TRUE", values


def _named_by(column: str, of_origin: str) -> str:
    """Return the condition that one of the values names a paper, or an origin that joined it.

    The first origin's source, and with rare exceptions its id, are the paper's own: few papers
    have another, so that little more is looked up.
    """
    values = "(SELECT value FROM json_each(?))"
    joined = f"SELECT paper_row FROM origins WHERE position > 0 AND {of_origin} IN {values}"  # noqa: S608
    return f"({column} IN {values} OR paper_row IN ({joined}))"


def author_keys(name: str) -> set[str]:
    """Return what an author is found by, folded: the whole name and whatever may be the surname.

    Where it begins is not known ("Laurens van der Maaten"), so each end of the name is a key.
    """
    words = folded_name(name).split()
    names = (words, [word for word in words if not _is_generation(word)])
    ends = {" ".join(each[-n:]) for each in names for n in range(1, _SURNAME_WORDS + 1)}
    return {" ".join(words), *ends} - {""}


def folded_name(name: str) -> str:
    """Return a name as it is compared: "Müller, Jörg" and "jorg muller" are one."""
    decomposed = unicodedata.normalize("NFKD", name)  # first: it makes commas of other scripts ours
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    surname, _, given = plain.casefold().translate(_PLAIN).partition(",")
    words = f"{given} {surname}".replace(",", " ").split()
    return " ".join(sorted(words, key=_is_generation))  # "Smith, Jr., John"


def _is_generation(word: str) -> bool:
    return word.rstrip(".") in _GENERATIONS


def row_of(paper: Paper) -> dict[str, object]:
    """Return the values of a row of `papers` by column."""
    row = {column: getattr(paper, column) for column in _COLUMNS}  # `asdict` copies: much slower
    row["authors"] = json.dumps(paper.authors, ensure_ascii=False)
    row["published"] = paper.published.isoformat() if paper.published else None
    return row


def paper_of(row: sqlite3.Row) -> Paper:
    """Return the paper of a row of `papers`."""
    values = {column: row[column] for column in _COLUMNS}
    values["authors"] = tuple(json.loads(row["authors"]))
    values["published"] = date.fromisoformat(row["published"]) if row["published"] else None
    return Paper(**values)


def stored_chunk_of(row: sqlite3.Row) -> StoredChunk:
    """Return the chunk of a row of `chunks` with its paper's id; vectors are stored as float16."""
    vector = np.frombuffer(row["vector"], dtype=np.float16).astype(np.float32)
    chunk = Chunk(row["paper_id"], row["position"], row["start"], row["end"])
    return StoredChunk(row["chunk_row"], row["paper_row"], chunk, vector)


def _sql(value: int | date | Collection[str]) -> int | str:
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else json.dumps(sorted(value))
