"""A conversation as the page keeps it: immutable, so every yield is a whole picture."""

from dataclasses import dataclass, replace

from assistant.answer import Answer, AnswerSentence, Turn
from vectorstore import Hit, SearchFilter


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came back so far.

    `status` is what the assistant is doing before it writes; `answer` is None until it is complete,
    and stays None where the reader stopped it or it failed (`failure` says why). `sentences` are
    those that were checked so far. `hits` are the papers that were found, with their scores; they
    are not kept when the conversation is. `kept_id` is the exchange's number in the store, 0 where
    it is not kept; `thumb` and `comment` are what the reader thought of it.
    """

    number: int
    question: str
    status: str = ""
    text: str = ""
    answer: Answer | None = None
    failure: str = ""
    stopped: bool = False
    reading: str = ""
    sentences: tuple[AnswerSentence, ...] = ()
    hits: tuple[Hit, ...] = ()
    where: SearchFilter = SearchFilter()  # noqa: RUF009 (frozen, so it can be shared)
    suggestions: tuple[str, ...] = ()
    kept_id: int = 0
    thumb: str = ""
    comment: str = ""
    asked_again: bool = False

    @property
    def under_way(self) -> bool:
        """Return whether more is to come."""
        return self.answer is None and not self.failure and not self.stopped


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges so far, oldest first, and which chat of the session they belong to.

    `kept_id` names it in the store; it is empty where nothing of it is kept. `shared` is that of a
    link to one answer: to be read, not to be continued.
    """

    exchanges: tuple[Exchange, ...] = ()
    chat: int = 0
    kept_id: str = ""
    shared: bool = False

    @property
    def latest(self) -> Exchange | None:
        """Return the last exchange, or None where nothing was asked yet."""
        return self.exchanges[-1] if self.exchanges else None

    def in_chat(self, chat: int) -> "Conversation":
        """Return the conversation of `chat`: this one, or an empty one where it is of another."""
        return self if self.chat == chat else Conversation(chat=chat)

    def before(self, number: int) -> "Conversation":
        """Return the conversation as it was before exchange `number` was asked."""
        return replace(self, exchanges=self.exchanges[: number - 1])

    def asking(
        self,
        question: str,
        status: str,
        where: SearchFilter | None = None,
        *,
        again: bool = False,
    ) -> "Conversation":
        """Return the conversation with a new question at its end; `again` replaces a kept one."""
        exchange = Exchange(
            len(self.exchanges) + 1,
            question,
            status,
            where=where or SearchFilter(),
            asked_again=again,
        )
        return replace(self, exchanges=(*self.exchanges, exchange))

    def with_latest(self, exchange: Exchange) -> "Conversation":
        """Return the conversation with its last exchange replaced."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))

    def stopped(self) -> "Conversation":
        """Return the conversation with an exchange that is under way cut off."""
        if self.latest is None or not self.latest.under_way:
            return self
        return self.with_latest(replace(self.latest, stopped=True))

    def history(self) -> list[Turn]:
        """Return what the assistant needs to understand a follow-up."""
        return [turn for exchange in self.exchanges if (turn := _turn(exchange))]


def _turn(exchange: Exchange) -> Turn | None:
    if exchange.answer:
        return exchange.answer.as_turn()
    return Turn(exchange.question, exchange.text) if exchange.text else None
