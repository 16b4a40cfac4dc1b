"""One stream of bytes being read: a file, a member of an archive, standard input, an answer."""

import codecs
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import BinaryIO

from vectorstore.errors import ReadError

HEAD_BYTES = 1 << 16  # what the format is told from
MAX_LINE_BYTES = 8 << 20
MAX_WHOLE_BYTES = 64 << 20  # of formats that must be held as a whole

_BLANK = frozenset((b"\n", b"\r\n"))
_MAX_BLANK_LINES = 100  # more are skipped at a thousandth of the time

PACKED_SUFFIXES = frozenset({".gz", ".xz", ".bz2"})

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(slots=True)  # not frozen: that would take a tenth of the time a row takes
class Line:
    """A line of text without its end; `problem` says why it cannot be read, where it cannot."""

    number: int
    text: str
    problem: str = ""


class Opened:
    """A stream whose first bytes were looked at; it can be read once, as bytes, lines or text.

    `is_found` says that nobody named it: it was found in a directory or an archive.
    """

    def __init__(self, name: str, stream: BinaryIO, *, is_found: bool = False) -> None:
        self.name = name
        self.is_found = is_found
        self.head = _read_fully(stream, HEAD_BYTES)
        self._stream = stream

    @property
    def suffix(self) -> str:
        """Return the ending of the name, such as ".bib", in lower case; it may lie.

        That of "papers.bib.gz" is ".bib".
        """
        path = PurePosixPath(self.name.casefold())
        return PurePosixPath(path.stem).suffix if path.suffix in PACKED_SUFFIXES else path.suffix

    @cached_property
    def encoding(self) -> str:
        """Return the encoding of text: by its mark, UTF-8 where that fits, or else Windows-1252.

        UTF-8 fits where more of its characters beyond ASCII are whole than are broken: one bad byte
        in a file makes no other file of it.
        """
        for mark, encoding in _MARKS:
            if self.head.startswith(mark):
                return encoding
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(self.head)
        n_broken = text.count("\ufffd") - self.head.count("\ufffd".encode())
        n_whole = len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")
        return "cp1252" if n_broken and n_broken >= n_whole else "utf-8"

    @cached_property
    def beginning(self) -> str:
        """Return the first characters as text, without white space at their start.

        Empty for a binary format.
        """
        if self.encoding != "utf-16" and b"\0" in self.head:
            return ""
        text = self.head.decode(self.encoding, "replace")
        return text.lstrip("\ufeff \t\r\n")

    def binary(self) -> BinaryIO:
        """Return the stream from its start."""
        return io.BufferedReader(_Chained(self.head, self._stream), HEAD_BYTES)

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """Give the stream from its start as one that can be read in any order.

        What cannot, such as a pipe, is copied into a temporary file first.
        """
        if self._stream.seekable():
            self._stream.seek(0)
            yield self._stream
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(self.binary(), copy, HEAD_BYTES)
            copy.seek(0)
            yield copy

    def lines(self) -> Iterator[Line]:
        """Yield the lines. One that is too long, or no text, is yielded with its problem.

        Of very many empty lines in a row only the first are yielded.
        """
        stream = self._without_mark()
        number = n_blank = 0
        while raw := stream.readline(MAX_LINE_BYTES):
            number += 1
            if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
                _skip_line(stream)
                yield Line(number, "", f"longer than {MAX_LINE_BYTES >> 20} MiB")
                continue
            n_blank = n_blank + 1 if raw in _BLANK else 0
            if n_blank > _MAX_BLANK_LINES:
                number += _skip_blank_lines(stream)
            yield self._line(number, raw)

    def text(self, max_bytes: int = MAX_WHOLE_BYTES) -> str:
        """Return all of it as text, characters that cannot be read replaced.

        Raises ReadError when it is larger than a whole may be.
        """
        return self.whole(max_bytes).decode(self.encoding, "replace")

    def whole(self, max_bytes: int = MAX_WHOLE_BYTES) -> bytes:
        """Return all bytes. Raises ReadError when they are more than a whole may have."""
        content = self.binary().read(max_bytes + 1)
        if len(content) > max_bytes:
            raise ReadError(f"{self.name!r} is larger than {max_bytes >> 20} MiB.")
        return content

    def _without_mark(self) -> io.BufferedReader:
        """Return the stream behind the mark of its encoding, UTF-16 recoded as UTF-8."""
        stream: io.BufferedReader = io.BufferedReader(_Chained(self.head, self._stream), HEAD_BYTES)
        if self.encoding == "utf-16":
            return io.BufferedReader(_Recoded(stream, "utf-16"), HEAD_BYTES)
        if self.encoding == "utf-8-sig":
            stream.read(len(codecs.BOM_UTF8))
        return stream

    def _line(self, number: int, raw: bytes) -> Line:
        try:
            return Line(number, raw.decode("utf-8").rstrip("\r\n"))
        except UnicodeDecodeError as error:
            if self.encoding == "cp1252":
                return Line(number, raw.decode("cp1252", "replace").rstrip("\r\n"))
            return Line(number, "", f"not UTF-8 text (byte {error.start + 1} of the line)")


class _Chained(io.RawIOBase):
    """Bytes that were read already, and the stream they were read from."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        piece = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


class _Recoded(io.RawIOBase):
    """A stream of text as UTF-8; what is no text is replaced."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._piece = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        while not self._piece:
            raw = self._stream.read(HEAD_BYTES)
            text = self._decoder.decode(raw, final=not raw)
            self._piece = text.encode("utf-8", "replace")
            if not raw and not self._piece:
                return 0
        taken = self._piece[: len(buffer)]
        self._piece = self._piece[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _read_fully(stream: BinaryIO, n_bytes: int) -> bytes:
    """Return so many bytes, or all there are: a pipe gives fewer at a time."""
    pieces = []
    while n_bytes and (piece := stream.read(n_bytes)):
        pieces.append(piece)
        n_bytes -= len(piece)
    return b"".join(pieces)


def _skip_line(stream: BinaryIO) -> None:
    while (raw := stream.readline(MAX_LINE_BYTES)) and not raw.endswith(b"\n"):
        pass


def _skip_blank_lines(stream: io.BufferedReader) -> int:
    """Pass over empty lines; return how many."""
    n_lines = 0
    while piece := stream.peek():
        n_bytes = len(piece) - len(piece.lstrip(b"\r\n"))
        n_lines += stream.read(n_bytes).count(b"\n")
        if n_bytes < len(piece):
            break
    return n_lines
