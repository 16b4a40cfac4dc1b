"""What was written about open abstracts for models to learn from."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import training.verifier
from training.choosing import rightly_chosen
from training.contrasted import (
    CONTRASTED,
    ContrastedRow,
    ContrastSet,
    claims_of_set,
    contrasted_claims,
)
from training.corpora import in_fold
from training.cross_encoders import by_length
from training.labels import LabelledClaim
from training.selector import CONFIG, SelectorConfig, choices_of, train
from training.verifier import VerifierConfig, columns_of
from training.verifying import scores_of
from training.written import (
    WRITTEN,
    Written,
    WrittenRow,
    read_written,
    written_questions,
)
from vectorstore import Encoder
from vectorstore.paper import Paper
from vectorstore.readers import read_bundled_papers

DATA = Path(__file__).parents[2] / "shared" / "data"
SENTENCES = (
    "Owls turn their heads far.",
    "We measure how far forty of them turn.",
    "They see better on the left.",
    "Mice fear them.",
)


@pytest.fixture
def written() -> Written:
    """Return what was written about an abstract on owls."""
    abstract = " ".join(SENTENCES)
    starts = tuple(abstract.index(sentence) for sentence in SENTENCES)
    row = WrittenRow(
        corpus="arxiv_cs",
        paper_id="owls",
        answered=[("how many?", [starts[1]])],
        left_out=["How far do forty of them fly?"],
        supported=[("Forty owls were watched.", [starts[1]])],
        contradicted=[("Owls see equally well on both sides.", [starts[2]])],
        not_stated=[("Mice fear owls more than cats.", [starts[3]])],
    )
    return Written(row, Paper("owls", "Owls", abstract), SENTENCES, starts)


def test_a_question_is_supported_by_what_answers_it_alone(written: Written) -> None:
    questions = list(written_questions(written, random.Random(1)))
    asked = [it for it in questions if it.claim == "how many?"]
    answering = [it.evidence for it in asked if it.label == "supported"]
    assert answering[0] == f"Owls\n{SENTENCES[1]}"
    assert all(SENTENCES[1] in text for text in answering)
    others = [it.evidence for it in asked if it.label == "not stated"]
    assert sorted(others) == sorted(f"Owls\n{SENTENCES[n]}" for n in (0, 2, 3))


def test_a_question_that_is_left_out_is_no_example(written: Written) -> None:
    questions = written_questions(written, random.Random(1))
    assert {it.claim for it in questions} == {"how many?"}


def test_a_selector_learns_the_sentence_that_answers_among_those_of_its_abstract(
    written: Written,
) -> None:
    [choice] = choices_of(written, random.Random(1), max_others=7)
    assert (choice.question, choice.sentence) == ("how many?", SENTENCES[1])
    assert sorted(choice.others) == sorted({*SENTENCES} - {SENTENCES[1]})
    [of_two] = choices_of(written, random.Random(1), max_others=2)
    assert len(set(of_two.others)) == 2


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_selector_that_was_trained_can_be_used(written: Written, tmp_path: Path) -> None:
    from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder

    config = SelectorConfig.read(CONFIG)
    choices = list(choices_of(written, random.Random(1), max_others=7)) * 4
    train(choices, replace(config, steps=2, batch_size=2), None, tmp_path)
    selector = SentenceTransformerEncoder(str(tmp_path / "model"))
    assert selector.encode(["how many?", *SENTENCES]).shape == (5, 384)


def test_neither_a_claim_nor_a_text_has_a_label_of_its_own() -> None:
    made = ContrastSet(
        starts=[0], supported="s", contradicted="c", not_stated="n", denying="d", other="o"
    )
    claims = list(claims_of_set(made, "own", random.Random(1)))
    found = {(claim.claim, claim.evidence): claim.label for claim in claims}
    assert len(found) == len(claims) == 7
    assert (found["s", "own"], found["c", "own"]) == ("supported", "contradicted")
    assert (found["s", "d"], found["c", "d"]) == ("contradicted", "supported")
    assert found["n", "o"] == "supported"
    for place, names in ((0, ("s", "c", "n")), (1, ("own", "d", "o"))):
        for name in names:
            labels = [label for pair, label in found.items() if pair[place] == name]
            assert labels.count("supported") == 1
            assert labels.count("not stated") <= 1


class KnowsBats:
    """A verifier that supports what the text says word for word, and denies what has a bat."""

    labels = ("not stated", "contradicted", "supported")

    def predict(self, pairs):
        found = [("bat" in claim, claim in text) for text, claim in pairs]
        return np.array([[1.0, 4.0 * has_bat, 3.0 * is_said] for has_bat, is_said in found])


def test_a_verifier_is_measured_by_its_labels_whatever_their_order() -> None:
    right = [
        LabelledClaim("owls hoot", "We hear that owls hoot.", "supported", ""),
        LabelledClaim("a bat hoots", "We hear that owls hoot.", "contradicted", ""),
        LabelledClaim("owls are old", "We hear that owls hoot.", "not stated", ""),
    ]
    assert scores_of(right, KnowsBats()) == (1.0, 1.0, 1.0)
    wrong = LabelledClaim("a bat sings", "Owls hoot.", "supported", "")
    macro_f1, supported, contradicted = scores_of([*right, wrong], KnowsBats())
    assert 0.5 < macro_f1 < 1
    assert supported == pytest.approx(0.625)
    assert 0.5 < contradicted < 1


def test_the_verifier_reads_the_evidence_before_the_claim_as_the_check_gives_them() -> None:
    columns = columns_of([LabelledClaim("a claim", "evidence", "contradicted", "written claim")])
    assert list(columns.items()) == [
        ("evidence", ["evidence"]),
        ("claim", ["a claim"]),
        ("label", [1]),
    ]


def test_the_verifier_learns_from_no_text_that_would_be_cut(monkeypatch, tmp_path: Path) -> None:
    seen: dict[str, list[object]] = {}
    monkeypatch.setattr(
        training.verifier, "train_cross_encoder", lambda columns, *_, **__: seen.update(columns)
    )
    config = VerifierConfig.read(training.verifier.CONFIG)
    claims = [LabelledClaim("a claim", "e" * n, "supported", "x") for n in (10, 993, 994, 5_000)]
    training.verifier.train({"x": claims}, replace(config, max_chars=1_000), None, tmp_path)
    assert [len(str(text)) for text in seen["evidence"]] == [10, 993]


def test_rows_of_like_length_are_together_and_none_is_lost() -> None:
    texts = ["a" * n for n in range(0, 1000, 7)]
    columns = {
        "text": texts,
        "others": [["b"] * 3 for _ in texts],
        "label": list(range(len(texts))),
    }
    sets = by_length(columns, seed=1)
    assert (
        sorted(label for of_set in sets.values() for label in of_set["label"]) == columns["label"]
    )
    for of_set in sets.values():
        lengths = [len(text) for text in of_set["text"]]
        assert max(lengths) - min(lengths) < 200


def test_each_abstract_has_as_many_texts_of_each_kind_and_none_is_bundled() -> None:
    rows = [WrittenRow.model_validate_json(line) for line in WRITTEN.read_text().splitlines()]
    assert len({row.paper_id for row in rows}) == len(rows) > 1_000
    for row in rows:
        kinds = (row.answered, row.left_out, row.supported, row.contradicted, row.not_stated)
        assert [len(texts) for texts in kinds] == [4, 2, 3, 3, 3]
    bundled = {paper.paper_id for paper in read_bundled_papers().papers}
    assert not bundled & {row.paper_id for row in rows}


def test_a_set_has_three_claims_and_two_texts_that_differ_and_no_abstract_is_bundled() -> None:
    rows = [ContrastedRow.model_validate_json(line) for line in CONTRASTED.read_text().splitlines()]
    assert len({row.paper_id for row in rows}) > 600
    for made in (made for row in rows for made in row.sets):
        texts = (made.supported, made.contradicted, made.not_stated, made.denying, made.other)
        assert len({*texts}) == len(texts)
        assert all(len(text) > 10 for text in texts)
    bundled = {paper.paper_id for paper in read_bundled_papers().papers}
    assert not bundled & {row.paper_id for row in rows}


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared corpora are not here")
def test_words_of_a_claim_alone_do_not_tell_what_the_text_beside_it_says_of_it() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import balanced_accuracy_score

    learnt, others = (
        list(contrasted_claims(DATA, random.Random(1), folds=folds))
        for folds in ({0, 2, 3, 4}, {1})
    )
    assert len(others) > 1_000
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
    model = LogisticRegression(class_weight="balanced", max_iter=500)
    model.fit(words.fit_transform([it.claim for it in learnt]), [it.label for it in learnt])
    told = model.predict(words.transform([claim.claim for claim in others]))
    assert balanced_accuracy_score([claim.label for claim in others], told) < 0.4


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared corpora are not here")
def test_what_was_written_is_on_sentences_of_the_open_corpora() -> None:
    found = list(read_written(DATA))
    assert len(found) == len(WRITTEN.read_text().splitlines())
    for written in found:
        row = written.row
        decided = (*row.answered, *row.supported, *row.contradicted, *row.not_stated)
        assert set(written.starts).issuperset(at for _, starts in decided for at in starts)
    kept = list(read_written(DATA, held_out=2))
    assert 0 < len(found) - len(kept) < len(found) / 3
    assert not any(in_fold(written.row.paper_id, 2) for written in kept)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared corpora are not here")
def test_the_selector_finds_more_answers_than_the_encoder_in_abstracts_that_it_has_not_learnt(
    encoder: Encoder, selector: Encoder
) -> None:
    held_out = [it for it in read_written(DATA) if in_fold(it.row.paper_id, 0)]
    found = rightly_chosen(held_out, selector)
    assert len(found) > 1_000
    assert found.mean() > 0.68
    assert found.mean() > rightly_chosen(held_out, encoder).mean() + 0.2
