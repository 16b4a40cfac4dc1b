"""A text that is being read as LaTeX, and what was printed of it so far."""

import re
from functools import cached_property

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ESCAPED_QUOTE = re.compile(r"\\[\"'](?=[\s.,;:!?)\]]|$)")


def looks_like_latex(text: str) -> bool:
    """Return whether `text` has a macro, a formula or a quotation mark of TeX."""
    return any(sign in text for sign in ("\\", "$", "``"))


class Page:
    """The source, the pieces printed, and what each closing brace is to print.

    A closing brace that is not in `closing` prints itself. Positions are those of `text`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.printed: list[str] = []
        self.closing: dict[int, str] = {}
        self.unclosed_environments: set[str] = set()
        self._closing_at_end: list[str] = []

    @cached_property
    def is_latex(self) -> bool:
        """Return whether there is more of LaTeX: others type `--` and mean it."""
        return looks_like_latex(self.text)

    def write(self, piece: str) -> None:
        """Print `piece`."""
        if piece:
            self.printed.append(piece)

    def partner(self, start: int) -> int:
        """Return where the group that opens at `start` closes; the text's end if nowhere."""
        return self._partners.get(start, len(self.text))

    def unwrap(self, start: int, closing: str = "") -> int:
        """Let the group that opens at `start` print its content and then `closing`.

        Returns where the content begins.
        """
        partner = self.partner(start)
        if partner < len(self.text):
            self.closing[partner] = closing
        else:
            self._closing_at_end.append(closing)
        return start + 1

    def inside(self, start: int) -> str:
        """Return the source of the group that opens at `start`, without its braces."""
        return self.text[start + 1 : self.partner(start)]

    def trim(self, marks: str = " ") -> None:
        """Take `marks` off the end of what was printed."""
        while self.printed:
            self.printed[-1] = self.printed[-1].rstrip(marks)
            if self.printed[-1]:
                return
            self.printed.pop()

    def last_character(self) -> str:
        """Return the character printed last, or "" before the first."""
        return self.printed[-1][-1] if self.printed else ""

    def result(self) -> str:
        """Return what was printed, groups that never closed closed."""
        return "".join([*self.printed, *reversed(self._closing_at_end)])

    @cached_property
    def has_escaped_quotes(self) -> bool:
        """Whether quotation marks are escaped as in JSON: the last one of \\"so\\" is no accent."""
        return _ESCAPED_QUOTE.search(self.text) is not None

    @cached_property
    def _partners(self) -> dict[int, int]:
        partners, opened = dict[int, int](), list[int]()
        for found in _BRACE.finditer(self.text):
            if found[0] == "{":
                opened.append(found.start())
            elif found[0] == "}" and opened:
                partners[opened.pop()] = found.start()
        return partners
