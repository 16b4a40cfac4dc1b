"""Records as rows of `papers`, `authorships`, `origins` and `identities`, inside a transaction."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import chain, groupby

from vectorstore.identity.merging import MAX_PAPERS_PER_KEY
from vectorstore.paper import Paper
from vectorstore.records import Origin, OriginName, Record
from vectorstore.rows import author_keys, paper_of, row_of

_COLUMNS = (*(field.name for field in fields(Paper)), "language", "flags")
_PUT_PAPER = (
    f"INSERT INTO papers ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (paper_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _COLUMNS)}"
    " RETURNING paper_row"
)
_OF_THESE = "IN (SELECT value FROM json_each(?))"
# A key that more papers have is of no use, however many they are.
_ROWS_OF_KEYS = f"""
    SELECT value, (
        SELECT group_concat(paper_row) FROM (
            SELECT paper_row FROM identities WHERE key = value LIMIT {MAX_PAPERS_PER_KEY + 1}
        )
    ) FROM json_each(?)
"""  # noqa: S608 (a number)


def write_records(connection: sqlite3.Connection, records: Sequence[Record]) -> dict[str, int]:
    """Store records in place of those of their ids; return the row number of each by its id."""
    rows = {record.paper.paper_id: _write_paper(connection, record) for record in records}
    numbered = [(rows[record.paper.paper_id], record) for record in records]
    forget_names(connection, list(rows.values()))
    write_authorships(connection, ((row, record.paper.authors) for row, record in numbered))
    write_origins(connection, numbered)
    return rows


def forget_names(connection: sqlite3.Connection, paper_rows: Sequence[int]) -> None:
    """Remove by what papers are found and where they come from."""
    for table in ("authorships", "identities", "origins"):
        connection.execute(
            f"DELETE FROM {table} WHERE paper_row {_OF_THESE}",  # noqa: S608 (of those above)
            (json.dumps(paper_rows),),
        )


def write_authorships(
    connection: sqlite3.Connection, authors_by_row: Iterable[tuple[int, Iterable[str]]]
) -> None:
    """Store by what names each paper is found."""
    connection.executemany(
        "INSERT INTO authorships VALUES (?, ?)",
        (
            (key, row)
            for row, authors in authors_by_row
            for key in sorted({key for author in authors for key in author_keys(author)})
        ),
    )


def write_origins(
    connection: sqlite3.Connection, records_by_row: Sequence[tuple[int, Record]]
) -> None:
    """Store where papers come from, and the keys that one is found by when it comes again."""
    connection.executemany(
        "INSERT INTO origins (paper_row, position, source, source_id, read_at, paper)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (row, position, *origin.name, origin.read_at, _told_by(origin, record))
            for row, record in records_by_row
            for position, origin in enumerate(record.origins)
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO identities VALUES (?, ?)",
        sorted((digest(key), row) for row, record in records_by_row for key in record.keys),
    )


def read_records(connection: sqlite3.Connection, paper_ids: Collection[str]) -> dict[str, Record]:
    """Return the known ones of these papers with all their origins, by id."""
    found = connection.execute(
        f"SELECT * FROM papers WHERE paper_id {_OF_THESE}",  # noqa: S608
        (json.dumps(list(paper_ids)),),
    ).fetchall()
    origins = _read_origins(connection, {row["paper_row"]: paper_of(row) for row in found})
    return {
        row["paper_id"]: Record(
            paper_of(row),
            origins.get(row["paper_row"], ()),
            row["language"],
            tuple(json.loads(row["flags"])),
        )
        for row in found
    }


def ids_of_origins(
    connection: sqlite3.Connection, names: Collection[OriginName]
) -> dict[OriginName, str]:
    """Return the id of the paper that each known one of these origins belongs to."""
    found = connection.execute(
        "SELECT origins.source, source_id, paper_id FROM origins JOIN papers USING (paper_row)"  # noqa: S608
        f" WHERE source_id {_OF_THESE}",
        (json.dumps([source_id for _, source_id in names]),),
    )
    ids = {(source, source_id): paper_id for source, source_id, paper_id in found}
    return {name: ids[name] for name in names if name in ids}


def ids_of_keys(connection: sqlite3.Connection, keys: Collection[str]) -> dict[str, list[str]]:
    """Return by key the ids of the papers that have it, of keys that not too many have."""
    by_digest = {digest(key): key for key in keys}
    found = connection.execute(_ROWS_OF_KEYS, (json.dumps(list(by_digest)),))
    rows = {by_digest[value]: joined.split(",") for value, joined in found if joined}
    ids = dict(
        connection.execute(
            f"SELECT paper_row, paper_id FROM papers WHERE paper_row {_OF_THESE}",  # noqa: S608
            (f"[{','.join(chain.from_iterable(rows.values()))}]",),
        ).fetchall()
    )
    return {
        key: [ids[int(row)] for row in its_rows if int(row) in ids]
        for key, its_rows in rows.items()
        if len(its_rows) <= MAX_PAPERS_PER_KEY
    }


def digest(key: str) -> int:
    """Return a key of an identity as it is stored: 64 bits, a third of its text.

    Two keys of one digest, of which 100,000 papers have one in 10^8, make candidates, no harm.
    """
    hashed = hashlib.blake2b(key.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(hashed, "big", signed=True)


def _write_paper(connection: sqlite3.Connection, record: Record) -> int:
    values = [*row_of(record.paper).values(), record.language, json.dumps(record.flags)]
    return int(connection.execute(_PUT_PAPER, values).fetchone()[0])


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
    connection: sqlite3.Connection, papers: Mapping[int, Paper]
) -> dict[int, tuple[Origin, ...]]:
    found = connection.execute(
        "SELECT paper_row, source, source_id, read_at, paper FROM origins"  # noqa: S608
        f" WHERE paper_row {_OF_THESE} ORDER BY paper_row, position",
        (json.dumps(list(papers)),),
    )
    return {
        paper_row: tuple(_origins_of(rows, papers[paper_row]))
        for paper_row, rows in groupby(found, key=lambda row: int(row["paper_row"]))
    }


def _origins_of(rows: Iterable[sqlite3.Row], paper: Paper) -> Iterator[Origin]:
    for row in rows:
        told = paper if row["paper"] is None else _paper_told(row)
        yield Origin(told, row["read_at"])


def _paper_told(row: sqlite3.Row) -> Paper:
    values = json.loads(row["paper"])
    paper = Paper(
        row["source_id"], **{"title": "", "abstract": "", **values, "source": row["source"]}
    )
    published = values.get("published")
    return replace(
        paper,
        authors=tuple(paper.authors),
        published=date.fromisoformat(published) if published else None,
    )
