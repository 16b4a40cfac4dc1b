"""Reader of OpenReview's JSON: {"notes": [...]}, or lines of notes, of both its APIs.

The first API writes `content.title` as a text, the second as {"value": text}. Reviews and comments
are notes as well; they have no abstract and are rejected.
"""

from collections.abc import Iterator, Mapping

from vectorstore.readers.building import build_row
from vectorstore.readers.fields import day_of_milliseconds, list_of, mapping_of, text_of
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import Reject

SOURCE = "openreview"
EXPECTED = 'OpenReview\'s JSON: {"notes": [{"id": ..., "content": {"title": ...}}]}, or such lines'
_KEYS = ("notes",)
_MARKS = frozenset({"content"})
_PAGE = "https://openreview.net/forum?id="


def is_openreview(opened: Opened) -> bool:
    """Return whether its records are notes with an id and a content."""
    shape = json_shape(opened)
    return any(
        shape.record_has("id", field, keys=_KEYS)
        for field in ("content.title", "content.title.value", "content.abstract")
    )


def read(opened: Opened, _: ReadOptions) -> Iterator[Row]:
    """Yield the submissions."""
    for record in json_records(opened, keys=_KEYS, marks=_MARKS):
        yield record if isinstance(record, Reject) else _row(record.line, record.fields)


def _row(line: int, note: Mapping[str, object]) -> Row:
    content = mapping_of(note.get("content"))
    note_id = text_of(note.get("id"))
    # When it was made public, as accepted papers tell, or else when it was submitted.
    days = (day_of_milliseconds(note.get(name)) for name in ("pdate", "cdate", "tcdate"))
    return build_row(
        line,
        SOURCE,
        own_id=note_id,
        title=text_of(_value(content.get("title"))),
        abstract=text_of(_value(content.get("abstract"))),
        authors=(text_of(name) for name in list_of(_value(content.get("authors")))),
        published=next(filter(None, days), None),
        url=f"{_PAGE}{text_of(note.get('forum')) or note_id}" if note_id else "",
    )


def _value(field: object) -> object:
    """Return a field of either API."""
    return field.get("value") if isinstance(field, dict) else field


READER = Reader(SOURCE, EXPECTED, is_openreview, read)
