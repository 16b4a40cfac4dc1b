"""The model of the check: trees read from a file, and the script that fits them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking.calibrated import CalibratedModel, load_model, sigmoid
from assistant.checking.features import FEATURES

MEASURES = st.fixed_dictionaries(
    {
        name: st.floats(0, 12) if direction < 1 else st.floats(0, 1)
        for name, (direction, _) in FEATURES.items()
    }
)


def test_a_tree_goes_low_up_to_its_threshold():
    model = CalibratedModel(
        features=["a", "b"],
        slope=2.0,
        intercept=1.0,
        trees=[0.5, [1, 3.0, -1.0, [0, 0.0, 1.0, 2.0]]],
    )
    assert model.probability({"a": 9.0, "b": 3.0}) == sigmoid(2 * (0.5 - 1) + 1)
    assert model.probability({"a": 0.0, "b": 3.1}) == sigmoid(2 * (0.5 + 1) + 1)
    assert model.probability({"a": 0.1, "b": 3.1}) == sigmoid(2 * (0.5 + 2) + 1)


@given(st.floats(-1e4, 1e4))
def test_a_logit_of_any_size_is_a_probability(logit):
    assert 0.0 <= sigmoid(logit) <= 1.0
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1.0)


def test_the_shipped_model_reads_every_measure():
    assert load_model().features == list(FEATURES)


@settings(max_examples=60)
@given(
    MEASURES, st.sampled_from([name for name, (to, _) in FEATURES.items() if to]), st.floats(0, 1)
)
def test_more_agreement_never_lowers_the_score(measures, name, more):
    direction = FEATURES[name][0]
    better = {**measures, name: measures[name] + direction * more}
    model = load_model()
    assert model.probability(better) >= model.probability(measures) - 1e-9


def test_what_is_stored_says_what_was_fitted():
    from sklearn.ensemble import HistGradientBoostingClassifier

    from benchmarks.calibration import _TREES, Fitted

    random = np.random.default_rng(1)
    measures = random.normal(size=(300, len(FEATURES)))
    labels = measures[:, 0] + random.normal(size=300) > 0
    models = [
        HistGradientBoostingClassifier(random_state=seed, **{**_TREES, "max_iter": 8}).fit(
            measures, labels
        )
        for seed in range(3)
    ]
    fitted = Fitted(models, slope=1.5, intercept=-0.2)
    stored = fitted.stored()
    for row, probability in zip(measures, fitted.probabilities(measures), strict=True):
        named = dict(zip(FEATURES, row.tolist(), strict=True))
        assert stored.probability(named) == pytest.approx(probability, abs=1e-3)
