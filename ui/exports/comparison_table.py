"""A comparison of papers as CSV, Markdown or LaTeX."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.markdown import escape
from assistant.related_work.tables import COLUMNS, NOT_STATED, Cell, ComparedPaper
from ui.exports.keys import citation_keys
from ui.exports.latex import latex

_HEAD = ("paper", "year", *COLUMNS)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets would compute


def to_csv(rows: Sequence[ComparedPaper]) -> str:
    """Return a line a paper. A cell that a spreadsheet would compute begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in _plain(row)])
    return text.getvalue()


def to_markdown(rows: Sequence[ComparedPaper]) -> str:
    """Return a table whose cells are quotes."""
    lines = [f"| {' | '.join(_HEAD)} |", f"|{' --- |' * len(_HEAD)}"]
    for row in rows:
        quotes = (_quoted(cell, escape) for cell in _cells(row))
        year = str(row.paper.year or NOT_STATED)
        lines.append(f"| {' | '.join([escape(row.paper.title), year, *quotes])} |")
    return "\n".join(lines) + "\n"


def to_latex(rows: Sequence[ComparedPaper]) -> str:
    """Return a table of paragraphs; papers are cited by the keys that the .bib has."""
    keys = citation_keys([row.paper for row in rows])
    head = " & ".join(name.capitalize() for name in _HEAD)
    lines = []
    for row in rows:
        quotes = [_quoted(cell, latex, "``", "''") for cell in _cells(row)]
        name = f"{latex(row.paper.short_title)}~\\citep{{{keys[row.paper.paper_id]}}}"
        lines.append(" & ".join([name, str(row.paper.year or NOT_STATED), *quotes]) + r" \\")
    widths = r"p{.14\linewidth}l" + r"p{.13\linewidth}" * len(COLUMNS)
    body = "\n".join([f"{head} \\\\ \\hline", *lines])
    return f"{{\\footnotesize\n\\begin{{tabular}}{{{widths}}}\n{body}\n\\end{{tabular}}}}\n"


def to_json(rows: Sequence[ComparedPaper]) -> list[dict[str, Any]]:
    """Return a row a paper. A cell is a quote with its place in the abstract; None: not stated."""
    return [
        {
            "paper_id": row.paper.paper_id,
            "title": row.paper.title,
            "year": row.paper.year,
            **{column: _placed(row.cells[column]) for column in COLUMNS},
        }
        for row in rows
    ]


TABLE_FORMATS: Mapping[str, Callable[[Sequence[ComparedPaper]], str]] = {
    ".csv": to_csv,
    ".md": to_markdown,
    ".tex": to_latex,
}


def _cells(row: ComparedPaper) -> list[Cell]:
    return [row.cells[column] for column in COLUMNS]


def _placed(cell: Cell) -> dict[str, Any] | None:
    if not cell.span:
        return None
    return {"quote": cell.text, "start": cell.span.start, "end": cell.span.end}


def _plain(row: ComparedPaper) -> list[str]:
    year = str(row.paper.year or NOT_STATED)
    return [row.paper.title, year, *(cell.text for cell in _cells(row))]


def _harmless(text: str) -> str:
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


def _quoted(
    cell: Cell, escaped: Callable[[str], str], opening: str = "“", closing: str = "”"
) -> str:
    return f"{opening}{escaped(cell.text)}{closing}" if cell.span else NOT_STATED
