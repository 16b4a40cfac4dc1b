"""The small interface that every writer shares."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from assistant.backends.tokens import TokenMeter
from assistant.understanding.question import Question
from vectorstore import Hit, Paper, SearchFilter, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sentence stands on: words of a paper, or, where `span` is None, some of its abstract.

    The check replaces None by the words that support the sentence best.
    """

    paper: Paper
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as a writer gives it: Markdown without citation markers.

    `claim` is the part that the evidence must support, where the sentence has a lead-in that names
    the paper. `lead` is Markdown before the sentence: white space, a bullet, a heading.
    `from_catalogue` says that the claim is about dates, authors or counts, not about a text.
    """

    text: str
    evidence: tuple[Evidence, ...]
    claim: str = ""
    lead: str = ""
    from_catalogue: bool = False


@dataclass(frozen=True, slots=True)
class DraftPiece:
    """The next words of a sentence that is still being written, as Markdown.

    The pieces of a sentence, joined, begin the `lead + text` of the DraftSentence that follows.
    """

    text: str


@dataclass(frozen=True, slots=True)
class WritingTask:
    """A question that stands alone, and the papers found for it, best first.

    A hit's place in `hits`, counted from 1, is its excerpt's number. `where` bounds the papers that
    a writer looks up itself. `meter` counts the tokens that it spends.
    """

    question: Question
    hits: tuple[Hit, ...]
    where: SearchFilter | None = None
    meter: TokenMeter = field(default_factory=TokenMeter)


class Writer(Protocol):
    """Turns a task into sentences. Yielding none is how a writer says it cannot answer."""

    @property
    def name(self) -> str:
        """Return the name of the backend, as `--llm` takes it."""

    def write(self, task: WritingTask) -> Iterator[DraftPiece | DraftSentence]:
        """Yield the sentences of the answer as they are ready.

        A writer whose sentences grow yields their pieces before them.
        """


@runtime_checkable
class Rewriting(Protocol):
    """A writer that can be asked once more about a sentence of its own."""

    def rewrite(
        self, task: WritingTask, sentence: DraftSentence, reason: str
    ) -> DraftSentence | None:
        """Return the sentence corrected; None where the excerpts do not bear it out.

        `reason` is what the check found. Raises BackendError when the model fails.
        """
