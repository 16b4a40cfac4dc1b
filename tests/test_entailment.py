"""Inference by a cross-encoder that knows nothing, made in the test."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from vectorstore import CrossEncoderEntailment, EncoderError

WORDS = "owls bats larks hoot sing hunt at night in the morning of . a".split()


@pytest.fixture(scope="module")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[str]], Path]:
    """Return a maker of a tiny cross-encoder of random weights with these labels."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    def make(labels: Sequence[str]) -> Path:
        path = tmp_path_factory.mktemp("entailment")
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
        (path / "vocab.txt").write_text("\n".join(vocabulary))
        BertTokenizerFast(str(path / "vocab.txt")).save_pretrained(path)
        with torch.random.fork_rng():
            torch.manual_seed(1)
            config = BertConfig(
                vocab_size=len(vocabulary),
                hidden_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                intermediate_size=16,
                initializer_range=1.0,
                id2label=dict(enumerate(labels)),
                label2id={label: i for i, label in enumerate(labels)},
            )
            BertForSequenceClassification(config).save_pretrained(path)
        return path

    return make


def test_of_three_labels_entailment_and_contradiction_are_told_by_name(make_model):
    one = CrossEncoderEntailment(str(make_model(["contradiction", "entailment", "neutral"])))
    other = CrossEncoderEntailment(str(make_model(["ENTAILMENT", "NEUTRAL", "CONTRADICTION"])))
    [logits] = one._encoder.predict([("owls hoot", "bats hunt")])
    scores = np.exp(logits) / np.exp(logits).sum()
    assert one.judge("owls hoot", "bats hunt") == pytest.approx((scores[1], scores[0]))
    assert other.judge("owls hoot", "bats hunt") == pytest.approx((scores[0], scores[2]))
    assert sum(one.judge("owls hoot", "bats hunt")) < 1.0


def test_of_two_labels_only_entailment_is_known(make_model):
    model = CrossEncoderEntailment(str(make_model(["entailment", "not_entailment"])))
    entailed, contradicted = model.judge("owls hoot at night", "owls hoot")
    [logits] = model._encoder.predict([("owls hoot at night", "owls hoot")])
    assert entailed == pytest.approx(np.exp(logits[0]) / np.exp(logits).sum())
    assert contradicted == 0.0


def test_a_model_of_one_score_says_how_consistent_the_two_are(make_model):
    model = CrossEncoderEntailment(str(make_model(["LABEL_0"])))
    entailed, contradicted = model.judge("owls hoot at night", "owls hoot")
    [[score]] = model._encoder.predict([("owls hoot at night", "owls hoot")])
    assert 0 < score < 1
    assert entailed == pytest.approx(score)
    assert contradicted == 0.0


def test_a_model_that_says_how_relevant_a_text_is_tells_nothing_of_what_follows(make_model):
    model = CrossEncoderEntailment(str(make_model(["relevance"])))
    with pytest.raises(EncoderError, match="not what follows"):
        model.judge("owls hoot at night", "owls hoot")


def test_labels_without_a_meaning_are_an_error_that_names_them(make_model):
    model = CrossEncoderEntailment(str(make_model(["LABEL_0", "LABEL_1", "LABEL_2"])))
    with pytest.raises(EncoderError, match="LABEL_0, LABEL_1, LABEL_2") as error:
        model.judge("owls hoot", "bats hunt")
    assert "id2label" in str(error.value)


@pytest.mark.parametrize("name", ["no-such-model", "/no/such/path"])
def test_an_unknown_model_is_an_error_in_one_line_that_says_what_can_be_named(name):
    model = CrossEncoderEntailment(name)  # nothing is loaded before it is needed
    with pytest.raises(EncoderError, match="cannot be loaded") as error:
        model.judge("owls hoot", "owls")
    assert repr(name) in str(error.value)
    assert "\n" not in str(error.value)
