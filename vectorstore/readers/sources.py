"""What a person names becomes streams: files, directories, patterns, standard input, URLs, queries.

Packed ones are unpacked on the way. A stream is open until the next one is asked for.
"""

import glob
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from vectorstore.errors import ReadError
from vectorstore.live.names import is_live
from vectorstore.readers.opened import HEAD_BYTES, PACKED_SUFFIXES, Opened
from vectorstore.readers.unpacking import Found, NotOpened, is_hidden, printable, unpacked

if TYPE_CHECKING:
    from vectorstore.live.sources import LiveSources

MAX_DOWNLOAD_BYTES = 64 * 2**20
STANDARD_INPUT = "-"
_STANDARD_INPUT_NAME = "standard input"
_DOWNLOAD_SECONDS = 30

# Files of a directory that hold no list of papers, by their ending.
FOREIGN_SUFFIXES = frozenset(
    """
    .7z .aux .avi .bak .bbl .bin .blg .bst .c .cc .cfg .class .cls .cpp .css .db .dll .doc .docx
    .dvi .eps .epub .exe .gif .go .h .ico .ini .ipynb .jar .java .jpeg .jpg .js .lock .log .m4a .mkv
    .mov .mp3 .mp4 .npy .npz .o .odp .ods .odt .onnx .otf .pdf .pkl .png .ppt .pptx .ps .psd .pt .py
    .pyc .r .rar .rb .rs .safetensors .sh .so .sqlite .sqlite-shm .sqlite-wal .sql .sty .svg .tar
    .tex .tgz .tif .tiff .toml .ts .ttf .wav .webm .webp .whl .woff .woff2 .xls .yaml .yml .zst
    """.split()
)


@dataclass(frozen=True, slots=True)
class _File:
    """A file, what messages call it, and its size in bytes; None for a pipe."""

    path: Path
    name: str
    is_found: bool = False

    @property
    def n_bytes(self) -> int | None:
        try:
            return self.path.stat().st_size if self.path.is_file() else None
        except OSError:
            return 0


class Sources:
    """The named sources, one after the other, and how much of them was read.

    `live` opens what is a query to a service; None for a client without contact and cache.
    """

    def __init__(self, names: Sequence[str], live: "LiveSources | None" = None) -> None:
        self._live = live
        self._names = tuple(dict.fromkeys(names))
        self._files = {name: list(_files_of(name)) for name in self._names if not _is_stream(name)}
        sizes = [f.n_bytes for files in self._files.values() for f in files if isinstance(f, _File)]
        is_known = None not in sizes and len(self._files) == len(self._names)
        self._n_bytes = sum(size or 0 for size in sizes) if is_known else 0
        self._n_read = 0
        self._file: BinaryIO | None = None

    def __iter__(self) -> Iterator[tuple[str, Iterator[Found]]]:
        """Yield each name with its streams, which must be read before the next."""
        for name in self._names:
            yield name, self._found(name)

    def share_read(self) -> float | None:
        """Return how much of all bytes was read, from 0 to 1; None where that cannot be known."""
        if not self._n_bytes:
            return None
        at = self._file.tell() if self._file and not self._file.closed else 0
        return min((self._n_read + at) / self._n_bytes, 1.0)

    def _found(self, name: str) -> Iterator[Found]:
        if not _is_stream(name):
            for file in self._files[name]:
                yield from self._in_file(file) if isinstance(file, _File) else (file,)
            return
        if is_live(name):
            yield from self._live_sources().found(name)
            return
        try:
            with _standard_input() if name == STANDARD_INPUT else _download(name) as opened:
                yield from unpacked(opened)
        except ReadError as error:
            yield NotOpened(name, str(error), is_error=True)

    def _live_sources(self) -> "LiveSources":
        if self._live is None:
            from vectorstore.live.client import LiveClient
            from vectorstore.live.sources import LiveSources

            self._live = LiveSources(LiveClient())
        return self._live

    def _in_file(self, file: _File) -> Iterator[Found]:
        try:
            with file.path.open("rb") as self._file:
                yield from unpacked(
                    Opened(printable(file.name), self._file, is_found=file.is_found)
                )
        except FileNotFoundError:
            yield NotOpened(file.name, f"No such file: {file.name!r}.", is_error=True)
        except (OSError, ValueError) as error:  # the latter of a name that holds a zero
            reason = f"Cannot read {file.name!r}: {getattr(error, 'strerror', None) or error}."
            yield NotOpened(file.name, reason, is_error=True)
        self._n_read += file.n_bytes or 0


