"""Reader of JSON lines and JSON arrays: one object a paper, with at least a title and abstract."""

from collections.abc import Iterator, Mapping
from typing import Any

from vectorstore.paper import Paper
from vectorstore.readers.columns import Columns, find_columns, paper_of
from vectorstore.readers.json_stream import json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject

SOURCE = "jsonl"
EXPECTED = 'JSON lines such as {"id": "...", "title": "...", "abstract": "...", "year": 2024}'
_KEYS = ("papers", "results", "records", "items", "data")  # that an array of papers stands under
_MAX_KINDS_OF_ROW = 1_000  # that are remembered: rows of one program have few


def looks_like_json(opened: Opened) -> bool:
    """Return whether it opens a JSON object, or an array."""
    return opened.beginning.startswith(("{", "["))


def read_json(opened: Opened, options: ReadOptions) -> Iterator[Row]:
    """Yield the papers of the objects that are whole, and a reject for each that is not."""
    known: dict[tuple[str, ...], Columns] = {}
    marks = frozenset({"title", options.columns.get("title", "title")})
    for record in json_records(opened, keys=_KEYS, marks=marks):
        if isinstance(record, Reject):
            yield record
            continue
        keys = tuple(record.fields)
        columns = known.get(keys)
        if columns is None:
            columns = _columns(keys, options.columns)
            if len(known) < _MAX_KINDS_OF_ROW:
                known[keys] = columns
        try:
            yield paper_of(columns.values_of(record.fields), SOURCE)
        except ValueError as error:
            yield Reject(record.line, str(error), _excerpt(columns, record.fields))


def read_object(row: Mapping[str, Any], *, needs_abstract: bool = True) -> Paper:
    """Return the paper of one object. Raises ValueError, which says what is wrong with it."""
    values = _columns(tuple(row), {}).values_of(row)
    return paper_of(values, SOURCE, needs_abstract=needs_abstract)


def _columns(keys: tuple[str, ...], given: Mapping[str, str]) -> Columns:
    """Return the columns of a row; one that is named and that this row lacks is absent."""
    present = {field: name if name in keys else "" for field, name in given.items()}
    return find_columns(keys, keys, present)


def _excerpt(columns: Columns, row: Mapping[str, Any]) -> str:
    """Return what a person may know the row by: its title, its id, or its first values."""
    values = columns.values_of(row)
    return str(values.get("title") or values.get("id") or dict(row))[:MAX_EXCERPT_CHARS]


READER = Reader(SOURCE, EXPECTED, looks_like_json, read_json)
