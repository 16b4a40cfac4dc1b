"""What belongs to whom: rows are looked up together with their owner, or not at all."""

from typing import Any

from sqlalchemy import Connection, Row, select

from assistant.conversations.errors import UnknownConversationError
from assistant.conversations.schema import CONVERSATIONS, EXCHANGES


def owned_conversation(connection: Connection, conversation_id: str, owner: str) -> Row[Any]:
    """Return the conversation's row; UnknownConversationError where the owner has no such one."""
    row = connection.execute(
        select(CONVERSATIONS).where(
            CONVERSATIONS.c.conversation_id == conversation_id, CONVERSATIONS.c.owner == owner
        )
    ).first()
    if row is None:
        raise UnknownConversationError(
            f"There is no conversation {conversation_id!r:.60}; it may have been deleted."
        )
    return row


def owned_exchange(connection: Connection, exchange_id: int, owner: str) -> Row[Any]:
    """Return the exchange's row; UnknownConversationError where the owner has no such one."""
    row = connection.execute(
        select(EXCHANGES)
        .join(CONVERSATIONS)
        .where(EXCHANGES.c.exchange_id == exchange_id, CONVERSATIONS.c.owner == owner)
    ).first()
    if row is None:
        raise UnknownConversationError(
            f"There is no exchange {exchange_id!r:.60}; it may have been deleted or asked again."
        )
    return row
