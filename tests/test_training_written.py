"""What was written about open abstracts for models to learn from."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from training.choosing import rightly_chosen
from training.corpora import in_fold
from training.cross_encoders import by_length
from training.labels import LabelledClaim
from training.selector import CONFIG, SelectorConfig, choices_of, train
from training.verifier import columns_of
from training.written import (
    WRITTEN,
    Written,
    WrittenRow,
    read_written,
    written_claims,
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


def test_a_claim_stands_beside_what_decides_it_its_neighbours_and_all(written: Written) -> None:
    claims = list(written_claims(written))
    denied = [claim for claim in claims if claim.label == "contradicted"]
    assert [claim.evidence for claim in denied] == [
        SENTENCES[2],
        " ".join(SENTENCES[1:]),
        " ".join(SENTENCES),
    ]
    assert Counter(claim.label for claim in claims) == dict.fromkeys(
        ("supported", "contradicted", "not stated"), 3
    )


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


def test_the_verifier_reads_the_evidence_before_the_claim_as_the_check_gives_them() -> None:
    columns = columns_of([LabelledClaim("a claim", "evidence", "contradicted", "written claim")])
    assert list(columns.items()) == [
        ("evidence", ["evidence"]),
        ("claim", ["a claim"]),
        ("label", [1]),
    ]


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
