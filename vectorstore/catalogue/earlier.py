"""How the SQLite tables of the library formats 1 and 2 become today's."""

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.schema import CreateIndex, CreateTable

from vectorstore.catalogue.record_rows import write_authorships, write_origins
from vectorstore.catalogue.rows import paper_of
from vectorstore.catalogue.tables import (
    AUTHORSHIPS,
    CHUNKS,
    IDENTITIES,
    LIVE,
    META,
    ORIGINS,
    PAPERS,
    TOMBSTONES,
)
from vectorstore.manifest import LIBRARY_FORMAT
from vectorstore.records import Origin, Record, record_of

_PAPER_COLUMNS = (
    "paper_id, title, abstract, authors, n_authors, published, year, arxiv_id, doi, url,"
    " n_comments, source"
)
_SET_ASIDE = (
    "ALTER TABLE papers RENAME TO old_papers",
    "ALTER TABLE chunks RENAME TO old_chunks",
    "DROP TABLE tombstones",
    "DROP INDEX papers_by_year",
    "DROP INDEX chunks_by_paper",
    "DROP INDEX chunks_by_generation",
)
_TAKE_OVER = (
    f"INSERT INTO papers ({_PAPER_COLUMNS})"  # noqa: S608 (those above)
    f" SELECT {_PAPER_COLUMNS} FROM old_papers ORDER BY rowid",
    'INSERT INTO chunks (paper_row, position, start, "end", vector, generation)'
    ' SELECT paper_row, position, start, "end", vector, 0'
    " FROM old_chunks JOIN papers USING (paper_id) ORDER BY old_chunks.rowid",
    "DROP TABLE old_papers",
    "DROP TABLE old_chunks",
    # So that the indexes are made anew.
    "UPDATE meta SET value = value + 1 WHERE key = 'generation'",
)
_FROM_FORMAT_2 = (
    "ALTER TABLE papers ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE papers ADD COLUMN flags TEXT NOT NULL DEFAULT '[]'",
)
_BATCH_PAPERS = 500


def upgrade(connection: Connection) -> None:
    """Bring the tables of an earlier format to today's, inside the caller's transaction.

    No vector is computed again. Texts stay as they are, which the chunks count on: they are
    cleaned when a paper changes, or with all by `citewise reindex`.
    """
    manifest = META.c.key == "manifest"
    settings = json.loads(connection.execute(select(META.c.value).where(manifest)).scalar_one())
    if settings["format"] == 1:
        _upgrade_from_1(connection)
    else:
        _run(connection, _FROM_FORMAT_2)
        _make(connection, IDENTITIES, ORIGINS, LIVE)
        _make_index(connection, PAPERS, "papers_by_flags")
    for numbered in _as_their_own_origins(connection):
        write_origins(connection, numbered)
        for row, record in numbered:
            connection.execute(
                update(PAPERS).where(PAPERS.c.paper_row == row),
                {"language": record.language, "flags": json.dumps(record.flags)},
            )
    now = json.dumps({**settings, "format": LIBRARY_FORMAT})
    connection.execute(update(META).where(manifest), {"value": now})


def _upgrade_from_1(connection: Connection) -> None:
    """Give papers and chunks numbers."""
    _run(connection, _SET_ASIDE)
    _make(connection, PAPERS, AUTHORSHIPS, IDENTITIES, ORIGINS, CHUNKS, TOMBSTONES, LIVE)
    _run(connection, _TAKE_OVER)
    authors = connection.execute(select(PAPERS.c.paper_row, PAPERS.c.authors)).all()
    write_authorships(connection, ((row, json.loads(names)) for row, names in authors))


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _make(connection: Connection, *tables: Table) -> None:
    for table in tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))


def _make_index(connection: Connection, table: Table, name: str) -> None:
    [index] = (index for index in table.indexes if index.name == name)
    connection.execute(CreateIndex(index))


def _as_their_own_origins(connection: Connection) -> Iterator[list[tuple[int, Record]]]:
    """Yield every paper as the record of itself, in batches, with its row number."""
    last = 0
    page = select(PAPERS).order_by(PAPERS.c.paper_row).limit(_BATCH_PAPERS)
    while rows := connection.execute(page.where(PAPERS.c.paper_row > last)).all():
        last = rows[-1].paper_row
        papers = {row.paper_row: paper_of(row) for row in rows}
        yield [(row, record_of(paper, [Origin(paper)])) for row, paper in papers.items()]
