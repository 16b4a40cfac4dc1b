"""How well the check tells supported claims from others: files, and what is measured."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking.judging import Judge
from assistant.errors import EvaluationError
from assistant.evaluation.support import (
    LabelledPair,
    overlap,
    predict,
    read_pairs,
    scores_of,
    similarities_by,
    summarise,
)

PAIR = {"claim": "Owls hoot.", "evidence": "Owls hoot at night.", "label": 1}


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        *((label, True) for label in (1, "1", True, "true", 1.0, "SUPPORT", "Supports")),
        *((label, True) for label in ("supported", "Attributable", "entailment")),
        *((label, False) for label in (0, "0", False, "False", 0.0, "Refutes", "Neutral")),
        *((label, False) for label in ("CONTRADICT", "NOT_ENOUGH_INFO", "not attributable")),
        *((label, False) for label in ("not-entailment", "Not Supported", "unsupported")),
    ],
)
def test_labels_are_read_as_data_sets_write_them(make_jsonl, label, expected):
    [pair] = read_pairs(make_jsonl({**PAIR, "label": label}))
    assert pair.label is expected


def test_evidence_is_a_text_or_several(make_jsonl):
    pairs = read_pairs(make_jsonl(PAIR, {**PAIR, "evidence": ["Owls.", "Hoot."], "id": 7}))
    assert [pair.evidence for pair in pairs] == [["Owls hoot at night."], ["Owls.", "Hoot."]]
    assert [(pair.id, pair.line) for pair in pairs] == [("", 1), ("7", 2)]


def test_references_are_evidence_and_there_may_be_none(make_jsonl):
    pairs = read_pairs(
        make_jsonl(
            {"claim": "Owls.", "references": ["Owls."], "label": 1},
            {**PAIR, "evidence": None, "id": None},
            {**PAIR, "evidence": []},
        )
    )
    assert [pair.evidence for pair in pairs] == [["Owls."], [], []]


def test_a_gzipped_file_is_read_and_other_fields_are_passed_over(tmp_path):
    path = tmp_path / "pairs.jsonl.gz"
    path.write_bytes(
        gzip.compress(json.dumps({**PAIR, "question": "Who?", "source": "x"}).encode())
    )
    assert read_pairs(path) == [LabelledPair(**PAIR, line=1)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (json.dumps({**PAIR, "label": "maybe"}), "'maybe' is no known label"),
        (json.dumps({**PAIR, "label": None}), "None is no known label"),
        (json.dumps({**PAIR, "label": 0.5}), "0.5 is no known label"),
        (json.dumps({"evidence": "x", "label": 1}), "claim: Field required"),
        (json.dumps({"claim": "x", "label": 1}), "evidence: Field required"),
        (json.dumps({**PAIR, "evidence": {"a": 1}}), "evidence"),
        ("[1]", "a JSON object"),
        ("{", "Expecting"),
    ],
)
def test_a_line_that_is_no_pair_is_an_error_that_names_it(make_jsonl, line, message):
    with pytest.raises(EvaluationError, match="line 2") as error:
        read_pairs(make_jsonl(PAIR, line))
    assert message in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff", b"\x1f\x8bno gzip"])
def test_a_file_without_a_pair_is_an_error(tmp_path, content):
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"pairs\.jsonl"):
        read_pairs(path)


def test_a_file_that_is_not_there_is_an_error():
    with pytest.raises(EvaluationError, match="No such file"):
        read_pairs(Path("/no/such/file.jsonl"))


def test_measures_are_those_of_scikit_learn():
    from sklearn.metrics import f1_score, roc_auc_score

    labels = [True, False, True, True, False, False, True, False]
    chances = [0.9, 0.4, 0.4, 0.8, 0.6, 0.1, 0.5, 0.5]
    scores = scores_of(labels, chances, supported_from=0.5)
    told = [chance >= 0.5 for chance in chances]
    assert scores.macro_f1 == pytest.approx(f1_score(labels, told, average="macro"), abs=1e-4)
    assert scores.auroc == pytest.approx(roc_auc_score(labels, chances), abs=1e-4)
    assert (scores.n, scores.base_rate) == (8, 0.5)


def test_calibration_is_the_gap_between_chance_and_share_in_each_bin():
    labels = [True, True, True, False] + [False] * 4
    assert scores_of(labels, [0.75] * 4 + [0.05] * 4, supported_from=0.5).ece == 0.025
    assert scores_of([True], [1.0], supported_from=0.5).ece == 0.0
    assert scores_of([False], [1.0], supported_from=0.5).ece == 1.0


def test_of_one_label_there_is_no_order_to_measure():
    assert scores_of([True, True], [0.2, 0.9], supported_from=0.5).auroc is None


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40))
def test_every_measure_is_a_share(rows):
    scores = scores_of([y for y, _ in rows], [p for _, p in rows], supported_from=0.5)
    shares = (scores.base_rate, scores.macro_f1, scores.ece, scores.auroc or 0.0)
    assert all(0.0 <= share <= 1.0 for share in shares)


def test_predictions_stand_beside_word_overlap(encoder):
    pairs = [
        LabelledPair(claim="Owls hoot at night.", evidence=["Owls hoot at night."], label=1),
        LabelledPair(claim="Owls hoot at night.", evidence=["Cells divide quickly."], label=0),
    ]
    predictions = list(predict(Judge(similarities_by(encoder)), pairs))
    assert [p.support == "supported" for p in predictions] == [True, False]
    assert [p.overlap for p in predictions] == [1.0, 0.0]
    assert set(predictions[0].to_json()) >= {"id", "line", "score", "supported", "verdict"}
    scores = summarise(predictions)
    assert scores["check"].macro_f1 == scores["word_overlap"].macro_f1 == 1.0


def test_overlap_is_the_share_of_the_claims_terms():
    assert overlap("Owls hoot at night", ["Owls", "the night"]) == pytest.approx(2 / 3)
    assert overlap("", ["Owls"]) == 0.0
