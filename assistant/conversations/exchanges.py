"""The exchanges of one conversation: kept at its end, counted, read, cut off."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from assistant.conversations.conversation import Exchange
from assistant.conversations.errors import TooLargeError
from assistant.conversations.rows import exchange_of, record_of
from assistant.conversations.schema import EXCHANGES, FEEDBACK, LINKS, SEARCHED
from assistant.conversations.searching import folded

MAX_EXCHANGES = 500  # of one conversation
MAX_QUESTION_CHARS = 100_000  # the most that the setting `max_question_chars` can allow


def insert_exchange(
    connection: Connection, conversation_id: str, position: int, exchange: Exchange
) -> int:
    """Keep an exchange, and what search reads of it; return its id.

    Raises TooLargeError beyond MAX_QUESTION_CHARS, MAX_EXCHANGES and the size of a record.
    """
    _check_room(exchange, position)
    inserted = connection.execute(
        insert(EXCHANGES).values(
            conversation_id=conversation_id, position=position, record=record_of(exchange)
        )
    )
    [exchange_id] = inserted.inserted_primary_key or [0]
    connection.execute(
        insert(SEARCHED).values(
            rowid=exchange_id,
            question=folded(exchange.question),
            answer=folded(exchange.plain_text),
        )
    )
    return int(exchange_id)


def n_exchanges_of(connection: Connection, conversation_id: str) -> int:
    """Return how many exchanges a conversation has."""
    return connection.execute(
        select(func.count())
        .select_from(EXCHANGES)
        .where(EXCHANGES.c.conversation_id == conversation_id)
    ).scalar_one()


def exchanges_of(connection: Connection, conversation_id: str) -> Sequence[Row[Any]]:
    """Return a conversation's exchanges with what goes with them, oldest first."""
    return connection.execute(
        select(EXCHANGES, FEEDBACK.c.thumb, FEEDBACK.c.comment, LINKS.c.token)
        .outerjoin(FEEDBACK, FEEDBACK.c.exchange_id == EXCHANGES.c.exchange_id)
        .outerjoin(LINKS)
        .where(EXCHANGES.c.conversation_id == conversation_id)
        .order_by(EXCHANGES.c.position)
    ).all()


def first_question(connection: Connection, conversation_id: str) -> str:
    """Return the first question of a conversation; empty where nothing was asked."""
    record = connection.scalar(
        select(EXCHANGES.c.record).where(
            EXCHANGES.c.conversation_id == conversation_id, EXCHANGES.c.position == 0
        )
    )
    return exchange_of(record).question if record else ""


def cut(connection: Connection, conversation_id: str, n_exchanges: int) -> None:
    """Drop all exchanges but the first `n_exchanges`."""
    connection.execute(
        delete(EXCHANGES).where(
            EXCHANGES.c.conversation_id == conversation_id, EXCHANGES.c.position >= n_exchanges
        )
    )


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
