"""Reader of RIS, as Zotero, EndNote, Web of Science, publishers and Citewise write it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from vectorstore.readers.building import build_row
from vectorstore.readers.dates import Dated, dated
from vectorstore.readers.exported import parse_mark, restored
from vectorstore.readers.identifiers import doi_in, named_arxiv_id, web_address
from vectorstore.readers.names import natural_order
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject
from vectorstore.readers.tagged import Layout, TaggedRecord, tagged_records

NAME = "ris"
MARK_TAG = "C8"

_STRICT = Layout(re.compile(r"\s{0,2}([A-Z][A-Z0-9])  -(?: (.*)|$)"), opens="TY", closes="ER")
# Some programs write one blank, with which an abstract's line could begin too ("AI - a survey").
_LOOSE = replace(_STRICT, field=re.compile(r"\s{0,2}([A-Z][A-Z0-9]) {1,2}-(?: (.*)|$)"))
_OPENING = re.compile(r"^\s{0,2}TY( {1,2})-(?: |$)", re.MULTILINE)


def recognises(opened: Opened) -> bool:
    """Return whether a line begins a record with its type: `TY  - JOUR`."""
    return bool(_OPENING.search(opened.beginning))


def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:  # noqa: ARG001
    """Yield the papers of the records that are whole, and a reject for each other."""
    opening = _OPENING.search(opened.beginning)
    layout = _LOOSE if opening and opening[1] == " " else _STRICT
    for record in tagged_records(opened, layout):
        yield Reject(record.line, record.problem) if record.problem else _row(record)


def _row(record: TaggedRecord) -> Row:
    texts = record.texts
    mark = next(filter(None, map(parse_mark, texts(MARK_TAG))), {})
    addresses = [address for text in texts("UR", "L2") for address in re.split(r";\s+", text)]
    published, year = _date(record)
    row = build_row(
        record.line,
        NAME,
        title=record.first("TI", "T1", "CT", "BT"),
        abstract=record.first("AB", "N2"),
        arxiv=named_arxiv_id(*texts("AN", "M1", "DO", "UR", "N1", "JO", "T2", "PB")),
        doi=doi_in(*texts("DO", "M3", "L3")) or _doi_of_page(addresses),
        authors=map(natural_order, texts("AU", "A1")),
        published=published,
        year=year,
        url=web_address(*addresses),
    )
    return restored(row, mark, doi=record.first("DO"), url=record.first("UR"), year=year)


def _doi_of_page(addresses: list[str]) -> str:
    return doi_in(*(address for address in addresses if "doi.org/" in address))


def _date(record: TaggedRecord) -> Dated:
    """Return the date of DA ("2024/05/22/"), which EndNote writes without year ("May 22")."""
    year = record.first("PY", "Y1")
    day = record.first("DA")
    return dated(day, f"{year[:4]} {day}", year)


READER = Reader(
    NAME,
    "RIS, where each record goes from 'TY  - JOUR' to 'ER  - ' and has a title (TI) and an"
    " abstract (AB)",
    recognises,
    read,
)
