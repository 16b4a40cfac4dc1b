"""LlamaIndex's own store: https://docs.llamaindex.ai/en/stable/understanding/storing/storing/.

One Document an abstract, all defaults (its splitter leaves nearly every abstract whole), persisted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.data import Row
from benchmarks.peers.system import model_path, text_of

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding


class LlamaIndex:
    """`VectorStoreIndex` with `HuggingFaceEmbedding` and the simple store that it brings."""

    _directory: Path
    _model: "HuggingFaceEmbedding"
    _index: "VectorStoreIndex"
    _retriever: "BaseRetriever | None" = None

    def open(self, directory: Path) -> None:
        """Load the model, and the index where there is one."""
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self._directory = directory
        self._model = HuggingFaceEmbedding(model_name=model_path())
        if (directory / "docstore.json").exists():
            storage = StorageContext.from_defaults(persist_dir=str(directory))
            self._index = load_index_from_storage(storage, embed_model=self._model)

    def index(self, rows: Sequence[Row]) -> None:
        """Index one document a paper and persist the store."""
        from llama_index.core import Document, VectorStoreIndex

        documents = [Document(text=text_of(row), id_=row["id"]) for row in rows]
        self._index = VectorStoreIndex.from_documents(documents, embed_model=self._model)
        self._index.storage_context.persist(persist_dir=str(self._directory))

    def search(self, query: str, *, top_k: int) -> list[str]:
        """Return the ids of the nearest documents, nearest first."""
        if self._retriever is None:
            self._retriever = self._index.as_retriever(similarity_top_k=top_k)
        found = [str(node.node.ref_doc_id) for node in self._retriever.retrieve(query)]
        return list(dict.fromkeys(found))
