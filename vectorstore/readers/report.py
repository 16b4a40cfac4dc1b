"""What a reader gives: papers, and a reason for everything it had to leave out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vectorstore.paper import Paper

MAX_EXCERPT_CHARS = 200
MAX_REASON_CHARS = 500
MAX_KEPT_REJECTS = 10_000  # a source; those beyond are counted, and go to a file where one is named


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of a source that is no whole paper: where it stands and what is wrong with it.

    `line` is 0 where no line is known.
    """

    line: int
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        """Return one line for a person."""
        shown = f": {self.excerpt[:60]!r}" if self.excerpt else ""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.reason}{shown}"


def lines_of(text: str) -> list[str]:
    """Return the lines of a file.

    `str.splitlines` also breaks at U+2028 and form feeds, which occur inside JSON and abstracts.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True, slots=True)
class ReadReport:
    """The papers of one source, in its order, and its rejects."""

    source: str
    papers: Sequence[Paper] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


@dataclass(slots=True)
class SourceReport:
    """What came of one source as it was read, without its papers.

    `format` is the name of the reader, "" where none fitted; `error` says why reading ended early,
    "" where it did not.
    """

    source: str
    format: str = ""
    n_papers: int = 0
    n_rejects: int = 0
    rejects: list[Reject] = field(default_factory=list)
    error: str = ""

    def note(self, reject: Reject) -> Reject:
        """Count a reject, and keep it while they are few; return it short, and as text.

        Halves of characters, which JSON can spell, become "?".
        """
        reason = _as_text(reject.reason[:MAX_REASON_CHARS])
        excerpt = _as_text(reject.excerpt[:MAX_EXCERPT_CHARS])
        reject = replace(reject, reason=reason, excerpt=excerpt)
        self.n_rejects += 1
        if len(self.rejects) < MAX_KEPT_REJECTS:
            self.rejects.append(reject)
        return reject


def _as_text(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
