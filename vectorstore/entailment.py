"""Natural-language inference: does one text follow from another, by a cross-encoder."""

from collections.abc import Sequence

from vectorstore.cross_encoder import RELEVANCE, LocalCrossEncoder, probabilities
from vectorstore.encoders.models import cannot_load

# How models name their labels; others begin with the same letters ("not_entailment" is first).
_ENTAILED = ("entail", "support", "consistent", "attributable", "factual")
_CONTRADICTED = ("contra", "refut", "inconsistent")


class CrossEncoderEntailment:
    """Any cross-encoder for inference: of sentence-transformers by name or path, or compiled.

    It has one label (the probability of entailment), two (entailment or not), or three (entailment,
    neutral, contradiction), named in its `id2label`. Loaded when first needed.
    """

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._encoder = LocalCrossEncoder(name, allow_download=allow_download)

    def judge(self, evidence: str, claim: str) -> tuple[float, float]:
        """Return the probabilities that `evidence` entails and that it contradicts `claim`.

        Of a model without a label for contradiction the second is 0. Raises EncoderError when the
        model cannot be loaded or no label of it means entailment.
        """
        labels = self._encoder.labels
        if labels == RELEVANCE:
            raise cannot_load(
                self.name, "it says how relevant a text is, not what follows from it."
            )
        if len(labels) == 1:
            [[score]] = self._encoder.predict([(evidence, claim)])
            return min(1.0, max(0.0, float(score))), 0.0
        entailed, contradicted = self._places(labels)
        [row] = probabilities(self._encoder.predict([(evidence, claim)]))
        return float(row[entailed]), 0.0 if contradicted is None else float(row[contradicted])

    def _places(self, labels: Sequence[str]) -> tuple[int, int | None]:
        entailed = [i for i, label in enumerate(labels) if _begins(label, _ENTAILED)]
        contradicted = [i for i, label in enumerate(labels) if _begins(label, _CONTRADICTED)]
        if len(entailed) != 1:
            names = ", ".join(labels)
            raise cannot_load(
                self.name,
                f"it says {names}, so it is not known which label means entailment. Name a model of"
                " natural-language inference whose config.json names its labels in id2label.",
            )
        return entailed[0], contradicted[0] if contradicted else None


def _begins(label: str, beginnings: tuple[str, ...]) -> bool:
    return label.casefold().startswith(beginnings)
