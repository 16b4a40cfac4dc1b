"""CSL-JSON: what pandoc and citation styles read, and Zotero imports."""

import json
from collections.abc import Iterable, Iterator

from ui.exports.keys import KeyMaker
from ui.exports.wording import note_on_authors
from vectorstore.paper import Paper
from vectorstore.readers.exported import MARK, mark_of
from vectorstore.readers.names import split_name


def to_csl_json(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield an array with an item a paper; its `id` is what pandoc cites it by.

    `custom` keeps what CSL has no field for, so that the paper comes back as it was.
    """
    keys = KeyMaker()
    before = "[\n"
    for paper in papers:
        yield before + json.dumps(csl_item(paper, keys.key_of(paper)), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def csl_item(paper: Paper, key: str) -> dict[str, object]:
    """Return the item of a paper under this key; an arXiv paper is an "article", a preprint."""
    fields: dict[str, object] = {
        "id": key,
        "citation-key": key,
        "type": "article" if paper.arxiv_id else "document",
        "title": paper.title,
        "author": [_name(name) for name in paper.authors],
        "issued": _issued(paper),
        "abstract": paper.abstract,
        "number": paper.arxiv_id and f"arXiv:{paper.arxiv_id}",
        "publisher": paper.arxiv_id and "arXiv",
        "DOI": paper.doi,
        "URL": paper.url,
        "note": note_on_authors(paper),
        "custom": {MARK: mark_of(paper)},
    }
    return {name: value for name, value in fields.items() if value}


def _issued(paper: Paper) -> dict[str, object] | None:
    day = paper.published
    if day:
        return {"date-parts": [[day.year, day.month, day.day]]}
    return {"date-parts": [[paper.year]]} if paper.year else None


def _name(name: str) -> dict[str, str]:
    parts = split_name(name)
    if not parts.given:
        return {"literal": name}
    fields = {
        "family": parts.family,
        "given": parts.given,
        "non-dropping-particle": parts.particle,
        "suffix": parts.suffix,
    }
    return {field: value for field, value in fields.items() if value}
