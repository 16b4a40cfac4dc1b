"""Fits the model of the check: `python -m benchmarks.calibration --data DIR [--write]`.

Needs scikit-learn, which sentence-transformers brings. Prints the tables of
docs/decisions/0008-the-check.md; with --write the model is fitted to everything and stored.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.build import build_encoder
from assistant.checking.analysis import analyse_pair
from assistant.checking.calibrated import CalibratedModel
from assistant.checking.comparison import Comparison
from assistant.checking.features import FEATURES, features_of
from assistant.checking.findings import findings
from assistant.checking.judging import SUPPORTED_FROM
from assistant.evaluation.support import OVERLAP_FROM, Scores, overlap, scores_of, similarities_by
from assistant.settings import load_settings
from benchmarks.calibration_data import LabelledPair, read_pairs
from benchmarks.tables import number, table

Array = NDArray[np.float64]

_MODEL_FILE = Path(__file__).parents[1] / "assistant" / "checking" / "calibration.json"
_N_FOLDS = 5
_N_BAGS = 3  # models of other random features, averaged
_TREES = {
    "max_iter": 100,
    "learning_rate": 0.06,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 40,
    "l2_regularization": 5,
    "max_features": 0.2,
    "early_stopping": False,
    "monotonic_cst": [direction for direction, _ in FEATURES.values()],
}


class Rows:
    """Pairs as numbers: measures, labels, weights, the cap that findings leave, and groups."""

    def __init__(self, pairs: Sequence[LabelledPair]) -> None:
        similarities = similarities_by(build_encoder(load_settings()))
        compared = [Comparison(analyse_pair(p.claim, p.evidence), similarities) for p in pairs]
        self.measures = np.array([list(features_of(c).values()) for c in compared])
        self.findings = [findings(c) for c in compared]
        self.caps = np.array([min([1.0, *(f.cap for f in found)]) for found in self.findings])
        self.overlap = np.array([overlap(p.claim, p.evidence) for p in pairs])
        self.labels = np.array([p.label for p in pairs])
        self.weights = np.array([p.weight for p in pairs])
        self.sets = np.array([p.set for p in pairs])
        self.made = np.array([p.made for p in pairs])
        self.groups = np.unique([p.group for p in pairs], return_inverse=True)[1]

    def folds(self, seed: int) -> NDArray[np.intp]:
        """Return a fold for each row, the same for all rows of a group."""
        random = np.random.default_rng(seed)
        return random.integers(0, _N_FOLDS, self.groups.max() + 1)[self.groups]


def fit(rows: Rows, chosen: NDArray[np.bool_], *, seed: int) -> "Fitted":
    """Return the model of the chosen rows, scaled by what it says of rows it has not seen."""
    inner, totals = rows.folds(seed + 1_000), np.zeros(len(rows.labels))
    for fold in range(_N_FOLDS):
        models = _fit_bags(rows, chosen & (inner != fold))
        held = chosen & (inner == fold)
        totals[held] = _totals(models, rows.measures[held])
    slope, intercept = _platt(rows, chosen & ~rows.made, totals)
    return Fitted(_fit_bags(rows, chosen), slope, intercept)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Models whose mean logit is scaled and shifted."""

    models: list[Any]
    slope: float
    intercept: float

    def probabilities(self, measures: Array) -> Array:
        """Return the probability of each row."""
        return 1 / (1 + np.exp(-self.slope * _totals(self.models, measures) - self.intercept))

    def stored(self) -> CalibratedModel:
        """Return the model as the package reads it."""
        constant = sum(float(model._baseline_prediction[0, 0]) for model in self.models)
        trees = [_tree(stage[0].nodes, 0) for model in self.models for stage in model._predictors]
        return CalibratedModel(
            features=list(FEATURES),
            slope=self.slope,
            intercept=self.intercept,
            trees=[round(constant / len(self.models), 6), *trees],
        )


