"""Reader of arXiv's metadata snapshot as Kaggle offers it: JSON lines, 4.5 GB of them."""

from collections.abc import Iterator, Mapping

from vectorstore.readers.arxiv_authors import split_authors
from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import list_of, mail_day_of, mapping_of, text_of
from vectorstore.readers.identifiers import doi_in
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SOURCE = "arxiv-kaggle"
EXPECTED = 'arXiv\'s snapshot at Kaggle: JSON lines with "id", "authors_parsed", "versions", ...'
_MARKS = frozenset({"authors_parsed", "versions"})


def is_snapshot(opened: Opened) -> bool:
    """Return whether its records have the fields that no other JSON of papers has."""
    shape = json_shape(opened)
    return shape.record_has("id", "authors_parsed") or shape.record_has(
        "id", "versions", "update_date", "categories"
    )


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the papers of the lines."""
    for record in json_records(opened, marks=_MARKS):
        yield record if isinstance(record, Reject) else _row(record.line, record.fields)


def _row(line: int, fields: Mapping[str, object]) -> Row:
    versions = [mapping_of(version) for version in list_of(fields.get("versions"))]
    paper_id = text_of(fields.get("id"))
    latest = text_of(versions[-1].get("version")) if versions else ""
    is_first = bool(versions) and versions[0].get("version", "v1") == "v1"
    return build_row(
        line,
        SOURCE,
        own_id=paper_id,
        arxiv=parse_arxiv_id(paper_id + latest) or parse_arxiv_id(paper_id),
        title=text_of(fields.get("title")),
        abstract=text_of(fields.get("abstract")),
        authors=_authors(fields),
        published=mail_day_of(versions[0].get("created")) if is_first else None,
        doi=doi_in(text_of(fields.get("doi"))),
    )


def _authors(fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names; `authors_parsed` has last name, first names, generation, institutions."""
    parsed = [list_of(author) for author in list_of(fields.get("authors_parsed"))]
    if not parsed:
        return split_authors(text_of(fields.get("authors")))
    return tuple(
        _name(*[text_of(part) for part in (*author[:3], "", "", "")][:3]) for author in parsed
    )


def _name(last: str, first: str, generation: str) -> str:
    return " ".join(part for part in (first, last, generation) if part)


READER = Reader(SOURCE, EXPECTED, is_snapshot, read)
