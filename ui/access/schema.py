"""The tables of keys, and those of shared rate limits."""

from pathlib import Path

from sqlalchemy import Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table

from vectorstore.database import PlainText, Tables

_MIGRATIONS = Path(__file__).with_name("migrations")

KEYS_METADATA, BUCKETS_METADATA = MetaData(), MetaData()

# Times are texts as `rows.text_of` writes them, which sort as time does.
KEYS = Table(
    "keys",
    KEYS_METADATA,
    Column("key_id", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("scopes", PlainText, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", PlainText, nullable=False),
    Column("publishable", Boolean, nullable=False),
    Column("rate_count", Integer),
    Column("rate_seconds", Integer),
    Column("expires_at", PlainText),
    Column("revoked_at", PlainText),
    Column("last_used_at", PlainText),
    sqlite_with_rowid=False,
)

SECRETS = Table(
    "secrets",
    KEYS_METADATA,
    Column("name", PlainText, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

SPENT = Table(
    "spent",
    KEYS_METADATA,
    Column("token_id", PlainText, primary_key=True),
    Column("expires_at", PlainText, nullable=False),
    sqlite_with_rowid=False,
)

# In PostgreSQL only, and apart from the keys: files need none of it, so those of an earlier version
# stay as they are. Unlogged, it costs no waiting for a disk; after a crash of the server it is
# empty, and all buckets are full.
BUCKETS = Table(
    "buckets",
    BUCKETS_METADATA,
    Column("caller", LargeBinary, primary_key=True),
    Column("full_at", DateTime(timezone=True), nullable=False),
    Column("is_admitted", Boolean, nullable=False),  # whether the latest request was
    prefixes=["UNLOGGED"],
)

KEY_TABLES = Tables("keys", KEYS_METADATA, _MIGRATIONS / "keys", "0001")
BUCKET_TABLES = Tables("buckets", BUCKETS_METADATA, _MIGRATIONS / "buckets", "0001")
