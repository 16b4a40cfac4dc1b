"""The catalogue's tables, and how those of an earlier version become today's."""

import json
import sqlite3
from collections.abc import Iterable

from vectorstore.rows import author_keys

LIBRARY_FORMAT = 2

# AUTOINCREMENT: an index that lags behind must never take a new row for an old one.
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_row INTEGER PRIMARY KEY AUTOINCREMENT, paper_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL, n_authors INTEGER,
    published TEXT, year INTEGER, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL, url TEXT NOT NULL,
    n_comments INTEGER, source TEXT NOT NULL
);
CREATE INDEX papers_by_bounds ON papers (year, published, n_authors, n_comments, source);
CREATE TABLE authorships (
    name TEXT NOT NULL, paper_row INTEGER NOT NULL, PRIMARY KEY (name, paper_row)
) WITHOUT ROWID;
CREATE INDEX authorships_by_paper ON authorships (paper_row);
CREATE TABLE chunks (
    chunk_row INTEGER PRIMARY KEY AUTOINCREMENT, paper_row INTEGER NOT NULL,
    position INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    vector BLOB NOT NULL, generation INTEGER NOT NULL
);
CREATE INDEX chunks_by_paper ON chunks (paper_row);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE TABLE tombstones (
    chunk_row INTEGER NOT NULL, paper_row INTEGER NOT NULL, generation INTEGER NOT NULL
);
CREATE TABLE reads (
    read_id INTEGER PRIMARY KEY, source TEXT NOT NULL, read_at TEXT NOT NULL,
    n_papers INTEGER NOT NULL
);
CREATE TABLE rejects (
    read_id INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, excerpt TEXT NOT NULL
);
"""

_FROM_FORMAT_1 = """
ALTER TABLE papers RENAME TO old_papers;
ALTER TABLE chunks RENAME TO old_chunks;
DROP TABLE tombstones;
DROP INDEX papers_by_year;
DROP INDEX chunks_by_paper;
DROP INDEX chunks_by_generation;
{tables}
INSERT INTO papers ({paper_columns}) SELECT {paper_columns} FROM old_papers ORDER BY rowid;
INSERT INTO chunks (paper_row, position, start, "end", vector, generation)
    SELECT paper_row, position, start, "end", vector, 0
    FROM old_chunks JOIN papers USING (paper_id) ORDER BY old_chunks.rowid;
DROP TABLE old_papers;
DROP TABLE old_chunks;
"""
_PAPER_COLUMNS = (
    "paper_id, title, abstract, authors, n_authors, published, year, arxiv_id, doi, url,"
    " n_comments, source"
)
_KEPT_TABLES = ("meta", "reads", "rejects")


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring the tables of an earlier format to today's, inside the caller's transaction.

    The generation rises, so that the indexes are made anew; no vector is computed again.
    """
    statements = _FROM_FORMAT_1.format(
        tables=";\n".join(
            statement
            for statement in SCHEMA.split(";")
            if not any(f"CREATE TABLE {table} " in statement for table in _KEPT_TABLES)
        ),
        paper_columns=_PAPER_COLUMNS,
    )
    for statement in statements.split(";"):
        connection.execute(statement)
    rows = connection.execute("SELECT paper_row, authors FROM papers").fetchall()
    write_authorships(connection, ((row, json.loads(authors)) for row, authors in rows))
    [text] = connection.execute("SELECT value FROM meta WHERE key = 'manifest'").fetchone()
    manifest = json.dumps({**json.loads(text), "format": LIBRARY_FORMAT})
    connection.execute("UPDATE meta SET value = ? WHERE key = 'manifest'", (manifest,))
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def write_authorships(
    connection: sqlite3.Connection, authors_by_row: Iterable[tuple[int, Iterable[str]]]
) -> None:
    """Store by what names each paper is found, in place of those it was found by."""
    for paper_row, authors in authors_by_row:
        keys = {key for author in authors for key in author_keys(author)}
        connection.execute("DELETE FROM authorships WHERE paper_row = ?", (paper_row,))
        connection.executemany(
            "INSERT INTO authorships VALUES (?, ?)", [(key, paper_row) for key in sorted(keys)]
        )
