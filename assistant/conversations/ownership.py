"""What belongs to whom: rows are looked up together with their owner, or not at all."""

from assistant.conversations.database import Connection, Row
from assistant.conversations.errors import UnknownConversationError


def owned_conversation(connection: Connection, conversation_id: str, owner: str) -> Row:
    """Return the conversation's row; UnknownConversationError where the owner has no such one."""
    row: Row | None = connection.execute(
        "SELECT * FROM conversations WHERE conversation_id = ? AND owner = ?",
        (conversation_id, owner),
    ).fetchone()
    if row is None:
        raise UnknownConversationError(
            f"There is no conversation {conversation_id!r:.60}; it may have been deleted."
        )
    return row


def owned_exchange(connection: Connection, exchange_id: int, owner: str) -> Row:
    """Return the exchange's row; UnknownConversationError where the owner has no such one."""
    row: Row | None = connection.execute(
        "SELECT exchanges.* FROM exchanges JOIN conversations USING (conversation_id)"
        " WHERE exchange_id = ? AND owner = ?",
        (exchange_id, owner),
    ).fetchone()
    if row is None:
        raise UnknownConversationError(
            f"There is no exchange {exchange_id!r:.60}; it may have been deleted or asked again."
        )
    return row
