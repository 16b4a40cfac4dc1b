"""Files of rows, gzipped or not, in which each row that cannot be used is an error."""

import gzip
import io
import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path
from typing import IO, TypeVar, cast

from pydantic import ValidationError

from vectorstore.errors import RetrievalEvaluationError

Line = tuple[int, str]
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_GZIP = b"\x1f\x8b"  # how every gzip file begins (RFC 1952)


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the number and text of each line that is not blank.

    Whether the file is gzipped is told by its first bytes. Raises RetrievalEvaluationError where it
    cannot be read or is no UTF-8.
    """
    try:
        with path.open("rb") as file:
            is_gzip = file.peek(len(_GZIP)).startswith(_GZIP)
            content = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if is_gzip else file
            # Only "\n" ends a line: abstracts hold other characters that `splitlines` breaks at.
            lines = io.TextIOWrapper(content, encoding="utf-8-sig", newline="\n")
            yield from ((n, line.strip()) for n, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise RetrievalEvaluationError(f"Cannot read {str(path)!r}: {error}.") from None


def read_rows(
    path: Path, lines: Iterable[Line], read: Callable[[str], tuple[Key, Value]]
) -> dict[Key, Value]:
    """Return the rows by their key; `read` raises ValueError where a line is none.

    Raises RetrievalEvaluationError, which names the line, also where a key comes again with
    something else, and where there is no row.
    """
    rows: dict[Key, Value] = {}
    for number, line in lines:
        try:
            key, value = read(line)
        except ValueError as error:
            raise RetrievalEvaluationError(f"{path}, line {number}: {_reason(error)}.") from None
        if rows.setdefault(key, value) != value:
            shown = " and ".join(map(repr, key if isinstance(key, tuple) else (key,)))
            raise RetrievalEvaluationError(
                f"{path}, line {number}: {shown} came before with something else. Keep one."
            )
    if not rows:
        raise RetrievalEvaluationError(f"{str(path)!r} holds no row.")
    return rows


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
