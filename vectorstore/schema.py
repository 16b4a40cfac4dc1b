"""The catalogue's tables, and how those of an earlier version become today's."""

import json
import sqlite3
from collections.abc import Iterator

from vectorstore.record_rows import write_authorships, write_origins
from vectorstore.records import Origin, Record, record_of
from vectorstore.rows import paper_of

LIBRARY_FORMAT = 3

# AUTOINCREMENT: an index that lags behind must never take a new row for an old one.
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_row INTEGER PRIMARY KEY AUTOINCREMENT, paper_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL, n_authors INTEGER,
    published TEXT, year INTEGER, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL, url TEXT NOT NULL,
    n_comments INTEGER, source TEXT NOT NULL, language TEXT NOT NULL DEFAULT '',
    flags TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX papers_by_flags ON papers (paper_row) WHERE flags != '[]';
CREATE INDEX papers_by_bounds ON papers (year, published, n_authors, n_comments, source);
CREATE TABLE authorships (
    name TEXT NOT NULL, paper_row INTEGER NOT NULL, PRIMARY KEY (name, paper_row)
) WITHOUT ROWID;
CREATE INDEX authorships_by_paper ON authorships (paper_row);
CREATE TABLE identities (
    key INTEGER NOT NULL, paper_row INTEGER NOT NULL, PRIMARY KEY (key, paper_row)
) WITHOUT ROWID;
CREATE INDEX identities_by_paper ON identities (paper_row);
CREATE TABLE origins (
    origin_id INTEGER PRIMARY KEY, paper_row INTEGER NOT NULL, position INTEGER NOT NULL,
    source TEXT NOT NULL, source_id TEXT NOT NULL, read_at TEXT NOT NULL, paper TEXT
);
CREATE INDEX origins_by_paper ON origins (paper_row);
CREATE UNIQUE INDEX origins_by_name ON origins (source_id, source);
CREATE INDEX joined_by_source ON origins (source, paper_row) WHERE position > 0;
CREATE INDEX joined_by_id ON origins (source_id, paper_row) WHERE position > 0;
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
CREATE TABLE live (
    name TEXT PRIMARY KEY, max_papers INTEGER, added_at TEXT NOT NULL, read_at TEXT,
    resume TEXT NOT NULL
) WITHOUT ROWID;
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

_NEW_IN_FORMAT_3 = ("papers_by_flags", "identities", "origins", "joined_by", "live")
_FROM_FORMAT_2 = (
    "ALTER TABLE papers ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE papers ADD COLUMN flags TEXT NOT NULL DEFAULT '[]'",
    *(
        statement
        for statement in SCHEMA.split(";")
        if any(f" {name}" in statement.partition("(")[0] for name in _NEW_IN_FORMAT_3)
    ),
)
_BATCH_PAPERS = 500


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring the tables of an earlier format to today's, inside the caller's transaction.

    No vector is computed again. Texts stay as they are, which the chunks count on: they are
    cleaned when a paper changes, or with all by `citewise reindex`.
    """
    [text] = connection.execute("SELECT value FROM meta WHERE key = 'manifest'").fetchone()
    settings = json.loads(text)
    if settings["format"] == 1:
        _upgrade_from_1(connection)
    else:
        for statement in _FROM_FORMAT_2:
            connection.execute(statement)
    for numbered in _as_their_own_origins(connection):
        write_origins(connection, numbered)
        connection.executemany(
            "UPDATE papers SET language = ?, flags = ? WHERE paper_row = ?",
            [(record.language, json.dumps(record.flags), row) for row, record in numbered],
        )
    manifest = json.dumps({**settings, "format": LIBRARY_FORMAT})
    connection.execute("UPDATE meta SET value = ? WHERE key = 'manifest'", (manifest,))


def _upgrade_from_1(connection: sqlite3.Connection) -> None:
    """Give papers and chunks numbers; the generation rises, so that the indexes are made anew."""
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
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def _as_their_own_origins(connection: sqlite3.Connection) -> Iterator[list[tuple[int, Record]]]:
    """Yield every paper as the record of itself, in batches, with its row number."""
    last = 0
    while rows := connection.execute(
        "SELECT * FROM papers WHERE paper_row > ? ORDER BY paper_row LIMIT ?",
        (last, _BATCH_PAPERS),
    ).fetchall():
        last = rows[-1]["paper_row"]
        papers = {row["paper_row"]: paper_of(row) for row in rows}
        yield [(row, record_of(paper, [Origin(paper)])) for row, paper in papers.items()]
