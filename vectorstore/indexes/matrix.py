"""Every chunk's vector in one file, mapped into memory: exact similarities of any few of them.

HNSW answers "what is nearest of all"; this answers "how near are these", for candidates that came
from elsewhere and for the few that a filter leaves.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from vectorstore.catalogue import StoredChunk
from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import DELETED, Rows, load_rows, mapped, save_rows

_VECTORS_NAME = "vectors.f32"
_ROWS_NAME = "rows.npy"
_BLOCK = 8_192  # vectors gathered at a time: 12 MB


class VectorMatrix:
    """Unit vectors in the order they were stored, in single precision.

    Half would do for the similarities, but numpy turns it to single slower than it multiplies.
    A *position* counts vectors from 0 and stays what it is. Threads may read while one applies.
    """

    def __init__(self, directory: Path, dimension: int) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._dimension = dimension
        self._map(load_rows(directory / _ROWS_NAME, height=2))

    def count(self) -> int:
        """Return how many chunks there are."""
        return len(self.all_positions())

    def apply(self, upserts: Sequence[StoredChunk], deleted_rows: Collection[int]) -> None:
        """Append chunks, in ascending row order, and forget others; `save` makes it last."""
        if upserts:
            vectors = np.stack([stored.vector for stored in upserts])
            with (self._directory / _VECTORS_NAME).open("ab") as file:
                file.write(vectors.tobytes())
        new = np.array([(s.chunk_row, s.paper_row) for s in upserts], dtype=np.int64)
        rows = np.hstack([self._rows, new.reshape(-1, 2).T])
        rows[1, np.isin(rows[0], list(deleted_rows))] = DELETED
        self._map(rows)

    def save(self) -> None:
        """Write the rows, after the vectors: who reads meanwhile finds one for each."""
        save_rows(self._directory / _ROWS_NAME, self._rows)

    def positions_of_chunks(self, chunk_rows: Rows) -> Rows:
        """Return the positions of chunks; of those that are not there, nothing."""
        known, papers = self._rows
        if not len(known):
            return np.zeros(0, dtype=np.int64)
        positions = np.minimum(np.searchsorted(known, chunk_rows), len(known) - 1)
        is_there = (known[positions] == chunk_rows) & (papers[positions] != DELETED)
        return np.asarray(positions[is_there], dtype=np.int64)

    def positions_of_papers(self, paper_rows: Rows) -> Rows:
        """Return the positions of all chunks of papers, ascending."""
        return np.flatnonzero(np.isin(self._rows[1], paper_rows))

    def all_positions(self) -> Rows:
        """Return the positions of all chunks that are there."""
        return np.flatnonzero(self._rows[1] != DELETED)

    def papers_at(self, positions: Rows) -> Rows:
        """Return the row number of the paper of the chunk at each position."""
        return np.asarray(self._rows[1][positions], dtype=np.int64)

    def similarities(self, vector: Vectors, positions: Rows) -> Vectors:
        """Return the cosine similarity to `vector` of the chunk at each position."""
        found = np.empty(len(positions), dtype=np.float32)
        for start in range(0, len(positions), _BLOCK):
            block = slice(start, start + _BLOCK)
            found[block] = _products(self.vectors(positions[block]), vector)
        return found

    def nearest(self, vector: Vectors, *, top_k: int) -> Rows:
        """Return the positions of the `top_k` chunks most similar to `vector`, in no order."""
        papers = self._rows[1]
        similarities = _products(self._vectors[: len(papers)], vector)
        similarities[papers == DELETED] = -np.inf
        n_found = min(top_k, int(np.count_nonzero(papers)))
        return np.argpartition(-similarities, n_found - 1)[:n_found] if n_found else papers[:0]

    def nearest_chunks(self, vector: Vectors, *, top_k: int) -> Rows:
        """Return the row numbers of the `top_k` chunks most similar to `vector`, nearest first."""
        positions = self.nearest(vector, top_k=top_k)
        order = np.argsort(-self.similarities(vector, positions), kind="stable")
        return np.asarray(self._rows[0][positions[order]], dtype=np.int64)

    def vectors(self, positions: Rows) -> Vectors:
        """Return the vectors at positions, shape (len(positions), dimension)."""
        return self._vectors[positions]

    def _map(self, rows: Rows) -> None:
        shape = (rows.shape[1], self._dimension)
        self._vectors: Vectors = mapped(self._directory / _VECTORS_NAME, np.float32, shape)
        self._rows = rows  # of chunks, and of their papers


def _products(vectors: Vectors, vector: Vectors) -> Vectors:
    """Return the dot product of each row with `vector`.

    Not by BLAS: its threads spin for a while when they are done, and the encoder waits for a core.
    """
    return np.asarray(np.einsum("nd,d->n", vectors, vector), dtype=np.float32)
