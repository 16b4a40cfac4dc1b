"""Reader of Parquet files, by pyarrow, which comes with the extra `parquet`."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO

from vectorstore.errors import ReadError, one_line
from vectorstore.readers.columns import Columns, check_title, find_columns, paper_of
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject

SOURCE = "parquet"
EXPECTED = "a Parquet file with columns such as title and abstract"
MAGIC = b"PAR1"
_BATCH_ROWS = 500
_MAX_THRIFT_BYTES = 16 << 20  # of the description of the columns
_MAX_ROW_GROUP_BYTES = 1 << 30


def read_parquet(opened: Opened, options: ReadOptions) -> Iterator[Row]:
    """Yield the papers of the rows that are whole, and a reject for each that is not.

    The line of a reject is the number of its row.
    """
    with opened.seekable() as stream:
        for number, (columns, row) in enumerate(_rows(stream, opened.name, options), 1):
            try:
                yield paper_of(columns.values_of(row), SOURCE)
            except ValueError as error:
                excerpt = str(columns.values_of(row)["title"])[:MAX_EXCERPT_CHARS]
                yield Reject(number, f"{error} (row {number})", excerpt)


def _rows(
    stream: BinaryIO, name: str, options: ReadOptions
) -> Iterator[tuple[Columns, dict[str, Any]]]:
    """Yield the rows, each with the columns, which are the same for all; only these are read."""
    pyarrow, parquet = _library()
    try:
        file = parquet.ParquetFile(
            stream,
            pre_buffer=False,
            thrift_string_size_limit=_MAX_THRIFT_BYTES,
            thrift_container_size_limit=_MAX_THRIFT_BYTES,
        )
        names = file.schema_arrow.names
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise _damaged(name, error) from None
    columns = find_columns(names, names, options.columns)
    check_title(columns, names, name)
    batches = file.iter_batches(
        batch_size=_BATCH_ROWS, columns=[key for _, key in columns.pairs], use_threads=False
    )
    while True:
        try:
            batch = next(batches, None)
            rows = [] if batch is None else batch.to_pylist()
        except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
            raise _damaged(name, error) from None
        if batch is None:
            return
        yield from ((columns, row) for row in rows)


def _damaged(name: str, error: Exception) -> ReadError:
    return ReadError(f"{name!r} is no Parquet file that can be read: {one_line(error)}.")


def _library() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise ReadError("Parquet files need pyarrow: pip install 'citewise[parquet]'") from None


READER = Reader(SOURCE, EXPECTED, lambda opened: opened.head.startswith(MAGIC), read_parquet)
