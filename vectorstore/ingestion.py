"""What is done to papers on their way into the catalogue: compared, cut, encoded."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from vectorstore.catalogue import Catalogue, Encoded
from vectorstore.chunking import Chunk, chunk_abstract, text_to_embed
from vectorstore.engines.engine import Engine
from vectorstore.manifest import LIBRARY_FORMAT, Manifest
from vectorstore.paper import Paper
from vectorstore.pipeline import run_ahead
from vectorstore.reconciling import AddReport, Reconciled, Reconciler
from vectorstore.records import Record

__all__ = [
    "MAX_CHUNK_CHARS",
    "AddReport",
    "CutRecords",
    "add_papers",
    "encode_records",
    "plan_papers",
]

# Two fit into MiniLM's window of 256 word pieces with the title in front; most abstracts make two.
MAX_CHUNK_CHARS = 1_000
_BATCH_PAPERS = 64  # acknowledged together; what an interrupted `add` has to do again at most
_NO_CHUNKS = Manifest(encoder="none", dimension=1, pooling="none", max_chunk_chars=1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CutRecords:
    """Records, the chunks of their papers, and what the encoder reads of each chunk."""

    records: Sequence[Record]
    chunks: Sequence[Chunk]
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Compared(CutRecords):
    """Those records of a batch that must be encoded."""

    batch: Reconciled


def add_papers(
    papers: Iterable[Paper], catalogue: Catalogue, engine: Engine
) -> Generator[AddReport, None, None]:
    """Store papers in batches; yield what became of each one when it is safe on disk.

    While a batch is stored the next ones are encoded, and the one after those compared and cut.
    """
    reconciler = Reconciler(catalogue)
    batches = (_compare(batch, reconciler) for batch in _in_batches(papers))
    with closing(run_ahead(batches)) as compared, closing(engine.encode(compared)) as encoded:
        for cut, vectors in encoded:
            batch = cut.batch
            if batch.new_text or batch.same_text:
                catalogue.put(batch.new_text, cut.chunks, vectors, same_text=batch.same_text)
            reconciler.settle(batch)
            yield batch.report


def plan_papers(papers: Iterable[Paper], catalogue: Catalogue | None) -> Iterator[AddReport]:
    """Yield what would become of each batch, and do nothing.

    What would be stored is kept in a temporary directory meanwhile, and not in memory. The
    catalogue may be None, for a library that is yet to be made, or of an earlier format.
    """
    with TemporaryDirectory(prefix="citewise-") as directory, ExitStack() as opened:
        path = Path(directory)
        if catalogue and catalogue.manifest.format < LIBRARY_FORMAT:
            catalogue = opened.enter_context(closing(catalogue.copied(path / "library")))
            catalogue.upgrade()
        plan = opened.enter_context(closing(Catalogue.create(path / "plan", _NO_CHUNKS)))
        reconciler = Reconciler(plan, *filter(None, [catalogue]))
        for papers_of_batch in _in_batches(papers):
            batch = reconciler.reconcile(papers_of_batch)
            plan.put(
                [], [], np.zeros((0, 1), np.float32), same_text=[*batch.new_text, *batch.same_text]
            )
            reconciler.settle(batch)
            yield batch.report


def encode_records(records: Iterable[Record], engine: Engine) -> Generator[Encoded, None, None]:
    """Yield all records in batches with their chunks and one vector a chunk."""
    batches = (_cut(batch) for batch in _in_batches(records))
    with closing(run_ahead(batches)) as cut, closing(engine.encode(cut)) as encoded:
        for batch, vectors in encoded:
            yield batch.records, batch.chunks, vectors


def _compare(papers: Sequence[Paper], reconciler: Reconciler) -> _Compared:
    batch = reconciler.reconcile(papers)
    cut = _cut(batch.new_text)
    return _Compared(cut.records, cut.chunks, cut.texts, batch)


def _cut(records: Sequence[Record]) -> CutRecords:
    pairs = [
        (record.paper, chunk)
        for record in records
        for chunk in chunk_abstract(record.paper, max_chars=MAX_CHUNK_CHARS)
    ]
    texts = [text_to_embed(paper, chunk) for paper, chunk in pairs]
    return CutRecords(records, [chunk for _, chunk in pairs], texts)


def _in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH_PAPERS)):
        yield batch
