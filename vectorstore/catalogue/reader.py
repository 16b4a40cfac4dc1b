"""What can be asked of a catalogue."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, Table, bindparam, func, select

from vectorstore.catalogue.conditions import NEWEST_FIRST, condition_of
from vectorstore.catalogue.record_rows import ids_of_keys, ids_of_origins, read_records
from vectorstore.catalogue.rows import StoredChunk, paper_of, stored_chunk_of
from vectorstore.catalogue.tables import (
    CHUNKS,
    IS_FLAGGED,
    LIVE,
    META,
    ORIGINS,
    PAPERS,
    REJECTS,
    TOMBSTONES,
)
from vectorstore.database import any_given, any_of, joined, listed
from vectorstore.errors import NotALibraryError
from vectorstore.filters import SearchFilter
from vectorstore.live.state import LiveState
from vectorstore.manifest import Manifest
from vectorstore.paper import Paper
from vectorstore.records import OriginName, Record

_BATCH_CHUNKS, _BATCH_PAPERS = 1_000, 500
_STORED_CHUNKS = select(CHUNKS, PAPERS.c.paper_id).join(
    PAPERS, PAPERS.c.paper_row == CHUNKS.c.paper_row
)
_NOTED = select(META.c.value).where(META.c.key == bindparam("key"))
_PAPERS_BY_ID = select(PAPERS).where(any_given(PAPERS.c.paper_id))
_PAPERS_BY_ROW = select(PAPERS).where(any_given(PAPERS.c.paper_row))
_CHUNKS_BY_PAPER = _STORED_CHUNKS.where(any_given(CHUNKS.c.paper_row)).order_by(CHUNKS.c.chunk_row)

Connected = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Deletions:
    """Row numbers of chunks, and of papers with all their chunks, that are no more."""

    chunk_rows: list[int]
    paper_rows: list[int]


class CatalogueReader:
    """Papers, chunks and what else a catalogue holds; `shown` is its place, as messages name it.

    `connected` gives a connection for one question, `at_one_moment` one that sees no change.
    """

    def __init__(self, shown: str, connected: Connected, at_one_moment: Connected) -> None:
        self._shown = shown
        self.connected = connected
        self._at_one_moment = at_one_moment

    @contextmanager
    def at_one_moment(self) -> Iterator["CatalogueReader"]:
        """Give the catalogue as it is now, whatever is written meanwhile."""
        with self._at_one_moment() as connection:
            yield self.within(connection)

    def within(self, connection: Connection) -> "CatalogueReader":
        """Return the catalogue as a transaction sees it."""
        return CatalogueReader(
            self._shown, lambda: nullcontext(connection), lambda: nullcontext(connection)
        )

    @property
    def generation(self) -> int:
        """Return the number of the last change."""
        return int(self.noted("generation"))

    @property
    def manifest(self) -> Manifest:
        """Return what the stored vectors were made with."""
        try:
            return Manifest.model_validate_json(self.noted("manifest"))
        except ValidationError as error:
            raise NotALibraryError(
                f"{self._shown} has a manifest that this Citewise cannot read:"
                f" {error.errors()[0]['msg']}. Update citewise."
            ) from None

    def noted(self, key: str) -> str:
        """Return what was noted under a key; "" where nothing was."""
        with self.connected() as connection:
            return connection.scalar(_NOTED, {"key": key}) or ""

    def papers(self, where: SearchFilter | None = None) -> list[Paper]:
        """Return the papers that meet the filter, newest first, then by title."""
        condition = condition_of(where or SearchFilter())
        return list(
            map(paper_of, self._rows(select(PAPERS).where(condition).order_by(*NEWEST_FIRST)))
        )

    def rows_of(self, where: SearchFilter) -> NDArray[np.int64]:
        """Return the row numbers of the papers that meet the filter, ascending."""
        text = self._scalar(select(joined(PAPERS.c.paper_row)).where(condition_of(where)))
        return np.sort(np.fromstring(text or "", dtype=np.int64, sep=","))

    def get(self, paper_ids: Sequence[str]) -> dict[str, Paper]:
        """Return the known ones of these papers, by id."""
        rows = self._rows(_PAPERS_BY_ID, {"values": listed(paper_ids)})
        return {row.paper_id: paper_of(row) for row in rows}

    def rows_of_ids(self, paper_ids: Sequence[str]) -> list[int]:
        """Return the row numbers of the known ones of these papers."""
        chosen = select(PAPERS.c.paper_row).where(any_of(PAPERS.c.paper_id, paper_ids))
        return [row.paper_row for row in self._rows(chosen)]

    def get_rows(self, paper_rows: Sequence[int]) -> dict[int, Paper]:
        """Return the papers of these row numbers that are still there, by row number."""
        rows = self._rows(_PAPERS_BY_ROW, {"values": listed(paper_rows)})
        return {row.paper_row: paper_of(row) for row in rows}

    def records(self, paper_ids: Collection[str]) -> dict[str, Record]:
        """Return the known ones of these papers with what their sources said, by id."""
        with self.connected() as connection:
            return read_records(connection, paper_ids)

    def all_records(self) -> Iterator[Record]:
        """Yield every paper with what its sources said, in the order they were stored."""
        last = 0
        page = select(PAPERS.c.paper_row, PAPERS.c.paper_id).order_by(PAPERS.c.paper_row)
        while rows := self._rows(page.where(PAPERS.c.paper_row > last).limit(_BATCH_PAPERS)):
            last = rows[-1].paper_row
            records = self.records([row.paper_id for row in rows])
            yield from (records[row.paper_id] for row in rows)

    def ids_of_origins(self, names: Collection[OriginName]) -> dict[OriginName, str]:
        """Return the id of the paper that each known one of these origins belongs to."""
        with self.connected() as connection:
            return ids_of_origins(connection, names)

    def ids_of_keys(self, keys: Collection[str]) -> dict[str, list[str]]:
        """Return by key of `vectorstore.identity` the ids of the papers that have it.

        Left out are keys that more papers have than are worth comparing.
        """
        with self.connected() as connection:
            return ids_of_keys(connection, keys)

    def ids_meant_by(self, ids: Sequence[str]) -> list[str]:
        """Return the ids of the papers that have these, or else an origin that has, none twice."""
        itself = select(PAPERS.c.paper_id).where(any_of(PAPERS.c.paper_id, ids))
        known = {row.paper_id: row.paper_id for row in self._rows(itself)}
        others = [each for each in ids if each not in known]
        by_origin = (
            select(ORIGINS.c.source_id, PAPERS.c.paper_id)
            .join(PAPERS, PAPERS.c.paper_row == ORIGINS.c.paper_row)
            .where(any_of(ORIGINS.c.source_id, others))
        )
        known |= {row.source_id: row.paper_id for row in self._rows(by_origin)}
        return list(dict.fromkeys(known[each] for each in ids if each in known))

    def flagged(self) -> list[Record]:
        """Return the papers that raised a suspicion when they were stored, newest first."""
        rows = self._rows(select(PAPERS.c.paper_id).where(IS_FLAGGED).order_by(*NEWEST_FIRST))
        records = self.records([row.paper_id for row in rows])
        return [records[row.paper_id] for row in rows]

    def chunks_of(self, paper_rows: Sequence[int]) -> list[StoredChunk]:
        """Return the chunks of the papers of these row numbers, in the order of their own."""
        rows = self._rows(_CHUNKS_BY_PAPER, {"values": listed(paper_rows)})
        return list(map(stored_chunk_of, rows))

    def newest_chunk(self) -> StoredChunk | None:
        """Return the chunk that was stored last; None where there is none."""
        rows = self._rows(_STORED_CHUNKS.order_by(CHUNKS.c.chunk_row.desc()).limit(1))
        return stored_chunk_of(rows[0]) if rows else None

    def n_papers(self) -> int:
        """Return how many papers there are."""
        return self._count(PAPERS)

    def n_chunks(self) -> int:
        """Return how many chunks there are."""
        return self._count(CHUNKS)

    def n_rejects(self) -> int:
        """Return how many pieces of sources were rejected so far."""
        return self._count(REJECTS)

    def year_range(self) -> tuple[int, int] | None:
        """Return the first and the last year of the papers; None where no year is known."""
        years = select(
            func.min(PAPERS.c.year).label("first"), func.max(PAPERS.c.year).label("last")
        )
        [row] = self._rows(years)
        return None if row.first is None else (row.first, row.last)

    def chunks_since(self, generation: int) -> Iterator[list[StoredChunk]]:
        """Yield what was stored after `generation`, in the order of its row numbers, in batches."""
        chosen = _STORED_CHUNKS.where(CHUNKS.c.generation > generation)
        with self._at_one_moment() as connection:
            rows = connection.execute(
                chosen.order_by(CHUNKS.c.chunk_row), execution_options={"yield_per": _BATCH_CHUNKS}
            )
            for batch in rows.partitions():
                yield list(map(stored_chunk_of, batch))

    def deletions_since(self, generation: int) -> Deletions:
        """Return what went after `generation`."""
        rows = self._rows(select(TOMBSTONES).where(TOMBSTONES.c.generation > generation))
        papers = {row.paper_row for row in rows}
        gone = papers - self.get_rows(list(papers)).keys()
        return Deletions([row.chunk_row for row in rows], sorted(gone))

    def live(self) -> list[LiveState]:
        """Return the live sources that papers came from, in the order they were first added."""
        rows = self._rows(select(LIVE).order_by(LIVE.c.added_at, LIVE.c.name))
        return [LiveState(**row._mapping) for row in rows]

    def _rows(
        self, query: Select[Any], parameters: Mapping[str, str] | None = None
    ) -> Sequence[Row[Any]]:
        with self.connected() as connection:
            return connection.execute(query, parameters).all()

    def _scalar(self, query: Select[Any]) -> Any:
        with self.connected() as connection:
            return connection.scalar(query)

    def _count(self, table: Table) -> int:
        return int(self._scalar(select(func.count()).select_from(table)))
