"""Tables of a model's Markdown, a row at a time."""

import re
from collections.abc import Iterator
from itertools import zip_longest

_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")


class Table:
    """Turns rows into text: "| Pando | 720 |" becomes "Model: Pando; Size: 720"."""

    def __init__(self) -> None:
        self._first: list[str] | None = None  # a row that may turn out to be the header
        self._header: list[str] | None = None

    def add(self, line: str) -> Iterator[str]:
        """Yield the texts of the rows that the line settles."""
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if _RULE.fullmatch(line):
            self._header, self._first = self._first or [], None
        elif self._header is not None:
            yield _row(self._header, cells)
        elif self._first is None:
            self._first = cells
        else:
            first, self._first, self._header = self._first, None, []
            yield _row([], first)
            yield _row([], cells)

    def end(self) -> Iterator[str]:
        """Yield the row that was held back, if any; the next row begins another table."""
        first, self._first, self._header = self._first, None, None
        if first:
            yield _row([], first)


def _row(header: list[str], cells: list[str]) -> str:
    named = zip_longest(header[: len(cells)], cells, fillvalue="")
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)
