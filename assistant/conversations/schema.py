"""The tables of kept conversations."""

from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    event,
)

from vectorstore.database import Number, PlainText, Tables

METADATA = MetaData()

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("conversation_id", PlainText, primary_key=True),
    Column("owner", PlainText, nullable=False),
    Column("title", PlainText, nullable=False),
    Column("folded_title", PlainText, nullable=False),
    Column("is_renamed", Boolean, nullable=False),
    Column("filters", PlainText, nullable=False),
    Column("created_at", PlainText, nullable=False),
    Column("updated_at", PlainText, nullable=False),
    Index("conversations_by_owner", "owner", "updated_at"),
    sqlite_with_rowid=False,
)

# A `record` is JSON, compressed, that forgives (see `codec`): a new field of an answer needs no
# new revision.
EXCHANGES = Table(
    "exchanges",
    METADATA,
    Column("exchange_id", Number, primary_key=True),
    Column(
        "conversation_id",
        PlainText,
        ForeignKey(CONVERSATIONS.c.conversation_id, ondelete="CASCADE"),
        nullable=False,
    ),
    Column("position", Number, nullable=False),
    Column("record", LargeBinary, nullable=False),
    UniqueConstraint("conversation_id", "position"),
    sqlite_autoincrement=True,
)

LINKS = Table(
    "links",
    METADATA,
    Column("token", PlainText, primary_key=True),
    Column(
        "exchange_id",
        Number,
        ForeignKey(EXCHANGES.c.exchange_id, ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    sqlite_with_rowid=False,
)

# It outlives its exchange, which a reader may well ask again after a thumb down.
FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("exchange_id", Number, primary_key=True, autoincrement=False),
    Column("conversation_id", PlainText, nullable=False),
    Column("thumb", PlainText, nullable=False),
    Column("comment", PlainText, nullable=False),
    Column("rated_at", PlainText, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Index("feedback_by_conversation", "conversation_id"),
    Index("feedback_by_time", "rated_at"),
)

# What search reads. Apart from the others, because it is one of SQLite's virtual tables there.
SEARCHED = Table(
    "searched",
    MetaData(),
    Column(
        "rowid",
        Number,
        ForeignKey(EXCHANGES.c.exchange_id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("question", PlainText, nullable=False),
    Column("answer", PlainText, nullable=False),
)
_IN_SQLITE = (
    # Trigrams find parts of words, and words in scripts that put no space between them.
    "CREATE VIRTUAL TABLE searched USING fts5 (question, answer, tokenize = 'trigram')",
    "CREATE TRIGGER forget_searched AFTER DELETE ON exchanges BEGIN"
    " DELETE FROM searched WHERE rowid = old.exchange_id; END",
)

TABLES = Tables("conversations", METADATA, Path(__file__).with_name("migrations"), "0001")


@event.listens_for(METADATA, "after_create")
def _make_searched(_metadata: MetaData, connection: Connection, **_options: Any) -> None:
    if connection.dialect.name != "sqlite":
        SEARCHED.create(connection)
        return
    for statement in _IN_SQLITE:
        connection.exec_driver_sql(statement)
