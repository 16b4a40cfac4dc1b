"""JSON as a stream of records."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mutations import opened
from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.json_stream import MAX_RECORD_CHARS, JsonRecord, json_records
from vectorstore.readers.opened import Opened
from vectorstore.readers.report import Reject

KEYS = ("data", "results")
MARKS = frozenset({"id"})


def rows(content: bytes | str) -> list[JsonRecord | Reject]:
    return list(json_records(opened(content), keys=KEYS, marks=MARKS))


def ids(content: bytes | str) -> list[object]:
    return [
        row.fields.get("id") if isinstance(row, JsonRecord) else row.reason for row in rows(content)
    ]


RECORDS = [{"id": n, "inner": {"id": -n, "list": [{"a": "}]"}]}} for n in range(5)]
FORMS = {
    "lines": "\n".join(map(json.dumps, RECORDS)),
    "lines with empty ones": "\r\n\r\n".join(map(json.dumps, RECORDS)) + "\r\n",
    "an array": json.dumps(RECORDS),
    "an indented array": json.dumps(RECORDS, indent=2),
    "under a key": json.dumps({"total": 5, "data": RECORDS, "next": None}),
    "under another key, indented": json.dumps({"results": RECORDS, "meta": {"count": 5}}, indent=1),
    "indented objects": "\n".join(json.dumps(record, indent=1) for record in RECORDS),
    "answers after one another": json.dumps({"data": RECORDS[:2]})
    + "\n"
    + json.dumps({"data": RECORDS[2:]}),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_records_are_the_same_in_every_form(form, encoding):
    found = rows(FORMS[form].encode(encoding))
    assert [row.fields for row in found if isinstance(row, JsonRecord)] == RECORDS
    assert len(found) == len(RECORDS)


def test_a_record_is_said_to_begin_at_its_line():
    content = '{"data": [\n{"id": 1},\n\n{"id":\n2}, {"id": 3}\n]}'
    assert [row.line for row in rows(content)] == [2, 4, 5]


def test_one_object_alone_is_a_record():
    assert ids('{"id": 7}') == [7]
    assert ids('{\n"id": 7\n}') == [7]


@pytest.mark.parametrize("content", ["[]", '{"data": []}', "[ ]\n"])
def test_an_empty_array_has_no_records(content):
    assert rows(content) == []


def test_records_longer_than_a_piece_of_the_stream_are_whole():
    records = [{"id": n, "text": "é😀x" * 50_000 * n} for n in range(4)]
    content = json.dumps({"data": records}, ensure_ascii=False)
    assert [row.fields for row in rows(content) if isinstance(row, JsonRecord)] == records


def test_a_damaged_record_costs_only_itself():
    content = '[{"id": 1},\n{"id": 2, "a": {"b": oops}, "c": [{"d": 1}]},\n{"id": 3}]'
    found = rows(content)
    assert ids(content) == [1, "not JSON (Expecting value)", 3]
    assert [row.line for row in found] == [1, 2, 3]


def test_a_quote_that_is_lost_costs_only_its_record():
    content = '[{"id": 1, "a": "x},\n{"id": 2, "a": "y"},\n{"id": 3}]'
    assert ids(content)[-1] == 3


def test_a_damaged_line_costs_only_itself():
    assert ids('{"id": 1}\n{"id": 2\n[2]\n{"id": 3}') == [
        1,
        "not JSON (Expecting ',' delimiter)",
        "not a JSON object",
        3,
    ]


def test_a_cut_array_is_told():
    assert ids('[{"id": 1}, {"id": 2}') == [1, 2, "cut off: the JSON ends before its array does"]
    assert ids('[{"id": 1}, {"id": 2, "a": "b')[:2] == [
        1,
        "not JSON (Unterminated string starting at)",
    ]


def test_what_is_no_object_is_rejected_where_it_stands():
    assert ids('[{"id": 1}, null, 5, "text", {"id": 2}]') == [
        1,
        "null",
        "not a JSON object",
        "not a JSON object",
        2,
    ]


def test_a_record_that_is_too_large_is_a_reject_and_the_next_is_read():
    content = json.dumps([{"id": 1}, {"a": "x" * (MAX_RECORD_CHARS + 200_000)}, {"id": 3}])
    assert ids(content) == [1, "not JSON (a record of more than 4 MiB)", 3]


HOSTILE = {
    "open braces": "[" + "{" * 3_000_000,
    "open brackets": "[" * 3_000_000,
    "nested objects": "[" + '{"a":' * 600_000,
    "nested objects on a line": '{"a":' * 600_000,
    "open strings": "[" + '{"a":"\n' * 500_000,
    "digits": '[{"id":' + "1" * 3_000_000,
    "long numbers": '[{"id":' + ("1" * 5_000 + "},{") * 500,
    "backslashes": '[{"id":"' + "\\" * 3_000_000,
    "objects in a damaged one": '[{"a": oops' + ",{}" * 1_000_000,
    "a key in vain": '{"data":[],' + '"data" ' * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_ends_in_a_few_rejects(name):
    found = rows(HOSTILE[name])
    assert len(found) < 5
    assert all(isinstance(row, Reject) for row in found)


class _Endless(io.RawIOBase):
    """A stream of `n` copies of a piece, of which one at a time exists."""

    def __init__(self, piece: bytes, n: int) -> None:
        self._piece, self._left, self._rest = piece, n, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest and self._left:
            self._left -= 1
            self._rest = self._piece
        piece, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(("opening", "between"), [("", "\n"), ("[", ",\n"), ('{"data": [', ",")])
def test_memory_is_that_of_a_record_however_long_the_document(opening, between):
    piece = (json.dumps({"id": 1, "text": "x" * 4_000}) + between) * 16
    stream = io.BufferedReader(_Endless(piece.encode(), 300))
    source = Opened("endless", io.BufferedReader(_Prefixed(opening.encode(), stream)))
    tracemalloc.start()
    try:
        n_records = sum(isinstance(row, JsonRecord) for row in json_records(source, keys=KEYS))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert n_records == 16 * 300  # 19 MB
    assert peak < 2_000_000


class _Prefixed(io.RawIOBase):
    def __init__(self, prefix: bytes, stream: io.BufferedReader) -> None:
        self._prefix, self._stream = prefix, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._prefix[: len(buffer)] or self._stream.read(len(buffer))
        self._prefix = self._prefix[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=4), min_size=1, max_size=6)


@settings(max_examples=50)
@given(OBJECTS, st.sampled_from([None, 2]))
def test_any_objects_come_back_from_an_array(objects, indent):
    found = rows(json.dumps(objects, indent=indent))
    assert [row.fields for row in found if isinstance(row, JsonRecord)] == objects


@settings(max_examples=50)
@given(OBJECTS)
def test_any_objects_come_back_from_lines(objects):
    found = rows("\n".join(map(json.dumps, [{"id": 0}, *objects])))
    assert [row.fields for row in found[1:] if isinstance(row, JsonRecord)] == objects


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ('{"title": "a", "b": {"c": 1}}\n{"d": 2}', {"title", "b", "b.c", "d"}),
        ('[{"a": [{"b": 1}], "c": "{\\"x\\": 1}"}]', {"[]", "[].a", "[].a[]", "[].a[].b", "[].c"}),
        (
            '{"data": [{"a": 1}, {"b": {"c": "cut',
            {"data", "data[]", "data[].a", "data[].b", "data[].b.c"},
        ),
        ("plain", set()),
    ],
)
def test_the_outline_names_the_fields(content, paths):
    assert json_shape(opened(content)).paths == paths


def test_the_outline_of_deep_nesting_is_small():
    shape = json_shape(opened("[" * 60_000))
    assert max(map(len, shape.paths)) < 100
