"""The tables of library format 3."""

import sqlalchemy as sa
from alembic import op

from vectorstore.database import Number, PlainText

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    _make_papers()
    _make_names()
    _make_chunks()
    _make_sources()


def _make_papers() -> None:
    op.create_table(
        "meta",
        sa.Column("key", PlainText, primary_key=True),
        sa.Column("value", PlainText, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "papers",
        sa.Column("paper_row", Number, primary_key=True),
        sa.Column("paper_id", PlainText, nullable=False, unique=True),
        sa.Column("title", PlainText, nullable=False),
        sa.Column("abstract", PlainText, nullable=False),
        sa.Column("authors", PlainText, nullable=False),
        sa.Column("n_authors", Number),
        sa.Column("published", PlainText),
        sa.Column("year", Number),
        sa.Column("arxiv_id", PlainText, nullable=False),
        sa.Column("doi", PlainText, nullable=False),
        sa.Column("url", PlainText, nullable=False),
        sa.Column("n_comments", Number),
        sa.Column("source", PlainText, nullable=False),
        sa.Column("language", PlainText, nullable=False, server_default=sa.text("''")),
        sa.Column("flags", PlainText, nullable=False, server_default=sa.text("'[]'")),
        sqlite_autoincrement=True,
    )
    is_flagged = sa.text("flags != '[]'")
    op.create_index(
        "papers_by_flags",
        "papers",
        ["paper_row"],
        sqlite_where=is_flagged,
        postgresql_where=is_flagged,
    )
    op.create_index(
        "papers_by_bounds", "papers", ["year", "published", "n_authors", "n_comments", "source"]
    )


def _make_names() -> None:
    op.create_table(
        "authorships",
        sa.Column("name", PlainText, primary_key=True),
        sa.Column("paper_row", Number, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("authorships_by_paper", "authorships", ["paper_row"])
    op.create_table(
        "identities",
        sa.Column("key", Number, primary_key=True),
        sa.Column("paper_row", Number, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("identities_by_paper", "identities", ["paper_row"])
    op.create_table(
        "origins",
        sa.Column("origin_id", Number, primary_key=True),
        sa.Column("paper_row", Number, nullable=False),
        sa.Column("position", Number, nullable=False),
        sa.Column("source", PlainText, nullable=False),
        sa.Column("source_id", PlainText, nullable=False),
        sa.Column("read_at", PlainText, nullable=False),
        sa.Column("paper", PlainText),
    )
    op.create_index("origins_by_paper", "origins", ["paper_row"])
    op.create_index("origins_by_name", "origins", ["source_id", "source"], unique=True)
    has_joined = sa.text("position > 0")
    for name, column in (("joined_by_source", "source"), ("joined_by_id", "source_id")):
        op.create_index(
            name,
            "origins",
            [column, "paper_row"],
            sqlite_where=has_joined,
            postgresql_where=has_joined,
        )


def _make_chunks() -> None:
    op.create_table(
        "chunks",
        sa.Column("chunk_row", Number, primary_key=True),
        sa.Column("paper_row", Number, nullable=False),
        sa.Column("position", Number, nullable=False),
        sa.Column("start", Number, nullable=False),
        sa.Column("end", Number, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("generation", Number, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("chunks_by_paper", "chunks", ["paper_row"])
    op.create_index("chunks_by_generation", "chunks", ["generation"])
    op.create_table(
        "tombstones",
        *(
            sa.Column(name, Number, nullable=False)
            for name in ("chunk_row", "paper_row", "generation")
        ),
    )


def _make_sources() -> None:
    op.create_table(
        "live",
        sa.Column("name", PlainText, primary_key=True),
        sa.Column("max_papers", Number),
        sa.Column("added_at", PlainText, nullable=False),
        sa.Column("read_at", PlainText),
        sa.Column("resume", PlainText, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reads",
        sa.Column("read_id", Number, primary_key=True),
        sa.Column("source", PlainText, nullable=False),
        sa.Column("read_at", PlainText, nullable=False),
        sa.Column("n_papers", Number, nullable=False),
    )
    op.create_table(
        "rejects",
        sa.Column("read_id", Number, nullable=False),
        sa.Column("line", Number, nullable=False),
        sa.Column("reason", PlainText, nullable=False),
        sa.Column("excerpt", PlainText, nullable=False),
    )
