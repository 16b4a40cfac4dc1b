"""Natural-language inference: does one text follow from another, by a cross-encoder."""

import os
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.encoders.models import cannot_load
from vectorstore.encoders.sentence_transformer import first_line, quieten_libraries

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# How models name their labels; others begin with the same letters ("not_entailment" is first).
_ENTAILED = ("entail", "support", "consistent", "attributable", "factual")
_CONTRADICTED = ("contra", "refut", "inconsistent")


class CrossEncoderEntailment:
    """Any sentence-transformers cross-encoder for inference, by name or path.

    It has one label (the probability of entailment), two (entailment or not), or three (entailment,
    neutral, contradiction), named in its `id2label`. Loaded when first needed.
    """

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._allow_download = allow_download
        self._loaded: CrossEncoder | None = None
        self._loading = Lock()

    def judge(self, evidence: str, claim: str) -> tuple[float, float]:
        """Return the probabilities that `evidence` entails and that it contradicts `claim`.

        Of a model without a label for contradiction the second is 0. Raises EncoderError when the
        model cannot be loaded or no label of it means entailment.
        """
        model = self._model
        named = getattr(model.config, "id2label", None) or {}
        labels = {int(place): str(label) for place, label in named.items()}
        if len(labels) == 1:
            score = float(np.ravel(model.predict([(evidence, claim)], show_progress_bar=False))[0])
            return min(1.0, max(0.0, score)), 0.0
        entailed, contradicted = self._places(labels)
        [row] = model.predict([(evidence, claim)], apply_softmax=True, show_progress_bar=False)
        return float(row[entailed]), 0.0 if contradicted is None else float(row[contradicted])

    def _places(self, labels: Mapping[int, str]) -> tuple[int, int | None]:
        entailed = [i for i, label in labels.items() if _begins(label, _ENTAILED)]
        contradicted = [i for i, label in labels.items() if _begins(label, _CONTRADICTED)]
        if len(entailed) != 1:
            names = ", ".join(labels.values())
            raise cannot_load(
                self.name,
                f"it says {names}, so it is not known which label means entailment. Name a model of"
                " natural-language inference whose config.json names its labels in id2label.",
            )
        return entailed[0], contradicted[0] if contradicted else None

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


def _begins(label: str, beginnings: tuple[str, ...]) -> bool:
    return label.casefold().startswith(beginnings)
