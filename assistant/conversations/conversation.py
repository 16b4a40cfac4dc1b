"""A conversation as it is kept: what was asked, what came of it, and what the reader thought."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from assistant.answer import Answer, Turn
from assistant.conversations.clock import now
from assistant.conversations.titles import flat
from assistant.markdown import plain_text
from vectorstore import SearchFilter

Thumb = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and what came of it.

    `answer` is None where the reader stopped it or it failed (`failure` says why); `text` is the
    Markdown that was shown. Make one of an answer with `Exchange.of`.
    """

    question: str
    text: str = ""
    standalone_question: str = ""
    answer: Answer | None = None
    filters: SearchFilter = SearchFilter()  # noqa: RUF009 (frozen, so it can be shared)
    backend: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)
    stopped: bool = False
    failure: str = ""
    created_at: datetime = field(default_factory=now)

    @classmethod
    def of(cls, answer: Answer, filters: SearchFilter | None = None) -> "Exchange":
        """Return the exchange that ended with `answer`."""
        return cls(
            question=answer.question,
            text=answer.text,
            standalone_question=answer.standalone_question,
            answer=answer,
            filters=filters or SearchFilter(),
            backend=answer.backend,
            timings_ms=answer.timings_ms,
        )

    @property
    def plain_text(self) -> str:
        """Return what was shown, on one line and without markup."""
        return flat(plain_text(self.text))

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """Return the papers that were cited, in order."""
        return self.answer.as_turn().paper_ids if self.answer else ()

    def as_turn(self) -> Turn | None:
        """Return it as history for the next question; None where nothing came."""
        if self.answer:
            return self.answer.as_turn()
        return Turn(self.question, self.text) if self.text else None


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """An exchange in the store. `link` is the token of its link, empty where it has none."""

    exchange_id: int
    exchange: Exchange
    thumb: Thumb | None = None
    comment: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, its exchanges oldest first. `filters` are those that it was begun with."""

    conversation_id: str
    title: str
    filters: SearchFilter
    created_at: datetime
    updated_at: datetime
    exchanges: tuple[KeptExchange, ...]

    def history(self) -> list[Turn]:
        """Return what the assistant needs to understand a follow-up."""
        turns = (kept.exchange.as_turn() for kept in self.exchanges)
        return [turn for turn in turns if turn]


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list shows it."""

    conversation_id: str
    title: str
    updated_at: datetime
    n_exchanges: int


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A paper that an answer cites."""

    paper_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer. `answer` is without markup, its markers kept."""

    thumb: Thumb
    comment: str
    rated_at: datetime
    question: str
    answer: str
    papers: tuple[CitedPaper, ...]
    backend: str
