"""What changes a catalogue, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, delete, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from vectorstore.catalogue.record_rows import forget_names, write_records
from vectorstore.catalogue.tables import CHUNKS, LIVE, META, PAPERS, READS, REJECTS, TOMBSTONES
from vectorstore.chunking import Chunk
from vectorstore.database import any_of
from vectorstore.encoders.encoder import Vectors
from vectorstore.live.state import LiveState
from vectorstore.readers.report import Reject
from vectorstore.records import Record

_MAX_EXCERPT_CHARS = 500


def note(connection: Connection, key: str, value: str) -> None:
    """Keep a value under a key, in place of what was there."""
    noted = upsert(META)
    connection.execute(
        noted.on_conflict_do_update(index_elements=["key"], set_={"value": noted.excluded.value}),
        {"key": key, "value": value},
    )


def put_papers(
    connection: Connection,
    records: Sequence[Record],
    chunks: Sequence[Chunk],
    vectors: Vectors,
    generation: int,
) -> None:
    """Store papers with their chunks, in place of what was stored under the same ids."""
    rows = write_records(connection, records)
    _bury_chunks(connection, list(rows.values()), generation)
    if not chunks:
        return
    values = [
        {
            "paper_row": rows[chunk.paper_id],
            "position": chunk.position,
            "start": chunk.start,
            "end": chunk.end,
            "vector": vector.tobytes(),
            "generation": generation,
        }
        for chunk, vector in zip(chunks, vectors.astype(np.float16), strict=True)
    ]
    connection.execute(insert(CHUNKS), values)


def remove_papers(connection: Connection, paper_ids: Sequence[str], generation: int) -> None:
    """Forget papers, their chunks, and what their sources said."""
    chosen = select(PAPERS.c.paper_row).where(any_of(PAPERS.c.paper_id, paper_ids))
    rows = list(connection.scalars(chosen))
    _bury_chunks(connection, rows, generation)
    forget_names(connection, rows)
    connection.execute(delete(PAPERS).where(any_of(PAPERS.c.paper_row, rows)))


def note_read(
    connection: Connection, source: str, n_papers: int, rejects: Sequence[Reject]
) -> None:
    """Remember that a source was read, and what of it was rejected, this time only."""
    before = select(READS.c.read_id).where(READS.c.source == source)
    connection.execute(delete(REJECTS).where(REJECTS.c.read_id.in_(before)))
    connection.execute(delete(READS).where(READS.c.source == source))
    read = {"source": source, "read_at": datetime.now(UTC).isoformat(), "n_papers": n_papers}
    read_id = connection.execute(insert(READS).returning(READS.c.read_id), read).scalar()
    rows = [
        {
            "read_id": read_id,
            "line": each.line,
            "reason": each.reason,
            "excerpt": each.excerpt[:_MAX_EXCERPT_CHARS],
        }
        for each in rejects
    ]
    if rows:
        connection.execute(insert(REJECTS), rows)


def put_live(connection: Connection, state: LiveState) -> None:
    """Remember a live source, in place of what was known of it."""
    forget_live(connection, state.name)
    connection.execute(insert(LIVE), asdict(state))


def forget_live(connection: Connection, name: str) -> None:
    """Forget a live source; its papers stay."""
    connection.execute(delete(LIVE).where(LIVE.c.name == name))


def _bury_chunks(connection: Connection, paper_rows: Sequence[int], generation: int) -> None:
    of_these = any_of(CHUNKS.c.paper_row, paper_rows)
    buried = select(CHUNKS.c.chunk_row, CHUNKS.c.paper_row, literal(generation)).where(of_these)
    connection.execute(
        insert(TOMBSTONES).from_select(["chunk_row", "paper_row", "generation"], buried)
    )
    connection.execute(delete(CHUNKS).where(of_these))
