"""txtai with hybrid search and stored content: https://neuml.github.io/txtai/embeddings/."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.data import Row
from benchmarks.peers.system import model_path, text_of

if TYPE_CHECKING:
    from txtai import Embeddings


class Txtai:
    """`txtai.Embeddings(hybrid=True, content=True)`: Faiss and BM25, fused half and half."""

    _directory: Path
    _embeddings: "Embeddings"

    def open(self, directory: Path) -> None:
        """Load the model, and the index where there is one."""
        from txtai import Embeddings

        self._directory = directory
        self._embeddings = Embeddings(path=model_path(), hybrid=True, content=True)
        if (directory / "embeddings").exists():
            self._embeddings.load(str(directory))

    def index(self, rows: Sequence[Row]) -> None:
        """Index the texts and save the index."""
        self._embeddings.index([(row["id"], text_of(row)) for row in rows])
        self._embeddings.save(str(self._directory))

    def search(self, query: str, *, top_k: int) -> list[str]:
        """Return the ids of the best texts, best first."""
        return [str(found["id"]) for found in self._embeddings.search(query, top_k)]
