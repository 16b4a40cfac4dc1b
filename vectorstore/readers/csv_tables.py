"""Reader of tables of text: a header, then a paper a row; the separator is found by trying."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from vectorstore.readers.columns import Columns, check_title, find_columns, paper_of
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import Reader, ReadOptions, Row
from vectorstore.readers.report import MAX_EXCERPT_CHARS, Reject

SOURCE = "csv"
EXPECTED = "a table with a header such as title,abstract,authors,year,doi"
_SUFFIXES = frozenset((".csv", ".tsv", ".tab"))
_SEPARATORS = (",", "\t", ";", "|")
_MIN_FIELDS = 2  # that a header must have to be known for one: the title and another
_MAX_HEADER_CHARS = 20_000


def looks_like_table(opened: Opened) -> bool:
    """Return whether the first line names columns that papers have, or the name says a table."""
    if opened.beginning.startswith(("{", "[", "<", "@")):
        return False
    header = opened.beginning.partition("\n")[0]
    columns = find_columns(*_twice(_header(header)))
    if columns.has_title and len(columns) >= _MIN_FIELDS:
        return True
    return opened.suffix in _SUFFIXES and bool(header)


def read_table(opened: Opened, options: ReadOptions) -> Iterator[Row]:
    """Yield the papers of the rows that are whole, and a reject for each that is not."""
    header = opened.beginning.partition("\n")[0]
    lines = _Lines(opened)
    rows = csv.reader(lines, delimiter=_separator(header))
    names = next((row for row in _records(rows, lines) if isinstance(row, list)), [])
    columns = find_columns(*_twice(names), given=options.columns)
    check_title(columns, names, opened.name)
    for row in _records(rows, lines):
        yield _row(row, len(names), columns, lines.start) if isinstance(row, list) else row


@dataclass(slots=True)
class _Lines:
    """The lines for the parser, which takes several for a row; `start` is the row's first."""

    opened: Opened
    start: int = 0
    problems: list[Reject] = field(default_factory=list)
    is_at_start: bool = True

    def __iter__(self) -> Iterator[str]:
        for line in self.opened.lines():
            if line.problem:
                self.problems.append(Reject(line.number, line.problem))
            if self.is_at_start:
                self.start, self.is_at_start = line.number, False
            yield line.text.lstrip("\ufeff") + "\n" if line.number == 1 else line.text + "\n"


def _records(rows: Iterator[list[str]], lines: _Lines) -> Iterator[list[str] | Reject]:
    """Yield the rows that are not empty, and a reject for each that is none."""
    while True:
        lines.is_at_start = True
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Reject(lines.start, f"no row of a table: {error}; is a quote missing?")
            continue
        yield from lines.problems
        lines.problems.clear()
        if row is None:
            return
        if any(row):
            yield row


def _row(row: list[str], n_columns: int, columns: Columns, line: int) -> Row:
    """Return the paper of a row; a short one is filled up, since programs leave out empty ends."""
    if len(row) > n_columns and any(row[n_columns:]):
        reason = f"{len(row)} cells where the header has {n_columns}; is a quote missing?"
        return Reject(line, reason, row[0][:MAX_EXCERPT_CHARS])
    row += [""] * (n_columns - len(row))
    values = columns.values_of(row)
    try:
        return paper_of(values, SOURCE)
    except ValueError as error:
        return Reject(line, str(error), (values["title"] or " ".join(row))[:MAX_EXCERPT_CHARS])


def _separator(header: str) -> str:
    """Return what separates the cells: that which gives most fields, and then most cells."""

    def gives(separator: str) -> tuple[int, int]:
        names = _cells(header, separator)
        return len(find_columns(*_twice(names))), len(names)

    return max(_SEPARATORS, key=gives)


def _header(header: str) -> list[str]:
    return _cells(header, _separator(header))


def _cells(header: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([header[:_MAX_HEADER_CHARS]], delimiter=separator), [])
    except csv.Error:
        return []


def _twice(names: list[str]) -> tuple[list[str], range]:
    return names, range(len(names))


READER = Reader(SOURCE, EXPECTED, looks_like_table, read_table)
