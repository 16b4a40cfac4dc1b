"""From measures to a probability: boosted trees, calibrated by Platt's method.

The trees are fitted by `python -m benchmarks.calibration` and stand in a data file of this package;
to read them takes neither scikit-learn nor numpy.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

# A leaf's value, or: index of a feature, threshold, branch up to the threshold, branch above it.
Tree = Any

_DATA_FILE = "calibration.json"


class CalibratedModel(BaseModel):
    """Trees whose sum, scaled and shifted (Platt, 1999), is the logit of the probability."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    features: list[str]
    slope: float
    intercept: float
    trees: list[Tree]

    def probability(self, measures: Mapping[str, float]) -> float:
        """Return the probability, between 0 and 1, that the evidence supports the claim."""
        values = [measures[name] for name in self.features]
        total = sum(_value(tree, values) for tree in self.trees)
        return sigmoid(self.slope * total + self.intercept)


def sigmoid(logit: float) -> float:
    """Return the probability of a logit."""
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else 1 - 1 / (1 + math.exp(logit))


@cache
def load_model() -> CalibratedModel:
    """Return the model that comes with the installation, read once."""
    text = files("assistant.checking").joinpath(_DATA_FILE).read_text(encoding="utf-8")
    return CalibratedModel.model_validate_json(text)


def _value(tree: Tree, values: list[float]) -> float:
    while isinstance(tree, list):
        feature, threshold, low, high = tree
        tree = low if values[feature] <= threshold else high
    return float(tree)
