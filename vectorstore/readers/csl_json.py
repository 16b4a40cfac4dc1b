"""Reader of CSL-JSON, as Zotero, pandoc, Crossref's DOI service and Citewise write it."""

from collections.abc import Iterator, Mapping

from vectorstore.readers.building import build_row
from vectorstore.readers.dates import Dated, dated
from vectorstore.readers.exported import MARK, restored
from vectorstore.readers.fields import first_text, list_of, mapping_of, text_of
from vectorstore.readers.identifiers import doi_in, named_arxiv_id, web_address
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import JsonRecord, json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

NAME = "csl-json"

_KEYS = ("items", "references")
# Fields of which no other JSON of papers has one beside a `type`.
_SIGNS = (
    "issued.date-parts",
    "issued.raw",
    "issued.literal",
    "author[].family",
    "author[].literal",
    "citation-key",
    "container-title",
    f"custom.{MARK}.id",
)
_MAY_NAME_ARXIV = ("number", "archive_location", "URL", "DOI", "note", "container-title")
_NAME_PARTS = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")


def recognises(opened: Opened) -> bool:
    """Return whether its records have a type, and a date or names as only CSL writes them."""
    shape = json_shape(opened)
    return any(shape.record_has("type", sign, keys=_KEYS) for sign in _SIGNS)


def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:  # noqa: ARG001
    """Yield the papers of the items that are whole, and a reject for each other."""
    for record in json_records(opened, keys=_KEYS, marks=frozenset({"type", "title"})):
        yield record if isinstance(record, Reject) else _row(record)


def _row(record: JsonRecord) -> Row:
    item = record.fields
    published, year = _date(item)
    row = build_row(
        record.line,
        NAME,
        title=first_text(item, "title"),
        abstract=first_text(item, "abstract"),
        own_id=first_text(item, "PMID"),
        arxiv=named_arxiv_id(*(line for name in _MAY_NAME_ARXIV for line in _lines(item, name))),
        doi=doi_in(first_text(item, "DOI")),
        authors=[_name(mapping_of(author)) for author in list_of(item.get("author"))],
        published=published,
        year=year,
        url=web_address(first_text(item, "URL")),
    )
    mark = mapping_of(mapping_of(item.get("custom")).get(MARK))
    return restored(row, mark, doi=first_text(item, "DOI"), url=first_text(item, "URL"), year=year)


def _lines(item: Mapping[str, object], name: str) -> list[str]:
    """Return the lines of a field: Zotero's notes hold one fact a line."""
    value = item.get(name)
    return [text_of(line) for line in value.splitlines()] if isinstance(value, str) else []


def _name(author: Mapping[str, object]) -> str:
    parts = (first_text(author, name) for name in _NAME_PARTS)
    return " ".join(filter(None, parts)) or first_text(author, "literal")


def _date(item: Mapping[str, object]) -> Dated:
    """Return the date; a span of days, which has two lists of parts, is none."""
    issued = mapping_of(item.get("issued"))
    dates = [list_of(parts) for parts in list_of(issued.get("date-parts"))]
    numbers = [text_of(part) for part in dates[0]] if dates else []
    is_span = len(dates) > 1 and dates[0] != dates[1]
    parts = "-".join(numbers[:1] if is_span else numbers)
    return dated(parts, first_text(issued, "raw", "literal"))


READER = Reader(
    NAME,
    'CSL-JSON, an array of items such as {"type": "article", "title": "...", "abstract": "...",'
    ' "issued": {"date-parts": [[2024, 5, 22]]}}',
    recognises,
    read,
)