def open_source(name: str) -> Iterator[Opened]:
    """Yield the streams of one source. Raises ReadError where one of them cannot be read."""
    for _, streams in Sources([name]):
        for found in streams:
            if isinstance(found, Opened):
                yield found
            elif found.is_error:
                raise ReadError(found.reason)


def _is_stream(name: str) -> bool:
    is_url = name.casefold().startswith(("http://", "https://"))
    return name == STANDARD_INPUT or is_url or is_live(name)


def _files_of(name: str) -> Iterator[_File | NotOpened]:
    """Yield the files that a name stands for: itself, a directory's, or those a pattern fits."""
    path = Path(name)
    try:
        is_directory, exists = path.is_dir(), path.exists()
    except OSError as error:  # such as a name that is too long
        reason = f"Cannot read {name[:200]!r}: {error.strerror}."
        yield NotOpened(name, reason, is_error=True)
        return
    if is_directory:
        yield from _walk(path)
    elif exists or not glob.has_magic(name):
        yield _File(path, name)
    else:
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 (takes absolute ones too)
        for match in matches:
            yield from (
                _files_of(match) if not glob.has_magic(match) else [_File(Path(match), match)]
            )
        if not matches:
            yield NotOpened(name, f"No file matches {name!r}.", is_error=True)


def _walk(directory: Path) -> Iterator[_File | NotOpened]:
    """Yield the files of a directory and all below it, in order; links to directories are left."""
    for where, directories, files in os.walk(directory):
        directories[:] = sorted(name for name in directories if not is_hidden(name))
        for file in sorted(files):
            path = Path(where, file)
            if reason := _why_passed_over(path):
                yield NotOpened(printable(str(path)), reason)
            else:
                yield _File(path, str(path), is_found=True)


def _why_passed_over(path: Path) -> str:
    if is_hidden(path.name):
        return "hidden"
    suffix = path.suffix.casefold()
    if suffix in PACKED_SUFFIXES:
        suffix = Path(path.stem).suffix.casefold()
    if suffix in FOREIGN_SUFFIXES:
        return f"a {suffix} file"
    return "" if path.is_file() else "no regular file"


@contextmanager
def _standard_input() -> Iterator[Opened]:
    yield Opened(_STANDARD_INPUT_NAME, sys.stdin.buffer)


@contextmanager
def _download(url: str) -> Iterator[Opened]:
    import httpx

    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_DOWNLOAD_SECONDS) as response:
            response.raise_for_status()
            yield Opened(url, cast("BinaryIO", _Answer(url, response.iter_bytes(HEAD_BYTES))))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ReadError(f"Cannot download {url!r}: {error}.") from None


class _Answer(io.RawIOBase):
    """The bytes of an answer as they come.

    Raises ReadError where they break off, or are too many.
    """

    def __init__(self, url: str, pieces: Iterator[bytes]) -> None:
        self._url = url
        self._pieces = pieces
        self._piece = b""
        self._n_bytes = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Fill the buffer with what came; return how many bytes, 0 at the end."""
        taken = (self._piece or self._next_piece())[: len(buffer)]
        self._piece = self._piece[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _next_piece(self) -> bytes:
        import httpx

        try:
            self._piece = next(self._pieces, b"")
        except httpx.HTTPError as error:
            raise ReadError(f"Cannot download {self._url!r}: {error}.") from None
        self._n_bytes += len(self._piece)
        if self._n_bytes > MAX_DOWNLOAD_BYTES:
            raise ReadError(f"{self._url!r} is larger than {MAX_DOWNLOAD_BYTES >> 20} MiB.")
        return self._piece
