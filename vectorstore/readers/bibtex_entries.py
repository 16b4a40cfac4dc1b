"""BibTeX as entries: the stream cut where entries begin, each cut parsed by itself.

A block begins at a line that starts with `@type{`, wherever the one before it stands, so that an
entry that lacks a brace costs no other. bibtexparser splits a block into fields; concatenation and
macros are resolved here, since its own way of doing so needs the whole file.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.readers.opened import Line, Opened
from vectorstore.readers.report import Reject

if TYPE_CHECKING:
    from bibtexparser import model

MAX_ENTRY_CHARS = 1 << 19  # an abstract has 2,000; bibtexparser takes 200 bytes a sign at worst
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

_OPENING = re.compile(r"\s*@\s*[A-Za-z]\w*\s*[{(]")
# In a line as long as this, entries are also told apart where one brace follows another's end.
_LONG_LINE_CHARS = 1 << 16
_OPENING_WITHIN = re.compile(r"(?<=[})])\s*(?=@\s*[A-Za-z]\w*\s*[{(])")
_NO_ENTRY = re.compile(r"@\s*(?:comment|preamble|string)\b", re.IGNORECASE)
_LOST_FIELD = re.compile(r"\btitle\s*=\s*[\"{]", re.IGNORECASE)
_QUOTES = {"{": "}", '"': '"'}
_MARK = re.compile(r"(?<!\\)[{}\"]")
_JOINT = re.compile(r"\s*#\s*")
_BARE = re.compile(r"[^\s{}\"#,=]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its type and the names of its fields in lower case, the values as written.

    White space is collapsed and the outer braces or quotes are taken off; others are kept.
    """

    line: int
    type: str
    key: str
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a field, "" where there is none."""
        return self.fields.get(name, "")


@dataclass(slots=True)
class _Block:
    line: int
    lines: list[str]
    n_chars: int = 0
    problem: str = ""

    def add(self, line: Line) -> None:
        self.problem = self.problem or line.problem
        self.n_chars += len(line.text) + 1
        if self.n_chars <= MAX_ENTRY_CHARS:
            self.lines.append(line.text)
        elif not self.problem:
            self.problem = f"an entry longer than {MAX_ENTRY_CHARS >> 10} KiB"

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def read_entries(opened: Opened) -> Iterator[Entry | Reject]:
    """Yield the entries in order, and a reject for each that cannot be parsed."""
    # What the library would warn of is a reject here.
    logging.getLogger("bibtexparser.splitter").setLevel(logging.CRITICAL)
    macros = {month: month for month in MONTHS}
    for block in _blocks(opened):
        if block.problem and not _NO_ENTRY.match(block.text.lstrip()):
            yield Reject(block.line, block.problem, block.text[:200])
        elif (block.lines and "@" in block.text) or _LOST_FIELD.search(block.text):
            yield from _parse(block, macros)


def _blocks(opened: Opened) -> Iterator[_Block]:
    block = _Block(1, [])
    for line in opened.lines():
        for piece in _pieces(line):
            if _OPENING.match(piece.text):
                yield block
                block = _Block(line.number, [])
            block.add(piece)
    yield block


def _pieces(line: Line) -> Iterator[Line]:
    start = 0
    if len(line.text) > _LONG_LINE_CHARS:
        for between in _OPENING_WITHIN.finditer(line.text):
            yield Line(line.number, line.text[start : between.start()])
            start = between.end()
    yield Line(line.number, line.text[start:], line.problem) if start else line


def _parse(block: _Block, macros: dict[str, str]) -> Iterator[Entry | Reject]:
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

    for part in Splitter(block.text).split().blocks:
        line = block.line + (part.start_line or 0)
        raw = part.raw or ""
        entry = getattr(part, "ignore_error_block", None) or part  # of fields or keys said twice
        if isinstance(entry, model.Entry):
            yield _entry(entry, line, macros)
        elif isinstance(entry, model.String):
            macros[entry.key.casefold()] = _value(entry.value, macros) or ""
        elif isinstance(entry, model.ImplicitComment):
            if _LOST_FIELD.search(entry.comment):
                yield Reject(line, "fields outside of any entry", entry.comment[:200])
        elif isinstance(entry, model.ParsingFailedBlock) and not _NO_ENTRY.match(raw):
            reason = getattr(entry.error, "abort_reason", "") or "no whole entry"
            yield Reject(line, f"broken entry: {reason}", raw[:200] or block.text[:200])


def _entry(entry: "model.Entry", line: int, macros: Mapping[str, str]) -> Entry | Reject:
    fields: dict[str, str] = {}
    for field in entry.fields:
        value = _value(field.value, macros)
        if value is None:
            excerpt = f"{field.key} = {field.value}"[:200]
            return Reject(line, f"broken entry: the value of {field.key!r} has no end", excerpt)
        fields.setdefault(field.key.casefold(), value)
    return Entry(line, entry.entry_type.casefold(), entry.key, fields)


def _value(text: str, macros: Mapping[str, str]) -> str | None:
    """Return the parts between `#` joined, without their quotes; None where one is broken."""
    parts: list[str] = []
    position = 0
    while (end := _end_of_part(text, position)) is not None:
        part = text[position:end]
        is_quoted = part[0] in _QUOTES
        parts.append(part[1:-1] if is_quoted else macros.get(part.casefold(), part))
        joint = _JOINT.match(text, end)
        if not joint:
            return " ".join("".join(parts).split()) if end == len(text) else None
        position = joint.end()
    return None


def _end_of_part(text: str, start: int) -> int | None:
    """Return where the braces, quotes or bare word at `start` end; None where they do not."""
    opening = text[start : start + 1]
    if not opening or opening not in _QUOTES:
        bare = _BARE.match(text, start)
        return bare.end() if bare else None
    depth = 0
    for mark in _MARK.finditer(text, start + (opening == '"')):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth == 0 and mark[0] == _QUOTES[opening]:
            return mark.end()
    return None
