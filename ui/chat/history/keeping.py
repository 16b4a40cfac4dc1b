"""Each exchange put into the store of conversations; a store that fails never hurts an answer."""

import logging
from dataclasses import replace

from assistant.conversations import Conversation as KeptConversation
from assistant.conversations import (
    ConversationError,
    ConversationStore,
    KeptExchange,
    TooLargeError,
    UnknownConversationError,
)
from assistant.conversations import Exchange as KeptAnswer
from ui.chat.conversation import Conversation, Exchange

logger = logging.getLogger(__name__)


class Keeper:
    """Keeps conversations, and brings them back. None of its methods raises."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def keep(self, conversation: Conversation, owner: str) -> Conversation:
        """Return the conversation with its latest exchange kept; as it was where that fails."""
        latest = conversation.latest
        if latest is None or latest.kept_id or not owner:
            return conversation
        try:
            return self._kept(conversation, latest, owner)
        except TooLargeError as error:
            logger.info("An exchange is not kept: %s", error)
        except ConversationError:
            logger.exception("The conversation is not kept")
        return conversation

    def open(self, conversation_id: str, owner: str) -> Conversation | None:
        """Return a conversation of the store, None where the owner has none of that name."""
        if not (owner and conversation_id):
            return None
        try:
            return restored(self._store.get(conversation_id, owner=owner))
        except UnknownConversationError:
            return None
        except ConversationError:
            logger.exception("The conversation cannot be opened")
            return None

    def follow(self, token: str) -> Conversation | None:
        """Return the one answer that a link leads to, None where it leads nowhere."""
        try:
            exchange = _restored_exchange(1, KeptExchange(0, self._store.links.follow(token)))
        except UnknownConversationError:
            return None
        except ConversationError:
            logger.exception("The link cannot be followed")
            return None
        return Conversation((exchange,), shared=True)

    def _kept(self, conversation: Conversation, latest: Exchange, owner: str) -> Conversation:
        kept_id = conversation.kept_id or self._store.start(owner, filters=latest.where)
        exchange = _to_keep(latest)
        try:
            exchange_id = self._put(kept_id, exchange, conversation, owner)
        except UnknownConversationError:  # deleted meanwhile, in this tab or in another
            kept_id = self._store.start(owner, filters=latest.where)
            exchange_id = self._store.append(kept_id, exchange, owner=owner)
        return replace(
            conversation.with_latest(replace(latest, kept_id=exchange_id)), kept_id=kept_id
        )

    def _put(
        self, kept_id: str, exchange: KeptAnswer, conversation: Conversation, owner: str
    ) -> int:
        if conversation.exchanges[-1].asked_again:
            self._store.truncate(kept_id, len(conversation.exchanges) - 1, owner=owner)
        return self._store.append(kept_id, exchange, owner=owner)


def restored(kept: KeptConversation) -> Conversation:
    """Return a conversation of the store as the page shows it."""
    exchanges = tuple(
        _restored_exchange(number, each) for number, each in enumerate(kept.exchanges, start=1)
    )
    return Conversation(exchanges, kept_id=kept.conversation_id)


def _to_keep(exchange: Exchange) -> KeptAnswer:
    if exchange.answer:
        return KeptAnswer.of(exchange.answer, exchange.where)
    return KeptAnswer(
        question=exchange.question,
        text=exchange.text,
        standalone_question=exchange.reading,
        filters=exchange.where,
        stopped=exchange.stopped,
        failure=exchange.failure,
    )


def _restored_exchange(number: int, kept: KeptExchange) -> Exchange:
    exchange = kept.exchange
    return Exchange(
        number,
        exchange.question,
        text=exchange.text,
        answer=exchange.answer,
        failure=exchange.failure,
        stopped=exchange.stopped or (exchange.answer is None and not exchange.failure),
        reading=exchange.standalone_question,
        sentences=exchange.answer.sentences if exchange.answer else (),
        where=exchange.filters,
        kept_id=kept.exchange_id,
        thumb=kept.thumb or "",
        comment=kept.comment,
    )
