"""Reader of Semantic Scholar's JSON: answers of its API, and lines of its bulk data sets.

The data sets write the fields in lower case and papers apart from abstracts; the older open corpus
has "paperAbstract".
"""

from collections.abc import Iterator, Mapping

from vectorstore.readers.arxiv_ids import parse_arxiv_id
from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of, first_text, list_of, mapping_of, text_of, year_of
from vectorstore.readers.identifiers import doi_in, web_address
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SOURCE = "semantic-scholar"
EXPECTED = 'Semantic Scholar\'s JSON: {"data": [{"paperId": ..., "title": ...}]}, or such lines'
_KEYS = ("data", "recommendedPapers")
_WRAPPERS = ("citedPaper", "citingPaper", "paper")
_MARKS = frozenset({"paperId", "corpusid", "corpusId", "paperAbstract", *_WRAPPERS})
# A record of which bulk data set, API and open corpus have these fields, and no other JSON has.
_SHAPES = (
    ("paperId", "title"),
    ("corpusid", "title"),
    ("corpusId", "title"),
    ("title", "paperAbstract"),
    ("citedPaper.paperId",),
    ("citingPaper.paperId",),
)


def is_semantic_scholar(opened: Opened) -> bool:
    """Return whether its records have the ids of Semantic Scholar."""
    shape = json_shape(opened)
    return any(shape.record_has(*fields, keys=_KEYS) for fields in _SHAPES)


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the papers."""
    for record in json_records(opened, keys=_KEYS, marks=_MARKS):
        yield record if isinstance(record, Reject) else _row(record.line, record.fields)


def _row(line: int, fields: Mapping[str, object]) -> Row:
    fields = next((mapping_of(fields[name]) for name in _WRAPPERS if name in fields), fields)
    ids = mapping_of(fields.get("externalIds") or fields.get("externalids"))
    names = {name.casefold(): text_of(value) for name, value in ids.items()}
    year = fields.get("year")
    pdf = mapping_of(fields.get("openAccessPdf")).get("url")
    return build_row(
        line,
        SOURCE,
        own_id=first_text(fields, "paperId", "id", "corpusId", "corpusid"),
        arxiv=parse_arxiv_id(names.get("arxiv", "")),
        title=first_text(fields, "title"),
        abstract=first_text(fields, "abstract", "paperAbstract"),
        authors=map(_name, list_of(fields.get("authors"))),
        published=day_of(fields.get("publicationDate") or fields.get("publicationdate")),
        year=year_of(year),
        doi=doi_in(names.get("doi", ""), first_text(fields, "doi")),
        url=web_address(first_text(fields, "url", "s2Url"), text_of(pdf)),
    )


def _name(author: object) -> str:
    return text_of(author) or text_of(mapping_of(author).get("name"))


READER = Reader(SOURCE, EXPECTED, is_semantic_scholar, read)
