"""LangChain's recipe: https://python.langchain.com/docs/integrations/vectorstores/chroma.

One Document an abstract, all defaults, persisted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.data import Row
from benchmarks.peers.system import model_path, text_of

if TYPE_CHECKING:
    from langchain_chroma import Chroma

_MOST_AT_ONCE = 5_000  # Chroma refuses more than 5,461


class LangChain:
    """`langchain_chroma.Chroma` with `langchain_huggingface.HuggingFaceEmbeddings`."""

    _store: "Chroma"

    def open(self, directory: Path) -> None:
        """Load the model and open the collection."""
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings

        self._store = Chroma(
            collection_name="papers",
            embedding_function=HuggingFaceEmbeddings(model_name=model_path()),
            persist_directory=str(directory),
        )

    def index(self, rows: Sequence[Row]) -> None:
        """Add one document a paper."""
        from langchain_core.documents import Document

        for start in range(0, len(rows), _MOST_AT_ONCE):
            batch = rows[start : start + _MOST_AT_ONCE]
            self._store.add_documents(
                [Document(text_of(row), metadata={"title": row["title"]}) for row in batch],
                ids=[row["id"] for row in batch],
            )

    def search(self, query: str, *, top_k: int) -> list[str]:
        """Return the ids of the nearest documents, nearest first."""
        return [str(found.id) for found in self._store.similarity_search(query, k=top_k)]
