"""JSON read as a stream of records: of an array, of an array under a key, or one a line.

The standard decoder does the work on a buffer that grows to hold one record, so memory is that of
a record. Damage costs the record that it is in; reading goes on at the next object that looks like
one. All decoding that fails is paid from a budget, so that no document can make it take forever.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from vectorstore.readers.json_shape import json_shape
from vectorstore.readers.opened import HEAD_BYTES, Opened
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject

MAX_RECORD_CHARS = 4 << 20
_CHUNK_BYTES = 1 << 16
_BUDGET_CHARS = 32 << 20  # of decoding in vain; about two seconds
_COST_OF_FAILURE = 200  # in characters, beside those read
_COST_OF_DEPTH = 100_000  # brackets nested until the decoder gives up
_ENDS_WITHIN = 12  # characters of the longest token that can be cut: "-Infinity", "\\ud83d"
_LONGEST_OPENING = 100  # characters of a key, a colon, a bracket and space between
_BEFORE_OBJECT = re.compile(r"(?=\{)")
_NO_SPACE = re.compile(r"[^ \t\r\n,]")

_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """An object and the line where it begins."""

    line: int
    fields: dict[str, Any]


def json_records(
    opened: Opened, *, keys: tuple[str, ...] = (), marks: frozenset[str] = frozenset()
) -> Iterator[JsonRecord | Reject]:
    """Yield the records of a document, whichever of the usual forms it has.

    That is one object a line, an array of objects, or an object with an array under one of `keys`;
    one object alone is a record too. After damage, an object is taken for a record again when it
    has one of the fields `marks`.
    """
    key = next((key for key in keys if json_shape(opened).has(f"{key}[]")), "")
    if not key and _has_lines(opened):
        yield from _of_lines(opened)
        return
    yield from _Scan(opened.binary(), opened.encoding, marks).records(key)


def _has_lines(opened: Opened) -> bool:
    """Return whether the first line is an object as a whole, or too long to tell."""
    if not opened.beginning.startswith("{"):
        return False
    line, end, _ = opened.beginning.partition("\n")
    if not end and len(opened.head) == HEAD_BYTES:
        return True
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return '"' in line  # a damaged line; a bracket alone opens an object of several lines


def _of_lines(opened: Opened) -> Iterator[JsonRecord | Reject]:
    for line in opened.lines():
        if line.problem:
            yield Reject(line.number, line.problem)
        elif line.text and not line.text.isspace():
            yield _record_of(line.number, line.text)


def _record_of(number: int, text: str) -> JsonRecord | Reject:
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return _not_json(number, error, text)
    if isinstance(value, dict):
        return JsonRecord(number, value)
    return Reject(number, "not a JSON object", text[:MAX_EXCERPT_CHARS])


def _not_json(line: int, error: Exception, text: str) -> Reject:
    problem = error.msg if isinstance(error, json.JSONDecodeError) else str(error)[:100]
    return Reject(line, f"not JSON ({problem})", text[:MAX_EXCERPT_CHARS])


class _Scan:
    """One pass over a document that is not made of lines."""

    def __init__(self, stream: BinaryIO, encoding: str, marks: frozenset[str]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._marks = marks
        self._buffer = ""
        self._at = 0  # position in the buffer
        self._line = 1  # of that position
        self._is_all = False  # nothing is left in the stream
        self._budget = _BUDGET_CHARS

    def records(self, key: str) -> Iterator[JsonRecord | Reject]:
        """Yield the objects of the arrays under `key`; without key, those of arrays or alone."""
        opening = re.compile(rf'"{re.escape(key)}"\s*:\s*\[' if key else r"\[|(?=\{)")
        while (found := self._seek(opening)) is not None:
            yield from self._objects()
            if self._budget < 0:
                yield Reject(self._line, "the JSON is too damaged; what follows was not read")
            elif found and not self._next():
                yield Reject(self._line, "cut off: the JSON ends before its array does")

    def _objects(self) -> Iterator[JsonRecord | Reject]:
        """Yield the objects from here to the end of their array."""
        while (sign := self._next()) and sign != "]" and self._budget >= 0:
            line = self._line
            value, problem = self._decode()
            if isinstance(value, dict):
                yield JsonRecord(line, value)
            elif problem:
                excerpt = self._buffer[self._at : self._at + MAX_EXCERPT_CHARS]
                yield Reject(line, f"not JSON ({problem})", excerpt)
                if found := self._seek_record():
                    yield found
            else:
                yield Reject(line, "null" if value is None else "not a JSON object")

    def _decode(self) -> tuple[Any, str]:
        """Return the value here and move behind it; or None and why there is none."""
        cost = _COST_OF_FAILURE
        while True:
            problem = ""
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                cost, problem = cost + _COST_OF_DEPTH, "nested too deeply"
            except json.JSONDecodeError as error:
                cost += error.pos - self._at + error.pos // 8  # it counts the lines before it
                size = len(self._buffer) - self._at
                if not self._is_cut(error) or self._is_all:
                    problem = error.msg
                elif size >= MAX_RECORD_CHARS:
                    problem = f"a record of more than {MAX_RECORD_CHARS >> 20} MiB"
                cost += size if self._is_cut(error) else 0
            except ValueError as error:  # a number of more digits than Python reads
                cost, problem = cost + len(self._buffer) - self._at, str(error)[:100]
            else:
                self._advance(end - self._at)
                return value, ""
            if problem:
                self._budget -= cost
                return None, problem
            self._fill(min(size, MAX_RECORD_CHARS - size))  # doubled: a long record costs twice

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Return whether decoding failed because the buffer ends, and not for what it holds."""
        is_open = error.msg.startswith("Unterminated string")
        return is_open or error.pos >= len(self._buffer) - _ENDS_WITHIN

    def _seek(self, opening: re.Pattern[str]) -> str | None:
        """Move behind the next match and return it; None, at the end, without any."""
        while self._budget >= 0:
            if found := opening.search(self._buffer, self._at):
                self._advance(found.end() - self._at)
                return found[0]
            self._advance(max(0, len(self._buffer) - self._at - _LONGEST_OPENING))
            if not self._fill(_CHUNK_BYTES):
                break
        self._advance(len(self._buffer) - self._at)
        return None

    def _seek_record(self) -> JsonRecord | None:
        """Move behind the next object that decodes and has one of the marks, and return it."""
        self._advance(1)
        while self._seek(_BEFORE_OBJECT) is not None:
            line = self._line
            value, _ = self._decode()
            if isinstance(value, dict) and not self._marks.isdisjoint(value):
                return JsonRecord(line, value)
            if value is None:
                self._advance(1)
            else:
                self._budget -= _COST_OF_FAILURE
        return None

    def _next(self) -> str:
        """Move to the next character that is no space or comma and return it; "" at the end."""
        while True:
            found = _NO_SPACE.search(self._buffer, self._at)
            self._advance((found.start() if found else len(self._buffer)) - self._at)
            if found:
                return found[0]
            if not self._fill(_CHUNK_BYTES):
                return ""

    def _advance(self, n_chars: int) -> None:
        self._line += self._buffer.count("\n", self._at, self._at + n_chars)
        self._at += n_chars

    def _fill(self, n_bytes: int) -> bool:
        """Add to the buffer what comes next, and drop what was read; False at the end."""
        if self._is_all:
            return False
        raw = self._stream.read(max(n_bytes, _CHUNK_BYTES))
        self._is_all = not raw
        self._buffer = self._buffer[self._at :] + self._decoder.decode(raw, final=not raw)
        self._at = 0
        return True
