"""Natural-language inference: does one text follow from another, by a cross-encoder."""

from collections.abc import Mapping

import numpy as np

from vectorstore.cross_encoder import LazyCrossEncoder
from vectorstore.encoders.models import cannot_load

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
        self._encoder = LazyCrossEncoder(name, allow_download=allow_download)

    def judge(self, evidence: str, claim: str) -> tuple[float, float]:
        """Return the probabilities that `evidence` entails and that it contradicts `claim`.

        Of a model without a label for contradiction the second is 0. Raises EncoderError when the
        model cannot be loaded or no label of it means entailment.
        """
        model = self._encoder.model
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


def _begins(label: str, beginnings: tuple[str, ...]) -> bool:
    return label.casefold().startswith(beginnings)
