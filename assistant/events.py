"""What `Assistant.stream` yields, in this order: one a stage, text as it comes, the answer last."""

from dataclasses import dataclass

from assistant.answer import Answer, AnswerSentence
from vectorstore import Hit


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as it is searched, follow-ups completed."""

    standalone_question: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The papers found for it, best first; empty for a question about the collection."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's Markdown. All pieces joined are `Answer.text`."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence that is complete, with its verdict."""

    sentence: AnswerSentence


@dataclass(frozen=True, slots=True)
class Completed:
    """The whole answer; always the last event."""

    answer: Answer


Event = Understood | Retrieved | TextDelta | SentenceChecked | Completed


def answer_of(last: Event) -> Answer:
    """Return the answer that the last event of a stream holds."""
    if not isinstance(last, Completed):
        raise TypeError(f"the stream ended with {last!r}")
    return last.answer