def _fit_bags(rows: Rows, chosen: NDArray[np.bool_]) -> list[Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    measures, labels, weights = rows.measures[chosen], rows.labels[chosen], rows.weights[chosen]
    bags = (HistGradientBoostingClassifier(random_state=i, **_TREES) for i in range(_N_BAGS))
    return [model.fit(measures, labels, sample_weight=weights) for model in bags]


def _totals(models: Sequence[Any], measures: Array) -> Array:
    return np.mean([model.decision_function(measures) for model in models], axis=0)


def _tree(nodes: Any, at: int) -> Any:
    """Return a tree as `CalibratedModel` reads it."""
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]) / _N_BAGS, 5)
    branches = (_tree(nodes, int(node[side])) for side in ("left", "right"))
    # Upwards: a threshold may be a measure itself, which must stay below it.
    threshold = math.ceil(float(node["num_threshold"]) * 1e6) / 1e6
    return [int(node["feature_idx"]), threshold, *branches]


def _platt(rows: Rows, chosen: NDArray[np.bool_], total: Array) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6)
    model.fit(total[chosen, None], rows.labels[chosen], sample_weight=rows.weights[chosen])
    return round(float(model.coef_[0, 0]), 5), round(float(model.intercept_[0]), 5)


def held_out(rows: Rows, *, seed: int) -> Array:
    """Return what is said of each row by a model that has seen nothing of its group."""
    outer, chances = rows.folds(seed), np.zeros(len(rows.labels))
    for fold in range(_N_FOLDS):
        model, held = fit(rows, outer != fold, seed=seed), outer == fold
        chances[held] = np.minimum(model.probabilities(rows.measures[held]), rows.caps[held])
    return chances


def report(rows: Rows, runs: Sequence[Array]) -> str:
    """Return the table of the sets: word overlap, then the check, means over the runs."""
    lines = []
    for name in dict.fromkeys(rows.sets[~rows.made]):
        of_set = rows.sets == name
        labels = rows.labels[of_set].tolist()
        base = scores_of(labels, rows.overlap[of_set].tolist(), supported_from=OVERLAP_FROM)
        found = [
            scores_of(labels, run[of_set].tolist(), supported_from=SUPPORTED_FROM) for run in runs
        ]
        lines.append([name, f"{len(labels):,}", number(base.base_rate), "overlap", *_cells([base])])
        lines.append(["", "", "", "check", *_cells(found)])
    header = ("set", "pairs", "supported", "by", "macro-F1", "AUROC", "ECE")
    return table(header, lines)


def report_findings(rows: Rows) -> str:
    """Return the table of what speaks against claims, and how many of these are supported."""
    lines = []
    for kind in dict.fromkeys(finding.kind for found in rows.findings for finding in found):
        has = np.array([any(finding.kind == kind for finding in f) for f in rows.findings])
        of_sets = [has & (rows.sets == name) for name in dict.fromkeys(rows.sets[~rows.made])]
        lines.append([kind, *(f"{number(rows.labels[m].mean())} of {m.sum()}" for m in of_sets)])
    return table(("finding", *dict.fromkeys(rows.sets[~rows.made])), lines)


def _cells(scores: Sequence[Scores]) -> list[str]:
    return [
        number(float(np.mean([getattr(score, name) for score in scores])))
        for name in ("macro_f1", "auroc", "ece")
    ]


def main() -> int:
    """Measure on held-out folds, and with --write store the model of all pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--write", action="store_true", help="store the model in the package")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="cross-validations (3)")
    arguments = parser.parse_args()
    rows = Rows(read_pairs(arguments.data))
    if arguments.runs:
        runs = [held_out(rows, seed=seed) for seed in range(arguments.runs)]
        sys.stdout.write(f"{report(rows, runs)}\n\n{report_findings(rows)}\n")
    if arguments.write:
        model = fit(rows, np.ones(len(rows.labels), dtype=bool), seed=0)
        text = json.dumps(model.stored().model_dump(), separators=(",", ":"))
        _MODEL_FILE.write_text(text.replace(',"trees"', ',\n"trees"') + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
