"""Conversations that are kept, so that they survive a reload and a restart."""

import secrets
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from assistant.conversations.clock import now_text
from assistant.conversations.codec import to_text
from assistant.conversations.conversation import Conversation, Exchange, Summary
from assistant.conversations.database import ConversationDatabase
from assistant.conversations.exchanges import (
    cut,
    exchanges_of,
    first_question,
    insert_exchange,
    n_exchanges_of,
)
from assistant.conversations.links import Links
from assistant.conversations.ownership import owned_conversation
from assistant.conversations.ratings import Ratings
from assistant.conversations.rows import conversation_of, summary_of
from assistant.conversations.schema import CONVERSATIONS, EXCHANGES, FEEDBACK
from assistant.conversations.searching import conditions_of, folded
from assistant.conversations.titles import MAX_TITLE_CHARS, UNTITLED, shortened, title_of
from vectorstore import SearchFilter
from vectorstore.database import Place

CONVERSATIONS_NAME = "conversations.sqlite"  # beside the library's catalogue

MAX_CONVERSATIONS = 500  # of one owner; the one that was quiet for longest makes room


class ConversationStore:
    """What readers asked, and what came of it. Opens nothing until it is used.

    `place` is a file, or a PostgreSQL database that any number of machines share. An `owner` is
    the opaque random id of a browser, or "" where there is only one reader. It sees its own
    conversations alone: those of others are as unknown as none, UnknownConversationError. Where the
    place cannot be used each method raises StoreUnavailableError, which is never a reason not to
    answer. `links` are those to single answers, `ratings` the feedback.
    """

    def __init__(self, place: Place) -> None:
        self._database = ConversationDatabase(place)
        self.links = Links(self._database)
        self.ratings = Ratings(self._database)

    def start(self, owner: str = "", *, filters: SearchFilter | None = None) -> str:
        """Begin a conversation and return its id; it is listed once something was asked.

        Of an owner's MAX_CONVERSATIONS the one that was quiet for longest is dropped.
        """
        conversation_id, time = secrets.token_urlsafe(12), now_text()
        begun = insert(CONVERSATIONS).values(
            conversation_id=conversation_id,
            owner=owner,
            **_titled(UNTITLED),
            is_renamed=False,
            filters=to_text(filters or SearchFilter()),
            created_at=time,
            updated_at=time,
        )
        with self._database.writing() as connection:
            connection.execute(begun)
            _make_room(connection, owner)
        return conversation_id

    def append(self, conversation_id: str, exchange: Exchange, *, owner: str = "") -> int:
        """Keep an exchange at the end of a conversation; return its id.

        The first question gives the title. Raises TooLargeError for a question beyond
        MAX_QUESTION_CHARS, an answer beyond all measure, or an exchange beyond MAX_EXCHANGES.
        """
        with self._database.writing() as connection:
            conversation = owned_conversation(connection, conversation_id, owner)
            return _append(connection, conversation, exchange)

    def replace_last(self, conversation_id: str, exchange: Exchange, *, owner: str = "") -> int:
        """Put an exchange in the place of the last one, as after a retry; return its id."""
        with self._database.writing() as connection:
            conversation = owned_conversation(connection, conversation_id, owner)
            cut(connection, conversation_id, n_exchanges_of(connection, conversation_id) - 1)
            return _append(connection, conversation, exchange)

    def truncate(self, conversation_id: str, n_exchanges: int, *, owner: str = "") -> None:
        """Keep only the first `n_exchanges`; feedback on the others stays."""
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            cut(connection, conversation_id, n_exchanges)

    def rename(self, conversation_id: str, title: str, *, owner: str = "") -> str:
        """Give a conversation a title, cut at MAX_TITLE_CHARS; return it as it is kept.

        An empty one brings back the title that the first question gave.
        """
        chosen = shortened(title, MAX_TITLE_CHARS)
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            new = chosen or title_of(first_question(connection, conversation_id))
            _change(connection, conversation_id, is_renamed=bool(chosen), **_titled(new))
        return new

    def delete(self, conversation_id: str, *, owner: str = "") -> None:
        """Forget a conversation with its links and the feedback on it."""
        with self._database.writing() as connection:
            owned_conversation(connection, conversation_id, owner)
            for table in (FEEDBACK, CONVERSATIONS):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))

    def summaries(
        self, owner: str = "", *, query: str = "", limit: int = 50, offset: int = 0
    ) -> list[Summary]:
        """Return the owner's conversations in which something was asked, newest first.

        With a `query`, those that hold each of its words, or a word that it is part of, in the
        title, a question or an answer.
        """
        its_own = EXCHANGES.c.conversation_id == CONVERSATIONS.c.conversation_id
        n_exchanges = select(func.count()).select_from(EXCHANGES).where(its_own).scalar_subquery()
        with self._database.reading() as connection:
            rows = connection.execute(
                select(CONVERSATIONS, n_exchanges.label("n_exchanges"))
                .where(CONVERSATIONS.c.owner == owner, exists().where(its_own))
                .where(*conditions_of(query, connection.dialect))
                .order_by(CONVERSATIONS.c.updated_at.desc(), CONVERSATIONS.c.conversation_id)
                .limit(limit)
                .offset(offset)
            ).all()
        return [summary_of(row) for row in rows]

    def get(self, conversation_id: str, *, owner: str = "") -> Conversation:
        """Return a conversation with all its exchanges."""
        with self._database.at_one_moment() as connection:
            row = owned_conversation(connection, conversation_id, owner)
            exchanges = exchanges_of(connection, conversation_id)
        return conversation_of(row, exchanges)


def _make_room(connection: Connection, owner: str) -> None:
    """Drop an owner's conversations beyond MAX_CONVERSATIONS."""
    too_old = (
        select(CONVERSATIONS.c.conversation_id)
        .where(CONVERSATIONS.c.owner == owner)
        .order_by(CONVERSATIONS.c.updated_at.desc())
        .offset(MAX_CONVERSATIONS)
    )
    connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id.in_(too_old)))


def _append(connection: Connection, conversation: Row[Any], exchange: Exchange) -> int:
    conversation_id = conversation.conversation_id
    position = n_exchanges_of(connection, conversation_id)
    exchange_id = insert_exchange(connection, conversation_id, position, exchange)
    gives_title = position == 0 and not conversation.is_renamed
    title = _titled(title_of(exchange.question)) if gives_title else {}
    _change(connection, conversation_id, updated_at=now_text(), **title)
    return exchange_id


def _change(connection: Connection, conversation_id: str, **values: Any) -> None:
    connection.execute(
        update(CONVERSATIONS)
        .where(CONVERSATIONS.c.conversation_id == conversation_id)
        .values(values)
    )


def _titled(title: str) -> dict[str, str]:
    return {"title": title, "folded_title": folded(title)}
