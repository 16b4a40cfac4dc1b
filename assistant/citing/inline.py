"""What stands inside a line: marks are told from text, and emphasis is dropped."""

import re
import unicodedata
from collections.abc import Iterator

from assistant.citing.blocks import Break
from assistant.citing.marks import (
    OPENING,
    Mark,
    MarkStyle,
    is_balanced,
    may_become_bare,
    may_become_mark,
    read_bare,
    read_mark,
)

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"  # what a backslash escapes in Markdown
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_BEFORE_SUPERSCRIPT = '.!?,;:)”’"'  # behind a letter it is an exponent: m², x³
_SPECIAL = f"\\`*_{OPENING}{_SUPERSCRIPTS}eE"
_CUT_MARK = re.compile(r"[\[【［(]+\^?\d[\d\s,;–-]*")

# Left whole, as assistant.markdown.escape leaves them.
_URL = re.compile(r"(?:https?://|(?<!\w)github\.com/)[\w./~%#?=&:+@-]*")
_URL_CHAR = re.compile(r"[\w./~%#?=&:+@-]")

_MAX_URL_CHARS = 300
_JOINING = re.compile(r" *[,;&/]? *(?:a|an|and)? *")  # two marks
_UNDECIDED = (0, "")  # more characters must be seen


class InlineReader:
    """Turns the characters of lines into text, marks, and the breaks between."""

    def __init__(self, style: MarkStyle = "square") -> None:
        self._style = style
        self._held = ""  # what may yet become a mark, or be emphasis
        self._word = ""  # of the text before: what follows the last white space
        self._is_code = False
        self._emphasis: set[str] = set()  # the characters that have opened some

    def feed(self, token: str | Break) -> Iterator[str | Mark | Break]:
        """Yield what the token settles."""
        if isinstance(token, Break):
            yield from self.end()
            self._word, self._is_code, self._emphasis = "", False, set()
            yield token
        else:
            self._held += token
            yield from self._settle(final=False)

    def end(self) -> Iterator[str | Mark]:
        """Yield what was held back. A mark that was cut off is dropped."""
        yield from self._settle(final=True)

    def _settle(self, *, final: bool) -> Iterator[str | Mark]:
        while self._held:
            n_chars, token = self._first(final=final)
            if not n_chars:
                return
            self._held = self._held[n_chars:]
            if isinstance(token, Mark):
                self._word = "]"
                yield token
            else:
                for char in token:
                    self._word = "" if char.isspace() else (self._word + char)[-_MAX_URL_CHARS:]
                    yield char

    def _first(self, *, final: bool) -> tuple[int, str | Mark]:
        """Return how many characters the first token takes, and the token."""
        char = self._held[0]
        if char == "`":
            self._is_code = not self._is_code
            return 1, ""
        self._is_code = self._is_code and char != "\n"
        if char not in _SPECIAL or self._is_code or self._is_in_url(char):
            return 1, char
        if char == "\\":
            return self._escape(final=final)
        if char in "*_":
            return self._emphasise(final=final)
        if char in OPENING:
            return self._group(final=final)
        if char in _SUPERSCRIPTS:
            return self._superscript(final=final)
        return self._bare(final=final)

    def _is_in_url(self, char: str) -> bool:
        url = _URL.search(self._word)
        return bool(url and url.end() == len(self._word) and _URL_CHAR.match(char))

    def _escape(self, *, final: bool) -> tuple[int, str]:
        if len(self._held) == 1:
            return (1, "\\") if final else _UNDECIDED
        escaped = self._held[1]
        return (2, escaped) if escaped in _PUNCTUATION else (1, "\\")

    def _emphasise(self, *, final: bool) -> tuple[int, str]:
        """Drop stars and underscores around words; keep those of "A* search" and "a_b"."""
        char = self._held[0]
        n_chars = len(self._held) - len(self._held.lstrip(char))
        if n_chars == len(self._held) and not final:
            return _UNDECIDED
        before, after = self._word[-1:] or " ", self._held[n_chars : n_chars + 1] or " "
        is_closing = char in self._emphasis and not before.isspace()
        if before.isalnum() and after.isalnum() and (char == "_" or not is_closing):
            return n_chars, char * n_chars
        if is_closing:
            self._emphasis.discard(char)
            return n_chars, ""
        if not after.isspace() and not before.isalnum():
            self._emphasis.add(char)
            return n_chars, ""
        is_text = n_chars == 1 or before.isspace()
        return n_chars, char * n_chars if is_text else ""

    def _group(self, *, final: bool) -> tuple[int, str | Mark]:
        held = self._held
        for end in range(1, len(held) + 1):
            group = held[:end]
            if not may_become_mark(group, self._style):
                return 1, held[0]
            if is_balanced(group):
                mark = read_mark(group, self._style)
                return (end, mark) if mark else (1, held[0])
        if not final:
            return _UNDECIDED
        return (len(held), "") if _CUT_MARK.fullmatch(held) else (1, held[0])

    def _superscript(self, *, final: bool) -> tuple[int, str | Mark]:
        if self._word[-1:] not in _BEFORE_SUPERSCRIPT or not self._word:
            return 1, self._held[0]
        digits = re.match(rf"[{_SUPERSCRIPTS}]+", self._held)
        n_chars = digits.end() if digits else 0
        if n_chars == len(self._held) and not final:
            return _UNDECIDED
        number = int("".join(str(unicodedata.digit(char)) for char in self._held[:n_chars]))
        return n_chars, Mark(((number, number),))

    def _bare(self, *, final: bool) -> tuple[int, str | Mark]:
        if self._word[-1:].isalnum():
            return 1, self._held[0]
        if may_become_bare(self._held) and not final:
            return _UNDECIDED
        n_chars, mark = read_bare(self._held)
        return (n_chars, mark) if mark else (1, self._held[0])


class MarkJoiner:
    """Makes one mark of several in a row: "[1], [2] and [3]"."""

    def __init__(self) -> None:
        self._mark: Mark | None = None
        self._between = ""  # what came after it, while that may lead to the next

    def feed(self, token: str | Mark | Break) -> Iterator[str | Mark | Break]:
        """Yield what the token settles."""
        if isinstance(token, Mark) and self._mark:
            is_noun = self._mark.is_noun or token.is_noun
            self._mark, self._between = Mark(self._mark.ranges + token.ranges, is_noun), ""
        elif isinstance(token, Mark):
            self._mark = token
        elif self._mark and isinstance(token, str) and _JOINING.fullmatch(self._between + token):
            self._between += token
        else:
            yield from self.end()
            yield token

    def end(self) -> Iterator[str | Mark]:
        """Yield the mark that was held back, and what came after it."""
        if self._mark:
            yield self._mark
            yield from self._between
        self._mark, self._between = None, ""
