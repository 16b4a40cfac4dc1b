"""A second look at the best candidates: each read together with the query."""

from collections.abc import Sequence
from typing import Protocol

from vectorstore.cross_encoder import LocalCrossEncoder
from vectorstore.encoders.encoder import Vectors


class Reranker(Protocol):
    """Says how relevant texts are to a query."""

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text; only their order has a meaning."""


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder by name or path, or the directory of a compiled one.

    Loaded when first needed.
    """

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._encoder = LocalCrossEncoder(name, allow_download=allow_download)

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text; of a model with several labels, that of the last.

        Raises EncoderError when the model cannot be loaded.
        """
        return self._encoder.predict([(query, text) for text in texts])[:, -1]
