"""Lines of a model's Markdown: paragraphs, lists, headings, tables, code, and what is dropped.

Numbered and bulleted lists stay lists, flattened to one level. A short heading becomes a bold line
before the sentence that follows, a table's row an item ("Model: Pando; Score: 720"), a line of code
text. Dropped are rules, fences, an "Answer:" at the start, and a list of references with all that
follows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.citing.lines import (
    ANSWER_LABEL,
    FENCE,
    MARKER,
    NO_CONTENT,
    QUOTE_OR_HEADING,
    heading_of,
    is_answer_label,
    is_references,
    may_be_special,
)
from assistant.citing.tables import Table
from assistant.markdown import escape

_MAX_HELD_CHARS = 1_000  # of a table's row or a line of code
_PLAIN_LANGUAGES = ("", "markdown", "md", "text", "txt", "plaintext")  # of a fence


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a paragraph or item; `lead` is the Markdown before what comes next."""

    lead: str


class BlockReader:
    """Turns characters into those of sentences, `Break`s, and "\\n" for a line's end.

    A line's start is held back only until it is told what kind of line it is.
    """

    def __init__(self) -> None:
        self.is_done = False
        self._line = ""  # the line so far, while it is held back
        self._is_passing = False  # the rest of the line goes through as it comes
        self._has_text = self._is_after_blank = self._is_in_list = False
        self._is_code = self._is_wrapped = False  # in a block of code; the answer is in a fence
        self._heading = ""
        self._table = Table()

    def feed(self, char: str) -> Iterator[str | Break]:
        """Yield what the character settles."""
        if self.is_done:
            return
        if self._is_passing and char != "\n":
            yield char
        elif self._is_passing:
            self._is_passing = False
        elif self._line or self._is_code or char not in " \t":
            self._line += char
            yield from self._settle()

    def end(self) -> Iterator[str | Break]:
        """Yield what was held back."""
        if self._line:
            yield from self._whole_line(self._line)
        yield from self._rows(self._table.end())
        heading, self._heading = self._heading, ""
        if heading and not self._has_text:
            yield from self._content(heading)

    def _settle(self) -> Iterator[str | Break]:
        if self._line.endswith("\n"):
            line, self._line = self._line.removesuffix("\n"), ""
            yield from self._whole_line(line)
        elif self._is_held():
            return
        elif self._has_text and is_references(self._line, is_whole=False):
            self.is_done = True
        elif not self._has_text and (label := ANSWER_LABEL.match(self._line)):
            self._line = self._line[label.end() :]
            yield from self._settle()
        else:
            line, self._line = self._line, ""
            yield from self._content(line)
            self._is_passing = True

    def _is_held(self) -> bool:
        if len(self._line) > _MAX_HELD_CHARS:
            return False
        return self._is_code or may_be_special(self._line, is_first=not self._has_text)

    def _whole_line(self, line: str) -> Iterator[str | Break]:
        if fence := FENCE.match(line):
            self._fence(fence[1].lower())
        elif self._is_code:
            yield from self._content(f"`{line.replace('`', '')}`")
        elif NO_CONTENT.fullmatch(line):
            self._is_after_blank = True
        elif line.lstrip().startswith("|"):
            yield from self._rows(self._table.add(line))
        elif self._has_text and is_references(line, is_whole=True):
            self.is_done = True
        elif not self._has_text and is_answer_label(line):
            return
        elif heading := heading_of(line):
            self._heading = heading
        else:
            yield from self._content(line)

    def _fence(self, language: str) -> None:
        """Begin or end a block of code; a fence around the whole answer is not one."""
        if self._is_wrapped:
            self._is_wrapped = False
        elif self._is_code or self._has_text or language not in _PLAIN_LANGUAGES:
            self._is_code = not self._is_code
        else:
            self._is_wrapped = True
        self._is_after_blank = True

    def _rows(self, rows: Iterator[str]) -> Iterator[str | Break]:
        for row in rows:
            yield from self._begin("- ")
            yield from row
            self._is_after_blank = True

    def _content(self, line: str) -> Iterator[str | Break]:
        yield from self._rows(self._table.end())
        marker = MARKER.match(line)
        if marker:
            yield from self._begin(f"{marker[1]}. " if marker[1] else "- ")
            yield from line[marker.end() :]
        else:
            yield from self._begin("")
            yield from QUOTE_OR_HEADING.sub("", line, count=1)

    def _begin(self, marker: str) -> Iterator[str | Break]:
        """Yield what stands between the text so far and an item, or other text, that begins."""
        is_new = marker or self._is_after_blank or self._heading
        lead = f"\n{marker}" if marker and self._is_in_list else f"\n\n{marker}"
        if self._heading:
            lead = f"\n\n**{escape(self._heading, urls_of='')}**\n\n{marker}"
        if is_new:
            yield Break(lead)
        elif self._has_text:
            yield "\n"
        self._is_in_list = bool(marker) or (self._is_in_list and not is_new)
        self._has_text, self._is_after_blank, self._heading = True, False, ""
