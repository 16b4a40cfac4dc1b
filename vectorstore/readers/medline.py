"""Reader of MEDLINE's tagged text, which PubMed saves as .nbib."""

import re
from collections.abc import Iterator

from vectorstore.readers.building import build_row
from vectorstore.readers.dates import Dated, dated
from vectorstore.readers.identifiers import doi_in, named_arxiv_id
from vectorstore.readers.names import initials_last, natural_order
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject
from vectorstore.readers.tagged import Layout, TaggedRecord, tagged_records

NAME = "medline"

_LAYOUT = Layout(re.compile(r"([A-Z][A-Z0-9 ]{3})-(?: (.*)|$)"), opens="PMID")
_OPENING = re.compile(r"(?:[A-Z][A-Z0-9 ]{3}- .*\n){0,5}?PMID- *\d+\s*\n(?:[A-Z][A-Z0-9 ]{3}-)")
_MAX_ID_DIGITS = 12


def recognises(opened: Opened) -> bool:
    """Return whether it begins with a PubMed id and another field: `PMID- 12345`."""
    return bool(_OPENING.match(opened.beginning))


def read(opened: Opened, options: ReadOptions) -> Iterator[Row]:  # noqa: ARG001
    """Yield the papers of the records that are whole, and a reject for each other."""
    for record in tagged_records(opened, _LAYOUT):
        yield Reject(record.line, record.problem) if record.problem else _row(record)


def _row(record: TaggedRecord) -> Row:
    digits = re.sub(r"\D", "", record.first("PMID"))[:_MAX_ID_DIGITS]
    dois = [text for text in record.texts("LID", "AID") if text.endswith("[doi]")]
    published, year = _date(record)
    return build_row(
        record.line,
        NAME,
        title=record.first("TI", "BTI", "TT"),
        abstract=record.first("AB", "OAB"),
        own_id=digits,
        arxiv=named_arxiv_id(*record.texts("OID"), *(doi[: -len(" [doi]")] for doi in dois)),
        doi=doi_in(*dois),
        authors=_authors(record),
        published=published,
        year=year,
        url=f"https://pubmed.ncbi.nlm.nih.gov/{digits}/" if digits else "",
    )


def _authors(record: TaggedRecord) -> list[str]:
    """Return the full names, or else the short ones, and then those of groups."""
    full, short = record.texts("FAU"), record.texts("AU")
    people = map(natural_order, full) if full else map(initials_last, short)
    return [*people, *record.texts("CN")]


def _date(record: TaggedRecord) -> Dated:
    """Return when it appeared: electronically (DEP) where that day is known, or else in print."""
    return dated(record.first("DEP"), record.first("DP"))


READER = Reader(
    NAME,
    "MEDLINE text (.nbib), where each record begins with 'PMID- ' and has TI and AB",
    recognises,
    read,
)
