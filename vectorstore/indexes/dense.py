"""The dense index: chunk vectors in Chroma, HNSW over cosine distance."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.encoder import Vectors
from vectorstore.rows import StoredChunk

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.collection_configuration import (
        CreateCollectionConfiguration,
        CreateHNSWConfiguration,
    )

_COLLECTION = "chunks"
_BATCH = 1_000  # Chroma refuses more than 5,461 rows a call
# Chroma's own defaults lose a tenth of the true neighbours at 100,000 rows; these lose 0.2 %.
_HNSW: "CreateHNSWConfiguration" = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 200,
}


class DenseIndex:
    """Chunk ids by the cosine similarity of their vectors. Text and metadata stay out of it."""

    def __init__(self, directory: Path) -> None:
        # Chroma must not look up its telemetry host.
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        directory.mkdir(parents=True, exist_ok=True)
        client = chromadb.PersistentClient(
            str(directory), settings=Settings(anonymized_telemetry=False)
        )
        configuration: CreateCollectionConfiguration = {"hnsw": _HNSW}
        self._collection: Collection = client.get_or_create_collection(
            _COLLECTION, configuration=configuration, embedding_function=None
        )

    def count(self) -> int:
        """Return how many chunks the index says it holds."""
        return self._collection.count()

    def apply(self, upserts: Sequence[StoredChunk], deleted_ids: Sequence[str]) -> None:
        """Store chunks in place of those of the same id, and forget others."""
        for start in range(0, len(deleted_ids), _BATCH):
            self._collection.delete(ids=list(deleted_ids[start : start + _BATCH]))
        for start in range(0, len(upserts), _BATCH):
            batch = upserts[start : start + _BATCH]
            self._collection.upsert(
                ids=[stored.chunk.chunk_id for stored in batch],
                embeddings=np.stack([stored.vector for stored in batch]),
            )

    def search(self, vector: Vectors, *, top_k: int) -> dict[str, float]:
        """Return the cosine similarity of the `top_k` nearest chunks by id, nearest first."""
        if top_k < 1 or not self.count():
            return {}
        found = self._collection.query(
            query_embeddings=vector[np.newaxis, :], n_results=top_k, include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return {
            chunk_id: 1.0 - distance
            for chunk_id, distance in zip(found["ids"][0], distances, strict=True)
        }
