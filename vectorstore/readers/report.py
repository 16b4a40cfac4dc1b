"""What a reader gives: papers, and a reason for everything it had to leave out."""

from dataclasses import dataclass, field

from vectorstore.paper import Paper


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of a source that is no whole paper: where it stands and what is wrong with it."""

    line: int
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        """Return one line for a person."""
        shown = f": {self.excerpt[:60]!r}" if self.excerpt else ""
        return f"line {self.line}: {self.reason}{shown}"


def lines_of(text: str) -> list[str]:
    """Return the lines of a file.

    `str.splitlines` also breaks at U+2028 and form feeds, which occur inside JSON and abstracts.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True, slots=True)
class ReadReport:
    """The papers of one source, in its order, and its rejects."""

    source: str
    papers: list[Paper] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
