"""Records of tagged lines: RIS, the field-tagged text of Web of Science, MEDLINE's text.

rispy would hold the whole file, loses a record without its end line, and raises KeyError on a
continuation without a field; so these three share this reader.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vectorstore.readers.opened import Line, Opened

MAX_RECORD_CHARS = 8 << 20  # thousands of authors have as many affiliations
MAX_RECORD_LINES = 100_000  # each takes 150 bytes beside its characters


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines carry fields.

    `field` matches the line that begins one, its groups are the tag and the value; any other line
    goes on with the field before it. A record begins at the tag `opens`, or at a field outside of
    any record whose tag is not among `furniture`; it ends at the tag `closes`, or, where that is
    empty, at an empty line.
    """

    field: re.Pattern[str]
    opens: str
    closes: str = ""
    furniture: frozenset[str] = frozenset()


@dataclass(slots=True)
class TaggedRecord:
    """One record: its fields in order, each a tag and its lines. `problem` says why it is none."""

    line: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    n_chars: int = 0
    n_lines: int = 0
    problem: str = ""

    def texts(self, *tags: str) -> list[str]:
        """Return the values of the fields with these tags in order, white space collapsed."""
        found = (_collapsed(lines) for tag, lines in self.fields if tag in tags)
        return [text for text in found if text]

    def first(self, *tags: str) -> str:
        """Return the value of the first of these tags that has one, the best tag first."""
        return next((text for tag in tags for text in self.texts(tag)[:1]), "")

    def lines(self, *tags: str) -> list[str]:
        """Return each line of the fields with these tags, where each is a value of its own."""
        found = (
            " ".join(line.split()) for tag, lines in self.fields if tag in tags for line in lines
        )
        return [text for text in found if text]

    def add(self, line: Line, tag: str, value: str) -> None:
        """Add a line; without a tag it goes on with the field before it."""
        self.n_chars += len(value)
        self.n_lines += 1
        self.problem = self.problem or line.problem
        if self.n_chars > MAX_RECORD_CHARS:
            self.problem = self.problem or f"a record longer than {MAX_RECORD_CHARS >> 20} MiB"
        elif self.n_lines > MAX_RECORD_LINES:
            self.problem = self.problem or f"a record of more than {MAX_RECORD_LINES:,} lines"
        elif tag:
            self.fields.append((tag, [value]))
        elif self.fields:
            self.fields[-1][1].append(value)


def tagged_records(opened: Opened, layout: Layout) -> Iterator[TaggedRecord]:
    """Yield the records in order; one that lacks its end ends where the next begins."""
    record: TaggedRecord | None = None
    for line in opened.lines():
        found = layout.field.match(line.text)
        tag, value = (found[1].strip(), found[2] or "") if found else ("", line.text)
        if record and (tag == layout.opens or _ends(layout, tag, line)):
            yield record
            record = None
        if tag and tag != layout.closes and not record and tag not in layout.furniture:
            record = TaggedRecord(line.number)
        if record:
            record.add(line, tag, value)
    if record:
        yield record


def _ends(layout: Layout, tag: str, line: Line) -> bool:
    if layout.closes:
        return tag == layout.closes
    return not line.problem and not line.text.strip()


def _collapsed(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
