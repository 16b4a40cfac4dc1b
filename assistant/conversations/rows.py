"""Rows of the conversations' tables as objects, and the other way round."""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from assistant.conversations.codec import from_text, to_text
from assistant.conversations.conversation import (
    CitedPaper,
    Conversation,
    Exchange,
    Feedback,
    KeptExchange,
    Summary,
)
from assistant.conversations.errors import TooLargeError
from vectorstore import SearchFilter

# An answer with ten quoted abstracts takes about 40,000.
MAX_RECORD_CHARS = 1_000_000
_ALWAYS_READABLE = ("question", "text", "stopped", "failure", "backend", "created_at")


def record_of(exchange: Exchange) -> bytes:
    """Return an exchange as it is stored: its JSON, compressed to about a fifth.

    Raises TooLargeError where it is beyond all measure.
    """
    record = to_text(exchange)
    if len(record) > MAX_RECORD_CHARS:
        raise TooLargeError(
            f"The exchange takes {len(record):,} characters; at most {MAX_RECORD_CHARS:,} are kept."
        )
    return zlib.compress(record.encode())


def exchange_of(record: bytes) -> Exchange:
    """Return a stored exchange; of one that cannot be read as a whole, the text that was shown."""
    text = ""
    try:
        text = zlib.decompress(record).decode()
        return from_text(Exchange, text)
    except (ValueError, TypeError, zlib.error):
        return _readable_part(text)


def kept_of(row: Row[Any]) -> KeptExchange:
    """Return an exchange of a row that holds what goes with it."""
    return KeptExchange(
        row.exchange_id,
        exchange_of(row.record),
        row.thumb,
        row.comment or "",
        row.token or "",
    )


def conversation_of(row: Row[Any], exchanges: Sequence[Row[Any]]) -> Conversation:
    """Return a conversation of its row and those of its exchanges."""
    return Conversation(
        row.conversation_id,
        row.title,
        filters_of(row.filters),
        datetime.fromisoformat(row.created_at),
        datetime.fromisoformat(row.updated_at),
        tuple(map(kept_of, exchanges)),
    )


def filters_of(record: str) -> SearchFilter:
    """Return stored filters; none where they cannot be read."""
    try:
        return from_text(SearchFilter, record)
    except (ValueError, TypeError):
        return SearchFilter()


def summary_of(row: Row[Any]) -> Summary:
    """Return a conversation of a row that holds the number of its exchanges."""
    return Summary(
        row.conversation_id,
        row.title,
        datetime.fromisoformat(row.updated_at),
        row.n_exchanges,
    )


def feedback_of(row: Row[Any]) -> Feedback:
    """Return what a reader thought, of a row that holds the exchange as it was then."""
    exchange = exchange_of(row.record)
    citations = exchange.answer.citations if exchange.answer else ()
    papers = {citation.paper.paper_id: citation.paper.title for citation in citations}
    return Feedback(
        thumb=row.thumb,
        comment=row.comment,
        rated_at=datetime.fromisoformat(row.rated_at),
        question=exchange.question,
        answer=exchange.plain_text,
        papers=tuple(CitedPaper(*paper) for paper in papers.items()),
        backend=exchange.backend,
    )


def _readable_part(text: str) -> Exchange:
    """Return what of a record a later or broken Citewise wrote can still be shown."""
    try:
        fields = json.loads(text)
        known = {name: fields[name] for name in _ALWAYS_READABLE if name in fields}
        return from_text(Exchange, json.dumps(known))
    except (ValueError, TypeError):
        return Exchange(question="")
