"""Keys, secrets, and tickets that are used up."""

import sqlalchemy as sa
from alembic import op

from vectorstore.database import PlainText

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "keys",
        sa.Column("key_id", PlainText, primary_key=True),
        sa.Column("name", PlainText, nullable=False),
        sa.Column("scopes", PlainText, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_at", PlainText, nullable=False),
        sa.Column("publishable", sa.Boolean, nullable=False),
        sa.Column("rate_count", sa.Integer),
        sa.Column("rate_seconds", sa.Integer),
        sa.Column("expires_at", PlainText),
        sa.Column("revoked_at", PlainText),
        sa.Column("last_used_at", PlainText),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secrets",
        sa.Column("name", PlainText, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent",
        sa.Column("token_id", PlainText, primary_key=True),
        sa.Column("expires_at", PlainText, nullable=False),
        sqlite_with_rowid=False,
    )
