"""The catalogue's tables, the same in SQLite and PostgreSQL."""

from pathlib import Path

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table, text

from vectorstore.database import BigNumber, NumberedRow, PlainText, Tables

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
    Column("paper_row", NumberedRow, primary_key=True),
    Column("paper_id", PlainText, nullable=False, unique=True),
    Column("title", PlainText, nullable=False),
    Column("abstract", PlainText, nullable=False),
    Column("authors", PlainText, nullable=False),
    Column("n_authors", BigNumber),
    Column("published", PlainText),
    Column("year", BigNumber),
    Column("arxiv_id", PlainText, nullable=False),
    Column("doi", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("n_comments", BigNumber),
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
    Column("paper_row", BigNumber, primary_key=True),
    Index("authorships_by_paper", "paper_row"),
    sqlite_with_rowid=False,
)
IDENTITIES = Table(
    "identities",
    METADATA,
    Column("key", BigNumber, primary_key=True),
    Column("paper_row", BigNumber, primary_key=True),
    Index("identities_by_paper", "paper_row"),
    sqlite_with_rowid=False,
)
ORIGINS = Table(
    "origins",
    METADATA,
    Column("origin_id", NumberedRow, primary_key=True),
    Column("paper_row", BigNumber, nullable=False),
    Column("position", BigNumber, nullable=False),
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
    Column("chunk_row", NumberedRow, primary_key=True),
    Column("paper_row", BigNumber, nullable=False),
    Column("position", BigNumber, nullable=False),
    Column("start", BigNumber, nullable=False),
    Column("end", BigNumber, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("generation", BigNumber, nullable=False),
    Index("chunks_by_paper", "paper_row"),
    Index("chunks_by_generation", "generation"),
    sqlite_autoincrement=True,
)
TOMBSTONES = Table(
    "tombstones",
    METADATA,
    Column("chunk_row", BigNumber, nullable=False),
    Column("paper_row", BigNumber, nullable=False),
    Column("generation", BigNumber, nullable=False),
)
LIVE = Table(
    "live",
    METADATA,
    Column("name", PlainText, primary_key=True),
    Column("max_papers", BigNumber),
    Column("added_at", PlainText, nullable=False),
    Column("read_at", PlainText),
    Column("resume", PlainText, nullable=False),
    sqlite_with_rowid=False,
)
READS = Table(
    "reads",
    METADATA,
    Column("read_id", NumberedRow, primary_key=True),
    Column("source", PlainText, nullable=False),
    Column("read_at", PlainText, nullable=False),
    Column("n_papers", BigNumber, nullable=False),
)
REJECTS = Table(
    "rejects",
    METADATA,
    Column("read_id", BigNumber, nullable=False),
    Column("line", BigNumber, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("excerpt", PlainText, nullable=False),
)

TABLES = Tables("catalogue", METADATA, Path(__file__).with_name("migrations"), "0001")
