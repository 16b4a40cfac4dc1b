"""Reader of OpenAlex works: answers of its API, and lines of its snapshot."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from vectorstore.paper import Paper
from vectorstore.readers.arxiv_ids import ArxivId, parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of, first_text, list_of, mapping_of, text_of, year_of
from vectorstore.readers.identifiers import doi_in, web_address
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import json_records
from vectorstore.readers.names import natural_order
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SOURCE = "openalex"
EXPECTED = 'OpenAlex works: {"results": [{"id": "https://openalex.org/W...", ...}]}, or such lines'
_KEYS = ("results",)
_MARKS = frozenset({"abstract_inverted_index", "authorships", "publication_year"})


def is_openalex(opened: Opened) -> bool:
    """Return whether its records have fields that only OpenAlex has."""
    shape = json_shape(opened)
    return any(
        shape.record_has("id", mark, keys=_KEYS)
        for mark in ("abstract_inverted_index", "authorships")
    )


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the works."""
    for record in json_records(opened, keys=_KEYS, marks=_MARKS):
        yield record if isinstance(record, Reject) else _row(record.line, record.fields)


def text_from_index(index: object) -> str:
    """Return a text from the positions of each of its words, {"We": [0, 7], "show": [1]}."""
    placed = [
        (position, word)
        for word, positions in mapping_of(index).items()
        for position in list_of(positions)
        if isinstance(position, int)
    ]
    placed.sort()
    return text_of(" ".join(word for _, word in placed))


def _row(line: int, fields: Mapping[str, object]) -> Row:
    work_id = text_of(fields.get("id")).rpartition("/")[2]
    doi = doi_in(text_of(fields.get("doi")) or text_of(mapping_of(fields.get("ids")).get("doi")))
    authorships = list_of(fields.get("authorships"))
    location = mapping_of(fields.get("primary_location"))
    published = _published(text_of(fields.get("publication_date")))
    row = build_row(
        line,
        SOURCE,
        own_id=work_id,
        arxiv=parse_arxiv_id(doi) or _arxiv_id(fields),
        title=first_text(fields, "title", "display_name"),
        abstract=text_from_index(fields.get("abstract_inverted_index"))
        or first_text(fields, "abstract"),
        authors=map(_name, authorships),
        published=published,
        year=year_of(fields.get("publication_year")) or year_of(fields.get("publication_date")),
        doi=doi,
        url=web_address(text_of(location.get("landing_page_url")), text_of(fields.get("id"))),
    )
    # Its lists give the first hundred authors only, and do not say how many there are.
    is_cut = fields.get("is_authors_truncated") is True
    return replace(row, n_authors=None) if is_cut and isinstance(row, Paper) else row


def _name(authorship: object) -> str:
    fields = mapping_of(authorship)
    name = text_of(mapping_of(fields.get("author")).get("display_name"))
    return natural_order(name or text_of(fields.get("raw_author_name")))


def _arxiv_id(fields: Mapping[str, object]) -> ArxivId | None:
    """Return the id that one of the places where the work is kept tells."""
    for location in map(mapping_of, list_of(fields.get("locations"))):
        for name in ("landing_page_url", "pdf_url"):
            address = text_of(location.get(name))
            if "arxiv.org" in address and (found := parse_arxiv_id(address)):
                return found
    return None


def _published(text: str) -> date | None:
    """Return the day; OpenAlex writes the first of January where it knows only the year."""
    return None if text[4:10] == "-01-01" else day_of(text)


READER = Reader(SOURCE, EXPECTED, is_openalex, read)
