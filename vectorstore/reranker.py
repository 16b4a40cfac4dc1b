"""A second look at the best candidates: each read together with the query."""

import os
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vectorstore.encoders.encoder import Vectors
from vectorstore.encoders.models import cannot_load
from vectorstore.encoders.sentence_transformer import first_line, quieten_libraries

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """Says how relevant texts are to a query."""

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text; only their order has a meaning."""


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder, by name or path; loaded when first needed."""

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._allow_download = allow_download
        self._loaded: CrossEncoder | None = None
        self._loading = Lock()

    def scores(self, query: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text; of a model with several labels, that of the last.

        Raises EncoderError when the model cannot be loaded.
        """
        pairs = [(query, text) for text in texts]
        scores = np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32)
        return scores if scores.ndim == 1 else scores[:, -1]

    @property
    def _model(self) -> "CrossEncoder":
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
        return self._loaded

    def _load(self) -> "CrossEncoder":
        if not self._allow_download:
            os.environ["HF_HUB_OFFLINE"] = "1"
        quieten_libraries()
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self.name, local_files_only=not self._allow_download)
        except Exception as error:  # a damaged model raises what it likes
            raise cannot_load(self.name, first_line(error)) from error
        return model
