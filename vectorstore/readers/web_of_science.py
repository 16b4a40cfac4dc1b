"""Reader of the field-tagged text of Web of Science ("Plain Text File")."""

import re
from collections.abc import Iterator

from vectorstore.readers.building import build_row
from vectorstore.readers.dates import dated
from vectorstore.readers.identifiers import doi_in, named_arxiv_id
from vectorstore.readers.names import natural_order
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject
from vectorstore.readers.tagged import Layout, TaggedRecord, tagged_records

NAME = "web-of-science"

_LAYOUT = Layout(
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)"),
    opens="PT",
    closes="ER",
    furniture=frozenset({"FN", "VR", "EF"}),
)
_OPENING = re.compile(r"(?:FN .*\s+VR .*\s+)?PT [JBSP]\s*\n(?:[A-Z][A-Z0-9] |   )")


def recognises(opened: Opened) -> bool:
    """Return whether it begins with the lines FN, VR and PT, or with PT alone."""
    return bool(_OPENING.match(opened.beginning))


def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:  # noqa: ARG001
    """Yield the papers of the records that are whole, and a reject for each other."""
    for record in tagged_records(opened, _LAYOUT):
        yield Reject(record.line, record.problem) if record.problem else _row(record)


def _row(record: TaggedRecord) -> Row:
    doi, year = doi_in(*record.texts("DI")), record.first("PY")
    published, known_year = dated(f"{year} {record.first('PD')}", year)
    return build_row(
        record.line,
        NAME,
        title=record.first("TI"),
        abstract=record.first("AB"),
        own_id="" if doi else record.first("UT"),
        arxiv=named_arxiv_id(*record.texts("AR", "DI", "SO")),
        doi=doi,
        authors=map(natural_order, record.lines("AF") or record.lines("AU", "CA")),
        published=published,
        year=known_year,
    )


READER = Reader(
    NAME,
    "plain text of Web of Science, where each record goes from 'PT J' to 'ER' and has TI and AB",
    recognises,
    read,
)
