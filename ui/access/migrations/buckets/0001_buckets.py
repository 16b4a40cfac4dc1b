"""How often each caller may come, counted for all machines: in PostgreSQL only."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "buckets",
        sa.Column("caller", sa.LargeBinary, primary_key=True),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_admitted", sa.Boolean, nullable=False),
        prefixes=["UNLOGGED"],
    )
