"""Reader of Hugging Face's API: api/daily_papers, api/papers/search and api/papers/ID."""

from collections.abc import Iterator

from vectorstore.readers.hf_records import hf_row
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SOURCE = "hf-api"
EXPECTED = "an answer of https://huggingface.co/api/daily_papers or api/papers/search?q=..."
_KEYS = ("dailyPapers", "papers")
_MARKS = frozenset({"paper", "summary"})


def is_answer(opened: Opened) -> bool:
    """Return whether its records hold a "paper" with a "summary", or are such papers."""
    shape = json_shape(opened)
    return (
        shape.record_has("paper.id", "paper.summary", keys=_KEYS)
        or shape.record_has("paper.id", "summary", keys=_KEYS)
        or shape.record_has("id", "summary", "publishedAt", "upvotes", keys=_KEYS)
    )


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the papers of an answer."""
    for record in json_records(opened, keys=_KEYS, marks=_MARKS):
        if isinstance(record, Reject):
            yield record
        else:
            yield hf_row(record.line, SOURCE, record.fields)


READER = Reader(SOURCE, EXPECTED, is_answer, read)
