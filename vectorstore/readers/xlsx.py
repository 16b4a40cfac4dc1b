"""Reader of Excel workbooks: of each sheet with a header that names a title, a paper a row."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, BinaryIO

from vectorstore.errors import ReadError, one_line
from vectorstore.readers.columns import Columns, check_title, find_columns, paper_of
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject
from vectorstore.readers.unpacking import is_office_file

SOURCE = "xlsx"
EXPECTED = "an Excel workbook (.xlsx) whose first row names columns such as title and abstract"
_MAX_RATIO = 100  # bytes of a workbook's members for one of the file
_FREE_BYTES = 32 << 20
_MAX_BYTES = 1 << 30
_MAX_COLUMNS = 1_000
_MAX_ROWS_ABOVE = 10  # of a sheet, above its header


def looks_like_workbook(opened: Opened) -> bool:
    """Return whether it is an office program's file and, where its name tells, a workbook."""
    return is_office_file(opened) and opened.suffix not in (".docx", ".pptx")


def read_workbook(opened: Opened, options: ReadOptions) -> Iterator[Row]:
    """Yield the papers of the rows that are whole, and a reject for each that is not."""
    with opened.seekable() as stream:
        _check_size(stream, opened.name)
        headers: list[Sequence[Any]] = []
        n_read = 0
        for name, rows in _sheets(stream, opened.name):
            columns = None
            for number, row in rows:
                if columns is not None:
                    yield _row(row, columns, name, number)
                elif (found := _columns(row, options)).has_title:
                    columns, n_read = found, n_read + 1
                elif number > _MAX_ROWS_ABOVE:
                    break
                else:
                    headers.append(row)
        if not n_read:
            names = next(iter(headers), ())
            check_title(_columns(names, options), names, opened.name)


def _columns(names: Sequence[Any], options: ReadOptions) -> Columns:
    """Return the columns of what may be a header; without a title where one that is given lacks."""
    texts = [name if isinstance(name, str) else "" for name in names]
    try:
        return find_columns(texts, range(len(texts)), options.columns)
    except ReadError:
        return Columns(())


def _row(row: Sequence[Any], columns: Columns, sheet: str, number: int) -> Row:
    values = {field: row[at] if at < len(row) else None for field, at in columns.pairs}
    try:
        return paper_of(values, SOURCE)
    except ValueError as error:
        excerpt = str(values.get("title") or row[0])[:MAX_EXCERPT_CHARS]
        return Reject(number, f"{error} (sheet {sheet!r})", excerpt)


def _sheets(stream: BinaryIO, name: str) -> Iterator[tuple[str, Iterator[tuple[int, Any]]]]:
    """Yield the title and the rows of each sheet."""
    openpyxl = _library()
    with warnings.catch_warnings():  # of styles that it does not know
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # noqa: BLE001 (it raises anything at a damaged file)
            raise _damaged(name, error) from None
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what the file says of its size may lie
        yield sheet.title, _rows(sheet, name)


def _rows(sheet: Any, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the rows that hold anything, with their numbers."""
    rows = enumerate(sheet.iter_rows(values_only=True, max_col=_MAX_COLUMNS), 1)
    while True:
        try:
            with warnings.catch_warnings():  # of cells that are no date
                warnings.simplefilter("ignore")
                number, row = next(rows, (0, ()))
        except Exception as error:  # noqa: BLE001 (as above)
            raise _damaged(name, error) from None
        if not number:
            return
        if any(cell is not None for cell in row):
            yield number, row


def _check_size(stream: BinaryIO, name: str) -> None:
    """Raise ReadError where the members would take more than a workbook of this size does."""
    n_packed = stream.seek(0, 2)
    try:
        n_bytes = sum(info.file_size for info in zipfile.ZipFile(stream).infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(name, error) from None
    stream.seek(0)
    if n_bytes > min(_FREE_BYTES + _MAX_RATIO * n_packed, _MAX_BYTES):
        raise ReadError(
            f"{name!r} unpacks to {n_bytes >> 20:,} MiB, over {_MAX_RATIO} times its size or"
            f" {_MAX_BYTES >> 20:,} MiB. Save it as CSV."
        )


def _damaged(name: str, error: Exception) -> ReadError:
    problem = one_line(error) or type(error).__name__
    return ReadError(f"{name!r} is no workbook that can be read: {problem}.")


def _library() -> Any:
    try:
        return import_module("openpyxl")
    except ImportError:
        raise ReadError(
            "Excel workbooks need openpyxl: pip install openpyxl. Or save it as CSV."
        ) from None


READER = Reader(SOURCE, EXPECTED, looks_like_workbook, read_workbook)
