"""The catalogue's tables, the same in SQLite and PostgreSQL."""

from pathlib import Path

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table, text

from vectorstore.database import Number, PlainText, Tables

METADATA = MetaData()

META = Table(
    "meta",
    METADATA,
    Column("key", PlainText, primary_key=True),
    Column("value", PlainText, nullable=False),
    sqlite_with_rowid=False,
)
PAPERS = Table(
    "papers",
    METADATA,
    Column("paper_row", Number, primary_key=True),
    Column("paper_id", PlainText, nullable=False, unique=True),
    Column("title", PlainText, nullable=False),
    Column("abstract", PlainText, nullable=False),
    Column("authors", PlainText, nullable=False),
    Column("n_authors", Number),
    Column("published", PlainText),
    Column("year", Number),
    Column("arxiv_id", PlainText, nullable=False),
    Column("doi", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("n_comments", Number),
    Column("source", PlainText, nullable=False),
    Column("language", PlainText, nullable=False, server_default=text("''")),
    Column("flags", PlainText, nullable=False, server_default=text("'[]'")),
    sqlite_autoincrement=True,  # an index that lags behind must never take a new row for an old one
)
IS_FLAGGED = PAPERS.c.flags != text("'[]'")
Index("papers_by_flags", PAPERS.c.paper_row, sqlite_where=IS_FLAGGED, postgresql_where=IS_FLAGGED)
Index(
    "papers_by_bounds",
    *(PAPERS.c[name] for name in ("year", "published", "n_authors", "n_comments", "source")),
)
AUTHORSHIPS = Table(
    "authorships",
    METADATA,
    Column("name", PlainText, primary_key=True),
    Column("paper_row", Number, primary_key=True),
    Index("authorships_by_paper", "paper_row"),
    sqlite_with_rowid=False,
)
IDENTITIES = Table(
    "identities",
    METADATA,
    Column("key", Number, primary_key=True),
    Column("paper_row", Number, primary_key=True),
    Index("identities_by_paper", "paper_row"),
    sqlite_with_rowid=False,
)
ORIGINS = Table(
    "origins",
    METADATA,
    Column("origin_id", Number, primary_key=True),
    Column("paper_row", Number, nullable=False),
    Column("position", Number, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("source_id", PlainText, nullable=False),
    Column("read_at", PlainText, nullable=False),
    Column("paper", PlainText),
    Index("origins_by_paper", "paper_row"),
    Index("origins_by_name", "source_id", "source", unique=True),
)
HAS_JOINED = ORIGINS.c.position > text("0")
for _name, _column in (("joined_by_source", "source"), ("joined_by_id", "source_id")):
    Index(
        _name,
        ORIGINS.c[_column],
        ORIGINS.c.paper_row,
        sqlite_where=HAS_JOINED,
        postgresql_where=HAS_JOINED,
    )
CHUNKS = Table(
    "chunks",
    METADATA,
    Column("chunk_row", Number, primary_key=True),
    Column("paper_row", Number, nullable=False),
    Column("position", Number, nullable=False),
    Column("start", Number, nullable=False),
    Column("end", Number, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("generation", Number, nullable=False),
    Index("chunks_by_paper", "paper_row"),
    Index("chunks_by_generation", "generation"),
    sqlite_autoincrement=True,
)
TOMBSTONES = Table(
    "tombstones",
    METADATA,
    Column("chunk_row", Number, nullable=False),
    Column("paper_row", Number, nullable=False),
    Column("generation", Number, nullable=False),
)
LIVE = Table(
    "live",
    METADATA,
    Column("name", PlainText, primary_key=True),
    Column("max_papers", Number),
    Column("added_at", PlainText, nullable=False),
    Column("read_at", PlainText),
    Column("resume", PlainText, nullable=False),
    sqlite_with_rowid=False,
)
READS = Table(
    "reads",
    METADATA,
    Column("read_id", Number, primary_key=True),
    Column("source", PlainText, nullable=False),
    Column("read_at", PlainText, nullable=False),
    Column("n_papers", Number, nullable=False),
)
REJECTS = Table(
    "rejects",
    METADATA,
    Column("read_id", Number, nullable=False),
    Column("line", Number, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("excerpt", PlainText, nullable=False),
)

TABLES = Tables("catalogue", METADATA, Path(__file__).with_name("migrations"), "0001")
