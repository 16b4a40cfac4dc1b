"""A model that reads two texts together, loaded when first needed."""

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vectorstore.encoders.compiled import DESCRIPTION_NAME, CompiledCrossEncoder
from vectorstore.encoders.encoder import Vectors
from vectorstore.encoders.models import cannot_load
from vectorstore.encoders.sentence_transformer import first_line, quieten_libraries

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RELEVANCE = ("relevance",)  # labels of a reranker of our own


class PairModel(Protocol):
    """Gives numbers for two texts read together, one a label."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what the numbers stand for."""

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return one float32 row a pair, shape (len(pairs), len(labels))."""


class LocalCrossEncoder:
    """Any sentence-transformers cross-encoder by name or path, or the directory of a compiled one.

    A compiled one runs on the CPU, without torch. Threads may share it.
    """

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._allow_download = allow_download
        self._chosen: PairModel | None = None
        self._choosing = Lock()

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what the numbers stand for. Raises EncoderError when it cannot be loaded."""
        return self._model.labels

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return one float32 row a pair, shape (len(pairs), len(labels)).

        Raises EncoderError when the model cannot be loaded.
        """
        return self._model.predict(pairs)

    @property
    def _model(self) -> PairModel:
        with self._choosing:
            if self._chosen is None:
                self._chosen = self._choose()
        return self._chosen

    def _choose(self) -> PairModel:
        try:
            if (Path(self.name) / DESCRIPTION_NAME).is_file():
                return CompiledCrossEncoder(self.name, Path(self.name))
            return self._uncompiled()
        except Exception as error:  # a damaged model raises what it likes
            raise cannot_load(self.name, first_line(error)) from error

    def _uncompiled(self) -> PairModel:
        if not self._allow_download:
            os.environ["HF_HUB_OFFLINE"] = "1"
        quieten_libraries()
        from sentence_transformers import CrossEncoder

        return _Uncompiled(CrossEncoder(self.name, local_files_only=not self._allow_download))


def labels_of(model: "CrossEncoder") -> tuple[str, ...]:
    """Return what the numbers that a cross-encoder gives stand for; their places where unnamed."""
    named = getattr(model.config, "id2label", None) or {}
    labels = tuple(str(label) for _, label in sorted(named.items()))
    n = model.num_labels
    return labels if len(labels) == n else tuple(f"LABEL_{place}" for place in range(n))


def probabilities(logits: Vectors) -> Vectors:
    """Return the softmax over the labels, shape (number of pairs, number of labels)."""
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    normalised: Vectors = chances / chances.sum(axis=1, keepdims=True)
    return normalised


class _Uncompiled:
    def __init__(self, model: "CrossEncoder") -> None:
        self._model = model
        self.labels = labels_of(model)

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        found = self._model.predict(list(pairs), show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(pairs), len(self.labels))
