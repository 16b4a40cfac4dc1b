"""Links to one answer: an unguessable token, made on demand, that can be taken back."""

import secrets

from sqlalchemy import delete, insert, select

from assistant.conversations.conversation import Exchange
from assistant.conversations.database import ConversationDatabase
from assistant.conversations.errors import UnknownConversationError
from assistant.conversations.ownership import owned_exchange
from assistant.conversations.rows import exchange_of
from assistant.conversations.schema import EXCHANGES, LINKS

_TOKEN_BYTES = 16


class Links:
    """The links of a store. Who has a token can read its exchange, and nothing else."""

    def __init__(self, database: ConversationDatabase) -> None:
        self._database = database

    def make(self, exchange_id: int, *, owner: str = "") -> str:
        """Return the token of the link to an exchange; the same one each time, until taken back."""
        with self._database.writing() as connection:
            owned_exchange(connection, exchange_id, owner)
            token = connection.scalar(
                select(LINKS.c.token).where(LINKS.c.exchange_id == exchange_id)
            )
            if token is None:
                token = secrets.token_urlsafe(_TOKEN_BYTES)
                connection.execute(insert(LINKS).values(token=token, exchange_id=exchange_id))
        return str(token)

    def take_back(self, exchange_id: int, *, owner: str = "") -> None:
        """Let the link lead nowhere from now on; one made later has another token."""
        with self._database.writing() as connection:
            owned_exchange(connection, exchange_id, owner)
            connection.execute(delete(LINKS).where(LINKS.c.exchange_id == exchange_id))

    def follow(self, token: str) -> Exchange:
        """Return the exchange that a link leads to, whoever asks.

        Raises UnknownConversationError for a token that was made up or taken back.
        """
        with self._database.reading() as connection:
            record = connection.scalar(
                select(EXCHANGES.c.record).join(LINKS).where(LINKS.c.token == token)
            )
        if record is None:
            raise UnknownConversationError("This link leads nowhere, or was taken back.")
        return exchange_of(record)
