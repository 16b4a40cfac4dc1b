"""Streams in a packed one: gzip, xz and bzip2, and the members of a zip archive.

What is packed is told from its first bytes. Nothing is written to disk but a copy of a zip archive
that comes through a pipe. What expands beyond reason is refused: a few kilobytes can be made to
expand to petabytes.
"""

import bz2
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from vectorstore.errors import ReadError
from vectorstore.readers.opened import Opened
from vectorstore.readers.xz import XzStream

MAX_RATIO = 200  # bytes out for a byte in; text packs 3 to 20 times
FREE_BYTES = 64 << 20  # may come out of anything
MAX_UNPACKED_BYTES = 64 << 30
MAX_LAYERS = 2  # a .gz in a .zip

_READ_BYTES = 1 << 16
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_ENCRYPTED = 0x1
_ZIP = b"PK\x03\x04"
# What a spreadsheet or document begins with, which are zip archives too: its first member's name.
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/")
_DAMAGES = (OSError, EOFError, RuntimeError, ValueError, zlib.error, LZMAError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class NotOpened:
    """A file that is not read: passed over for what it is, or, where `is_error`, not readable."""

    name: str
    reason: str
    is_error: bool = False


Found = Opened | NotOpened


def unpacked(opened: Opened) -> Iterator[Found]:
    """Yield what is in a stream: itself where it is not packed. Each must be read before the next.

    Reading a packed stream raises ReadError where it is damaged, or expands beyond what a source
    of its size may: `FREE_BYTES` and `MAX_RATIO` times its size, `MAX_UNPACKED_BYTES` at most.
    """
    yield from _unpacked(opened, None, 0)


def _unpacked(opened: Opened, budget: "_Budget | None", n_layers: int) -> Iterator[Found]:
    unpack = next((u for magic, u in _UNPACKERS.items() if opened.head.startswith(magic)), None)
    if unpack is None or is_office_file(opened):
        yield opened
    elif n_layers == MAX_LAYERS:
        yield NotOpened(opened.name, f"{opened.name!r} is packed more than twice.", is_error=True)
    else:
        budget = budget or _Budget()
        for found in unpack(opened, budget):
            if isinstance(found, Opened):
                yield from _unpacked(found, budget, n_layers + 1)
            else:
                yield found


def is_office_file(opened: Opened) -> bool:
    """Return whether it is a spreadsheet, a document or slides of an office program."""
    head = opened.head
    return head.startswith(_ZIP) and head[30:].startswith(_OFFICE)


def printable(name: str) -> str:
    """Return a name with '?' for what is no character that can be shown on one line."""
    return "".join(character if character.isprintable() else "?" for character in name)


@dataclass(slots=True)
class _Budget:
    """What all that comes out of one packed source may take together.

    Together, since members of an archive can lie in the same bytes, and layers multiply.
    """

    n_packed: int = 0
    n_unpacked: int = 0

    def spend(self, n_bytes: int, name: str) -> None:
        """Count what came out. Raises ReadError where it is too much."""
        self.n_unpacked += n_bytes
        if self.n_unpacked > MAX_UNPACKED_BYTES:
            raise ReadError(f"{name!r} unpacks to more than {MAX_UNPACKED_BYTES >> 30} GiB.")
        if self.n_unpacked > FREE_BYTES + MAX_RATIO * self.n_packed:
            raise ReadError(
                f"{name!r} unpacks to more than {FREE_BYTES >> 20} MiB and {MAX_RATIO} times its"
                " size, as no text does. Unpack it first if you trust it."
            )


class _Stream(io.RawIOBase):
    """A stream of which each piece that is read is told to `note`."""

    def __init__(self, read: Callable[[int], bytes], note: Callable[[int], None]) -> None:
        self._read = read
        self._note = note

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        piece = self._read(len(buffer))
        self._note(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


def _expanding(name: str, stream: BinaryIO, budget: _Budget) -> BinaryIO:
    def read(n_bytes: int) -> bytes:
        try:
            return stream.read(n_bytes)
        except _DAMAGES as error:
            raise ReadError(f"{name!r} is damaged: {error or type(error).__name__}.") from None

    return cast("BinaryIO", _Stream(read, lambda n_bytes: budget.spend(n_bytes, name)))


def _alone(decompress: Callable[[BinaryIO], BinaryIO]) -> Callable[..., Iterator[Found]]:
    """Return an unpacker of what holds one stream."""

    def unpack(opened: Opened, budget: _Budget) -> Iterator[Found]:
        is_outermost = not budget.n_packed

        def note(n_bytes: int) -> None:
            budget.n_packed += n_bytes if is_outermost else 0

        packed = io.BufferedReader(_Stream(opened.binary().read, note), _READ_BYTES)
        stream = _expanding(opened.name, decompress(packed), budget)
        try:
            inner: Found = Opened(opened.name, stream, is_found=opened.is_found)
        except ReadError as error:
            inner = NotOpened(opened.name, str(error), is_error=True)
        yield inner

    return unpack


def _members(opened: Opened, budget: _Budget) -> Iterator[Found]:
    """Yield the members of a zip archive."""
    try:
        with opened.seekable() as stream:
            budget.n_packed = budget.n_packed or stream.seek(0, io.SEEK_END)
            yield from _members_of(opened.name, stream, budget)
    except ReadError as error:  # the archive is in another one, which is damaged
        yield NotOpened(opened.name, str(error), is_error=True)


def _members_of(name: str, stream: BinaryIO, budget: _Budget) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(stream)
    except _DAMAGES as error:
        reason = f"{name!r} is no zip archive that can be read: {error}."
        yield NotOpened(name, reason, is_error=True)
        return
    for info in archive.infolist():
        if not info.filename.endswith("/"):  # `is_dir` fails at an empty name
            yield _member(f"{name}/{printable(info.filename)}", archive, info, budget)


def _member(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> Found:
    if any(is_hidden(part) for part in PurePosixPath(info.filename).parts):
        return NotOpened(name, "hidden")
    if info.flag_bits & _ENCRYPTED:
        return NotOpened(name, f"{name!r} is encrypted. Unpack it first.", is_error=True)
    if info.compress_type not in _ZIP_METHODS:
        reason = f"{name!r} is packed by a method that Citewise does not read. Unpack it first."
        return NotOpened(name, reason, is_error=True)
    try:
        stream = _expanding(name, cast("BinaryIO", archive.open(info)), budget)
        return Opened(name, stream, is_found=True)
    except ReadError as error:
        return NotOpened(name, str(error), is_error=True)
    except _DAMAGES as error:
        return NotOpened(name, f"{name!r} is damaged: {error}.", is_error=True)


def is_hidden(name: str) -> bool:
    """Return whether a file or directory of this name is hidden, as systems leave them behind."""
    return (name.startswith(".") and name not in (".", "..")) or name == "__MACOSX"


_UNPACKERS: dict[bytes, Callable[[Opened, _Budget], Iterator[Found]]] = {
    b"\x1f\x8b\x08": _alone(lambda packed: cast("BinaryIO", gzip.GzipFile(fileobj=packed))),
    b"BZh": _alone(lambda packed: cast("BinaryIO", bz2.BZ2File(packed))),
    b"\xfd7zXZ\0": _alone(lambda packed: cast("BinaryIO", XzStream(packed))),
    _ZIP: _members,
}
