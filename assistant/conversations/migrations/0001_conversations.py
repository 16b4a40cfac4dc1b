"""Conversations with their exchanges, links and feedback."""

import sqlalchemy as sa
from alembic import op

from vectorstore.database import Number, PlainText

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the tables."""
    _make_conversations()
    _make_exchanges()
    _make_links()
    _make_feedback()
    _make_searched()


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("conversation_id", PlainText, primary_key=True),
        sa.Column("owner", PlainText, nullable=False),
        sa.Column("title", PlainText, nullable=False),
        sa.Column("folded_title", PlainText, nullable=False),
        sa.Column("is_renamed", sa.Boolean, nullable=False),
        sa.Column("filters", PlainText, nullable=False),
        sa.Column("created_at", PlainText, nullable=False),
        sa.Column("updated_at", PlainText, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("conversations_by_owner", "conversations", ["owner", "updated_at"])


def _make_exchanges() -> None:
    op.create_table(
        "exchanges",
        sa.Column("exchange_id", Number, primary_key=True),
        sa.Column(
            "conversation_id",
            PlainText,
            sa.ForeignKey("conversations.conversation_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", Number, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("conversation_id", "position"),
        sqlite_autoincrement=True,
    )


def _make_links() -> None:
    op.create_table(
        "links",
        sa.Column("token", PlainText, primary_key=True),
        sa.Column(
            "exchange_id",
            Number,
            sa.ForeignKey("exchanges.exchange_id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sqlite_with_rowid=False,
    )


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("exchange_id", Number, primary_key=True, autoincrement=False),
        sa.Column("conversation_id", PlainText, nullable=False),
        sa.Column("thumb", PlainText, nullable=False),
        sa.Column("comment", PlainText, nullable=False),
        sa.Column("rated_at", PlainText, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_index("feedback_by_conversation", "feedback", ["conversation_id"])
    op.create_index("feedback_by_time", "feedback", ["rated_at"])


def _make_searched() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE searched USING fts5 (question, answer, tokenize = 'trigram')"
        )
        op.execute(
            "CREATE TRIGGER forget_searched AFTER DELETE ON exchanges BEGIN"
            " DELETE FROM searched WHERE rowid = old.exchange_id; END"
        )
        return
    op.create_table(
        "searched",
        sa.Column(
            "rowid",
            Number,
            sa.ForeignKey("exchanges.exchange_id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("question", PlainText, nullable=False),
        sa.Column("answer", PlainText, nullable=False),
    )
