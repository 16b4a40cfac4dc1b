"""Records as rows of `papers`, `authorships`, `origins` and `identities`, inside a transaction."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from vectorstore.catalogue.rows import author_keys, paper_of, row_of
from vectorstore.catalogue.tables import AUTHORSHIPS, IDENTITIES, ORIGINS, PAPERS
from vectorstore.database import any_of, joined, numbers_as_table
from vectorstore.identity.merging import MAX_PAPERS_PER_KEY
from vectorstore.paper import Paper
from vectorstore.records import Origin, OriginName, Record

_COLUMNS = (*(field.name for field in fields(Paper)), "language", "flags")
_INSERTED = upsert(PAPERS)  # SQLite spells ON CONFLICT as PostgreSQL does
_PUT_PAPER = _INSERTED.on_conflict_do_update(
    index_elements=["paper_id"], set_={name: _INSERTED.excluded[name] for name in _COLUMNS}
).returning(PAPERS.c.paper_row)


def write_records(connection: Connection, records: Sequence[Record]) -> dict[str, int]:
    """Store records in place of those of their ids; return the row number of each by its id."""
    rows = {record.paper.paper_id: _write_paper(connection, record) for record in records}
    numbered = [(rows[record.paper.paper_id], record) for record in records]
    forget_names(connection, list(rows.values()))
    write_authorships(connection, ((row, record.paper.authors) for row, record in numbered))
    write_origins(connection, numbered)
    return rows


def forget_names(connection: Connection, paper_rows: Sequence[int]) -> None:
    """Remove by what papers are found and where they come from."""
    for table in (AUTHORSHIPS, IDENTITIES, ORIGINS):
        connection.execute(delete(table).where(any_of(table.c.paper_row, paper_rows)))


def write_authorships(
    connection: Connection, authors_by_row: Iterable[tuple[int, Iterable[str]]]
) -> None:
    """Store by what names each paper is found."""
    _insert_all(
        connection,
        AUTHORSHIPS,
        [
            {"name": key, "paper_row": row}
            for row, authors in authors_by_row
            for key in sorted({key for author in authors for key in author_keys(author)})
        ],
    )


def write_origins(connection: Connection, records_by_row: Sequence[tuple[int, Record]]) -> None:
    """Store where papers come from, and the keys that one is found by when it comes again."""
    _insert_all(
        connection,
        ORIGINS,
        [
            {
                "paper_row": row,
                "position": position,
                "source": origin.name[0],
                "source_id": origin.name[1],
                "read_at": origin.read_at,
                "paper": _told_by(origin, record),
            }
            for row, record in records_by_row
            for position, origin in enumerate(record.origins)
        ],
    )
    keys = sorted({(digest(key), row) for row, record in records_by_row for key in record.keys})
    _insert_all(connection, IDENTITIES, [{"key": key, "paper_row": row} for key, row in keys])


def read_records(connection: Connection, paper_ids: Collection[str]) -> dict[str, Record]:
    """Return the known ones of these papers with all their origins, by id."""
    found = connection.execute(select(PAPERS).where(any_of(PAPERS.c.paper_id, paper_ids))).all()
    origins = _read_origins(connection, {row.paper_row: paper_of(row) for row in found})
    return {
        row.paper_id: Record(
            paper_of(row),
            origins.get(row.paper_row, ()),
            row.language,
            tuple(json.loads(row.flags)),
        )
        for row in found
    }


def ids_of_origins(connection: Connection, names: Collection[OriginName]) -> dict[OriginName, str]:
    """Return the id of the paper that each known one of these origins belongs to."""
    found = connection.execute(
        select(ORIGINS.c.source, ORIGINS.c.source_id, PAPERS.c.paper_id)
        .join(PAPERS, PAPERS.c.paper_row == ORIGINS.c.paper_row)
        .where(any_of(ORIGINS.c.source_id, [source_id for _, source_id in names]))
    )
    ids = {(source, source_id): paper_id for source, source_id, paper_id in found}
    return {name: ids[name] for name in names if name in ids}


def ids_of_keys(connection: Connection, keys: Collection[str]) -> dict[str, list[str]]:
    """Return by key the ids of the papers that have it, of keys that not too many have."""
    by_digest = {digest(key): key for key in keys}
    rows = {
        by_digest[value]: [int(row) for row in its_rows.split(",")]
        for value, its_rows in _rows_of_digests(connection, by_digest)
        if its_rows
    }
    of_these = any_of(PAPERS.c.paper_row, {row for its_rows in rows.values() for row in its_rows})
    ids = dict(
        connection.execute(select(PAPERS.c.paper_row, PAPERS.c.paper_id).where(of_these)).all()
    )
    return {
        key: [ids[row] for row in its_rows if row in ids]
        for key, its_rows in rows.items()
        if len(its_rows) <= MAX_PAPERS_PER_KEY
    }


def digest(key: str) -> int:
    """Return a key of an identity as it is stored: 64 bits, a third of its text.

    Two keys of one digest, of which 100,000 papers have one in 10^8, make candidates, no harm.
    """
    hashed = hashlib.blake2b(key.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(hashed, "big", signed=True)


def _rows_of_digests(
    connection: Connection, digests: Collection[int]
) -> Iterable[tuple[int, str | None]]:
    """Return each digest with the row numbers of its papers, as one text, or one more than count.

    A key that more papers have is of no use, however many they are.
    """
    each = numbers_as_table(connection, digests)
    few = (
        select(IDENTITIES.c.paper_row)
        .where(IDENTITIES.c.key == each.c.value)
        .limit(MAX_PAPERS_PER_KEY + 1)
        .correlate(each)
        .subquery()
    )
    its_rows = select(joined(few.c.paper_row)).scalar_subquery()
    return connection.execute(select(each.c.value, its_rows)).all()


def _write_paper(connection: Connection, record: Record) -> int:
    values = {
        **row_of(record.paper),
        "language": record.language,
        "flags": json.dumps(record.flags),
    }
    return int(connection.execute(_PUT_PAPER, values).scalar_one())


def _insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _told_by(origin: Origin, record: Record) -> str | None:
    """Return what an origin said as JSON; None, which most are, where the record says the same."""
    if origin.paper == record.paper:
        return None
    values: dict[str, object] = {}
    for field in fields(Paper):
        value = getattr(origin.paper, field.name)
        if value != field.default and field.name not in ("paper_id", "source"):
            values[field.name] = value.isoformat() if isinstance(value, date) else value
    return json.dumps(values, ensure_ascii=False)


def _read_origins(
    connection: Connection, papers: Mapping[int, Paper]
) -> dict[int, tuple[Origin, ...]]:
    found = connection.execute(
        select(ORIGINS)
        .where(any_of(ORIGINS.c.paper_row, papers))
        .order_by(ORIGINS.c.paper_row, ORIGINS.c.position)
    )
    return {
        paper_row: tuple(_origins_of(rows, papers[paper_row]))
        for paper_row, rows in groupby(found, key=lambda row: int(row.paper_row))
    }


def _origins_of(rows: Iterable[Row[Any]], paper: Paper) -> Iterator[Origin]:
    for row in rows:
        told = paper if row.paper is None else _paper_told(row)
        yield Origin(told, row.read_at)


def _paper_told(row: Row[Any]) -> Paper:
    values = json.loads(row.paper)
    paper = Paper(row.source_id, **{"title": "", "abstract": "", **values, "source": row.source})
    published = values.get("published")
    return replace(
        paper,
        authors=tuple(paper.authors),
        published=date.fromisoformat(published) if published else None,
    )
