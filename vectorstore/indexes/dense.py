"""The dense index: chunk vectors in Chroma, HNSW over cosine distance, in the library."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vectorstore.catalogue import StoredChunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import Rows

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.collection_configuration import (
        CreateCollectionConfiguration,
        CreateHNSWConfiguration,
    )

_COLLECTION = "chunks"
_BATCH = 1_000  # Chroma refuses more than 5,461 rows a call
# Chroma's own defaults lose a tenth of the ten true neighbours at 100,000 rows; these lose 0.7 %.
HNSW: "CreateHNSWConfiguration" = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 300,
}

SAME_VECTOR = 0.98  # a vector stored in half precision is this similar to itself, at least


class DenseIndex(Protocol):
    """Chunks, by row number, near a vector. Text and metadata stay out of it."""

    def count(self) -> int:
        """Return how many chunks the index says it holds."""

    def search(self, vector: Vectors, *, top_k: int) -> Rows:
        """Return the row numbers of the `top_k` nearest chunks, nearest first."""


class LocalDenseIndex:
    """A dense index in a directory, which one process at a time may write.

    Chroma is imported and opened when first needed, which takes a second.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._opened: Collection | None = None

    def count(self) -> int:
        """Return how many chunks the index says it holds."""
        return self._collection.count()

    def apply(self, upserts: Sequence[StoredChunk], deleted_rows: Sequence[int]) -> None:
        """Store chunks in place of those of the same row, and forget others."""
        for start in range(0, len(deleted_rows), _BATCH):
            batch = deleted_rows[start : start + _BATCH]
            self._collection.delete(ids=[str(chunk_row) for chunk_row in batch])
        for start in range(0, len(upserts), _BATCH):
            chunks = upserts[start : start + _BATCH]
            self._collection.upsert(
                ids=[str(stored.chunk_row) for stored in chunks],
                embeddings=np.stack([stored.vector for stored in chunks]),
            )

    def search(self, vector: Vectors, *, top_k: int) -> Rows:
        """Return the row numbers of the `top_k` nearest chunks, nearest first."""
        if top_k < 1:
            return np.zeros(0, dtype=np.int64)
        found = self._collection.query(
            query_embeddings=vector[np.newaxis, :], n_results=top_k, include=[]
        )
        return np.array([int(chunk_row) for chunk_row in found["ids"][0]], dtype=np.int64)

    @property
    def _collection(self) -> "Collection":
        if self._opened is None:
            self._opened = _open(self._directory)
        return self._opened


def _open(directory: Path) -> "Collection":
    # Chroma must not look up its telemetry host.
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    directory.mkdir(parents=True, exist_ok=True)
    client = chromadb.PersistentClient(
        str(directory), settings=Settings(anonymized_telemetry=False)
    )
    configuration: CreateCollectionConfiguration = {"hnsw": HNSW}
    return client.get_or_create_collection(
        _COLLECTION, configuration=configuration, embedding_function=None
    )
