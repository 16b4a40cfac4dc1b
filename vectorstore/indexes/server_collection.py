"""One collection on a Chroma server: chunk vectors by row number, and how far they have come."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from vectorstore.catalogue import StoredChunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import Rows
from vectorstore.indexes.chroma_server import HURRIED, ChromaServer, Patience
from vectorstore.indexes.dense import HNSW

_COLLECTIONS = "/tenants/default_tenant/databases/default_database/collections"
_BATCH = 1_000  # 2 MB a request; the server takes 5,461 rows at most
_NONE = 0  # in place of a chunk's row, which counts from 1


@dataclass(frozen=True, slots=True)
class Progress:
    """What a collection holds: the catalogue as it was at a generation, -1 before the first.

    And of what was stored after it all chunks up to a row.
    """

    generation: int = -1
    chunk_row: int = 0


class ServerCollection:
    """A collection. It keeps its own progress, so that what loads it can be killed and go on."""

    def __init__(self, server: ChromaServer, described: Mapping[str, object]) -> None:
        self._server = server
        self._path = f"{_COLLECTIONS}/{described['id']}"
        self.name = str(described["name"])
        metadata = described.get("metadata")
        self._metadata = dict(metadata) if isinstance(metadata, Mapping) else {}

    @classmethod
    def open(
        cls, server: ChromaServer, name: str, *, patience: Patience | None = None
    ) -> "ServerCollection":
        """Return the collection of that name; raises CollectionUnusableError where there is none.

        What its progress is was asked now; who else writes is not followed.
        """
        return cls(server, server.ask("GET", f"{_COLLECTIONS}/{name}", patience=patience))

    @classmethod
    def make(
        cls, server: ChromaServer, name: str, made_with: Mapping[str, str | int]
    ) -> "ServerCollection":
        """Return a new, empty collection that remembers what it is made with."""
        wanted = {
            "name": name,
            "get_or_create": True,  # the request may be one that is sent again
            "configuration": {"hnsw": HNSW},
            "metadata": {**made_with, **asdict(Progress())},
        }
        return cls(server, server.ask("POST", _COLLECTIONS, wanted))

    @staticmethod
    def remove_all(server: ChromaServer, prefix: str, *, but: str) -> None:
        """Remove the collections whose names begin so, except one."""
        for described in server.ask("GET", _COLLECTIONS):
            name = described["name"]
            if name.startswith(prefix) and name != but:
                server.ask("DELETE", f"{_COLLECTIONS}/{name}")

    @property
    def progress(self) -> Progress:
        """Return what the collection holds."""
        values = (self._metadata.get(name) for name in ("generation", "chunk_row"))
        generation, chunk_row = (value if isinstance(value, int) else -1 for value in values)
        return Progress(generation, chunk_row)

    def is_made_with(self, made_with: Mapping[str, str | int]) -> bool:
        """Return whether it was made so."""
        return all(self._metadata.get(name) == value for name, value in made_with.items())

    def note(self, progress: Progress) -> None:
        """Write down what it holds, after it does."""
        metadata = {**self._metadata, **asdict(progress)}
        self._server.ask("PUT", self._path, {"new_metadata": metadata})
        self._metadata = metadata

    def count(self) -> int:
        """Return how many chunks the server says it holds."""
        return int(self._server.ask("GET", f"{self._path}/count"))

    def put(self, chunks: Sequence[StoredChunk]) -> None:
        """Store chunks in place of those of the same row."""
        for start in range(0, len(chunks), _BATCH):
            batch = chunks[start : start + _BATCH]
            rows = [str(stored.chunk_row) for stored in batch]
            vectors = [_as_text(stored.vector) for stored in batch]
            self._server.ask("POST", f"{self._path}/upsert", {"ids": rows, "embeddings": vectors})

    def remove(self, chunk_rows: Sequence[int]) -> None:
        """Forget chunks; those that are not there are passed over."""
        for start in range(0, len(chunk_rows), _BATCH):
            rows = [str(chunk_row) for chunk_row in chunk_rows[start : start + _BATCH]]
            self._server.ask("POST", f"{self._path}/delete", {"ids": rows})

    def search(self, vector: Vectors, *, top_k: int) -> Rows:
        """Return the row numbers of the `top_k` nearest chunks, nearest first, or fail soon."""
        [found] = self._query(vector[np.newaxis, :], top_k, patience=HURRIED)
        return np.array([int(row) for row in found], dtype=np.int64)

    def nearest_of_each(self, vectors: Vectors) -> Rows:
        """Return the row number of the chunk nearest to each of some vectors, 0 where none is.

        Takes its time: a server that was just started reads the graph first.
        """
        found = self._query(vectors, 1, patience=None)
        return np.array([int(rows[0]) if rows else _NONE for rows in found], dtype=np.int64)

    def _query(self, vectors: Vectors, top_k: int, *, patience: Patience | None) -> list[list[str]]:
        wanted = {"query_embeddings": vectors.tolist(), "n_results": top_k, "include": []}
        found = self._server.ask("POST", f"{self._path}/query", wanted, patience=patience)
        return list(found["ids"])


def _as_text(vector: Vectors) -> str:
    """Return a vector as the server reads it fastest: base64 of single precision, little-endian."""
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
