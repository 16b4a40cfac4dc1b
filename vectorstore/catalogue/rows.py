"""Papers, their authors and chunks as rows of the catalogue's tables."""

import json
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Row

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.paper import Paper

_COLUMNS = tuple(field.name for field in fields(Paper))
_SURNAME_WORDS = 4  # "van der Maaten" has three
_MAX_KEY_CHARS = 500  # an index of PostgreSQL takes 2,700 bytes
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


def author_keys(name: str) -> set[str]:
    """Return what an author is found by, folded: the whole name and whatever may be the surname.

    Where it begins is not known ("Laurens van der Maaten"), so each end of the name is a key.
    """
    words = folded_name(name).split()
    names = (words, [word for word in words if not _is_generation(word)])
    ends = {" ".join(each[-n:]) for each in names for n in range(1, _SURNAME_WORDS + 1)}
    return {key[:_MAX_KEY_CHARS] for key in (" ".join(words), *ends)} - {""}


def author_key(name: str) -> str:
    """Return by which of a paper's `author_keys` an author of this name is looked for."""
    return folded_name(name)[:_MAX_KEY_CHARS]


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


def paper_of(row: Row[*tuple[Any, ...]]) -> Paper:
    """Return the paper of a row of `papers`, whose columns are in the order of its fields."""
    _, paper_id, title, abstract, authors, n_authors, published, *others, _, _ = row
    day = date.fromisoformat(published) if published else None
    return Paper(paper_id, title, abstract, tuple(json.loads(authors)), n_authors, day, *others)


def stored_chunk_of(row: Row[Any]) -> StoredChunk:
    """Return the chunk of a row of `chunks` with its paper's id; vectors are stored as float16."""
    vector = np.frombuffer(row.vector, dtype=np.float16).astype(np.float32)
    chunk = Chunk(row.paper_id, row.position, row.start, row.end)
    return StoredChunk(row.chunk_row, row.paper_row, chunk, vector)
