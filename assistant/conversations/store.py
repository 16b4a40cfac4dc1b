"""Conversations kept beside the library, so that they survive a reload and a restart."""

import secrets
from pathlib import Path

from assistant.conversations.clock import now_text
from assistant.conversations.codec import to_text
from assistant.conversations.conversation import Conversation, Exchange, Summary
from assistant.conversations.database import Connection, Database
from assistant.conversations.errors import TooLargeError
from assistant.conversations.links import Links
from assistant.conversations.ownership import owned_conversation
from assistant.conversations.ratings import Ratings
from assistant.conversations.rows import conversation_of, exchange_of, record_of, summary_of
from assistant.conversations.searching import condition_of, folded
from assistant.conversations.titles import MAX_TITLE_CHARS, UNTITLED, shortened, title_of
from vectorstore import SearchFilter

CONVERSATIONS_NAME = "conversations.sqlite"  # beside the library's catalogue

MAX_CONVERSATIONS = 500  # of one owner; the one that was quiet for longest makes room
MAX_EXCHANGES = 500  # of one conversation
MAX_QUESTION_CHARS = 100_000  # the most that the setting `max_question_chars` can allow


class ConversationStore:
    """What readers asked, and what came of it. Opens nothing until it is used.

    An `owner` is the opaque random id of a browser, or "" where there is only one reader. It sees
    its own conversations alone: those of others are as unknown as none, UnknownConversationError.
    Where the file cannot be used each method raises StoreUnavailableError, which is never a reason
    not to answer. `links` are those to single answers, `ratings` the feedback.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self.links = Links(self._database)
        self.ratings = Ratings(self._database)

    def start(self, owner: str = "", *, filters: SearchFilter | None = None) -> str:
        """Begin a conversation and return its id; it is listed once something was asked.

        Of an owner's MAX_CONVERSATIONS the one that was quiet for longest is dropped.
        """
        conversation_id, time = secrets.token_urlsafe(12), now_text()
        bounds = to_text(filters or SearchFilter())
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO conversations (conversation_id, owner, title, folded_title, filters,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation_id, owner, UNTITLED, folded(UNTITLED), bounds, time, time),
            )
            connection.execute(
                "DELETE FROM conversations WHERE conversation_id IN (SELECT conversation_id FROM"
                " conversations WHERE owner = ? ORDER BY updated_at DESC LIMIT -1 OFFSET ?)",
                (owner, MAX_CONVERSATIONS),
            )
        return conversation_id

    def append(self, conversation_id: str, exchange: Exchange, *, owner: str = "") -> int:
        """Keep an exchange at the end of a conversation; return its id.

        The first question gives the title. Raises TooLargeError for a question beyond
        MAX_QUESTION_CHARS, an answer beyond all measure, or an exchange beyond MAX_EXCHANGES.
        """
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            return _append(connection, conversation_id, exchange)

    def replace_last(self, conversation_id: str, exchange: Exchange, *, owner: str = "") -> int:
        """Put an exchange in the place of the last one, as after a retry; return its id."""
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            _cut(connection, conversation_id, _n_exchanges(connection, conversation_id) - 1)
            return _append(connection, conversation_id, exchange)

    def truncate(self, conversation_id: str, n_exchanges: int, *, owner: str = "") -> None:
        """Keep only the first `n_exchanges`; feedback on the others stays."""
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            _cut(connection, conversation_id, n_exchanges)

    def rename(self, conversation_id: str, title: str, *, owner: str = "") -> str:
        """Give a conversation a title, cut at MAX_TITLE_CHARS; return it as it is kept.

        An empty one brings back the title that the first question gave.
        """
        chosen = shortened(title, MAX_TITLE_CHARS)
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            connection.execute(
                "UPDATE conversations SET is_renamed = ? WHERE conversation_id = ?",
                (bool(chosen), conversation_id),
            )
            return _set_title(connection, conversation_id, chosen)

    def delete(self, conversation_id: str, *, owner: str = "") -> None:
        """Forget a conversation with its links and the feedback on it."""
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            for table in ("feedback", "conversations"):
                connection.execute(
                    f"DELETE FROM {table} WHERE conversation_id = ?",  # noqa: S608 (no value)
                    (conversation_id,),
                )

    def summaries(
        self, owner: str = "", *, query: str = "", limit: int = 50, offset: int = 0
    ) -> list[Summary]:
        """Return the owner's conversations in which something was asked, newest first.

        With a `query`, those that hold each of its words, or a word that it is part of, in the
        title, a question or an answer.
        """
        condition, values = condition_of(query)
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT *, (SELECT count(*) FROM exchanges WHERE exchanges.conversation_id"  # noqa: S608
                " = conversations.conversation_id) AS n_exchanges FROM conversations"
                f" WHERE owner = ? AND n_exchanges > 0 AND {condition}"
                " ORDER BY updated_at DESC, conversation_id LIMIT ? OFFSET ?",
                (owner, *values, limit, offset),
            ).fetchall()
        return [summary_of(row) for row in rows]

    def get(self, conversation_id: str, *, owner: str = "") -> Conversation:
        """Return a conversation with all its exchanges."""
        with self._database.reading() as connection:
            row = owned_conversation(connection, conversation_id, owner)
            exchanges = connection.execute(
                "SELECT exchanges.*, thumb, comment, token FROM exchanges"
                " LEFT JOIN feedback USING (exchange_id) LEFT JOIN links USING (exchange_id)"
                " WHERE exchanges.conversation_id = ? ORDER BY position",
                (conversation_id,),
            ).fetchall()
        return conversation_of(row, exchanges)


def _append(connection: Connection, conversation_id: str, exchange: Exchange) -> int:
    position = _n_exchanges(connection, conversation_id)
    _check_room(exchange, position)
    cursor = connection.execute(
        "INSERT INTO exchanges (conversation_id, position, record) VALUES (?, ?, ?)",
        (conversation_id, position, record_of(exchange)),
    )
    connection.execute(
        "INSERT INTO searched (rowid, question, answer) VALUES (?, ?, ?)",
        (cursor.lastrowid, folded(exchange.question), folded(exchange.plain_text)),
    )
    connection.execute(
        "UPDATE conversations SET updated_at = ? WHERE conversation_id = ?",
        (now_text(), conversation_id),
    )
    if position == 0:
        _set_title(connection, conversation_id)
    return int(cursor.lastrowid or 0)


def _check_room(exchange: Exchange, position: int) -> None:
    n_chars = len(exchange.question)
    if n_chars > MAX_QUESTION_CHARS:
        raise TooLargeError(
            f"The question has {n_chars:,} characters; at most {MAX_QUESTION_CHARS:,} are kept."
        )
    if position >= MAX_EXCHANGES:
        raise TooLargeError(
            f"A conversation has at most {MAX_EXCHANGES} questions. Begin a new one."
        )


def _n_exchanges(connection: Connection, conversation_id: str) -> int:
    [n_exchanges] = connection.execute(
        "SELECT count(*) FROM exchanges WHERE conversation_id = ?", (conversation_id,)
    ).fetchone()
    return int(n_exchanges)


def _cut(connection: Connection, conversation_id: str, n_exchanges: int) -> None:
    connection.execute(
        "DELETE FROM exchanges WHERE conversation_id = ? AND position >= ?",
        (conversation_id, n_exchanges),
    )


def _set_title(connection: Connection, conversation_id: str, chosen: str = "") -> str:
    """Set the title: what the reader chose or, unless it was renamed, what the question gives."""
    first = connection.execute(
        "SELECT record FROM exchanges WHERE conversation_id = ? AND position = 0",
        (conversation_id,),
    ).fetchone()
    title = chosen or title_of(exchange_of(first["record"]).question if first else "")
    connection.execute(
        "UPDATE conversations SET title = ?, folded_title = ? WHERE conversation_id = ?"
        " AND (is_renamed = 0 OR ?)",
        (title, folded(title), conversation_id, bool(chosen)),
    )
    return title
