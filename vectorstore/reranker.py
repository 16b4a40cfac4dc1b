"""A second look at the best candidates: each read together with the query."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from vectorstore.cross_encoder import LazyCrossEncoder
from vectorstore.encoders.encoder import Vectors


class Reranker(Protocol):
    """Says how relevant texts are to a query."""

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text; only their order has a meaning."""


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder, by name or path; loaded when first needed."""

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._encoder = LazyCrossEncoder(name, allow_download=allow_download)

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text; of a model with several labels, that of the last.

        Raises EncoderError when the model cannot be loaded.
        """
        pairs = [(query, text) for text in texts]
        scores = np.asarray(
            self._encoder.model.predict(pairs, show_progress_bar=False), dtype=np.float32
        )
        return scores if scores.ndim == 1 else scores[:, -1]
