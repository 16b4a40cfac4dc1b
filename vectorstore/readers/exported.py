"""Records that Citewise exported, which come back as the papers they were.

A format that lacks a field carries a mark instead: a JSON object under the name `MARK`, or, in
BibTeX, fields of which each begins with that name.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from vectorstore.paper import Paper
from vectorstore.readers.fields import list_of, mapping_of, text_of
from vectorstore.readers.identifiers import web_address
from vectorstore.readers.reader import Row

MARK = "citewise"
_MAX_COUNT = 100_000_000


def mark_of(paper: Paper) -> dict[str, object]:
    """Return what other formats have no field for."""
    return {
        "id": paper.paper_id,
        "arxiv_id": paper.arxiv_id,
        "n_authors": paper.n_authors,
        "n_comments": paper.n_comments,
    }


def parse_mark(text: str) -> Mapping[str, object]:
    """Return the mark in a text such as `citewise {"id": "..."}`; empty where there is none."""
    if not text.startswith(f"{MARK} {{"):
        return {}
    try:
        return mapping_of(json.loads(text.removeprefix(MARK)))
    except (ValueError, RecursionError):
        return {}


def restored(row: Row, mark: Mapping[str, object], *, doi: str, url: str, year: int | None) -> Row:
    """Return a row as it was exported; `doi`, `url` and `year` as the record spells them.

    Without a mark, the record is another program's and the row is returned as it is.
    """
    paper_id = text_of(mark.get("id"))
    if not (isinstance(row, Paper) and paper_id):
        return row
    authors = tuple(filter(None, map(text_of, list_of(mark.get("authors")))))
    return replace(
        row,
        paper_id=paper_id,
        authors=authors or row.authors,
        arxiv_id=text_of(mark.get("arxiv_id")),
        n_authors=_count(mark["n_authors"]) if "n_authors" in mark else row.n_authors,
        n_comments=_count(mark.get("n_comments")),
        year=year,
        doi=doi,
        url=web_address(url),  # a mark can be forged
    )


def _count(value: object) -> int | None:
    """Return a count in a JSON number or its digits; None for anything else."""
    digits = text_of(value)
    is_count = digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MAX_COUNT))
    return int(digits) if is_count else None
