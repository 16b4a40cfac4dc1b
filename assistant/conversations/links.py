"""Links to one answer: an unguessable token, made on demand, that can be taken back."""

import secrets

from assistant.conversations.conversation import Exchange
from assistant.conversations.database import Database
from assistant.conversations.errors import UnknownConversationError
from assistant.conversations.ownership import owned_exchange
from assistant.conversations.rows import exchange_of

_TOKEN_BYTES = 16


class Links:
    """The links of a store. Who has a token can read its exchange, and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, exchange_id: int, *, owner: str = "") -> str:
        """Return the token of the link to an exchange; the same one each time, until taken back."""
        with self._database.writing() as connection:
            owned_exchange(connection, exchange_id, owner)
            connection.execute(
                "INSERT OR IGNORE INTO links VALUES (?, ?)",
                (secrets.token_urlsafe(_TOKEN_BYTES), exchange_id),
            )
            [token] = connection.execute(
                "SELECT token FROM links WHERE exchange_id = ?", (exchange_id,)
            ).fetchone()
        return str(token)

    def take_back(self, exchange_id: int, *, owner: str = "") -> None:
        """Let the link lead nowhere from now on; one made later has another token."""
        with self._database.writing() as connection:
            owned_exchange(connection, exchange_id, owner)
            connection.execute("DELETE FROM links WHERE exchange_id = ?", (exchange_id,))

    def follow(self, token: str) -> Exchange:
        """Return the exchange that a link leads to, whoever asks.

        Raises UnknownConversationError for a token that was made up or taken back.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT record FROM links JOIN exchanges USING (exchange_id) WHERE token = ?",
                (token,),
            ).fetchone()
        if row is None:
            raise UnknownConversationError("This link leads nowhere, or was taken back.")
        return exchange_of(row["record"])
