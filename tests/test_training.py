"""What models of our own learn from, and that training them makes one that can be used."""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from training.corpora import GENERAL, N_FOLDS, general_papers, judged
from training.pairs import encoder_pairs, pairs_of_judgements, pairs_of_papers
from vectorstore.paper import Paper

ABSTRACT = (
    "Owls turn their heads by more than half a circle, which no other bird does."
    " We measure how far forty of them turn, and how fast they do it."
    " All of them see better on the left than on the right in the dark."
)


def write(path: Path, *rows: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Small corpora of the shapes of the real ones."""
    for name, split in (
        ("scifact", "train"),
        ("scisumm_cite", "dev"),
        ("scitldr", "train"),
        ("pubmedqa", "cv"),
    ):
        folder = tmp_path / name
        titles = [f"{name} paper {n}" for n in range(20)]
        papers = [{"id": f"p{n}", "title": t, "abstract": ABSTRACT} for n, t in enumerate(titles)]
        write(folder / "corpus.jsonl.gz", *papers)
        queries = [
            {"id": f"q{n}", "text": f"What of {t}?", "citing_paper": f"c{n // 2}"}
            for n, t in enumerate(titles)
        ]
        write(folder / f"queries.{split}.jsonl", *queries)
        lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\tp{n}\t1" for n in range(20))]
        (folder / f"qrels.{split}.tsv").write_text("\n".join(lines), encoding="utf-8")
    for name, file in GENERAL.items():
        rows = [{"title": f"{name} {n}: Owls", "abstract": ABSTRACT} for n in range(30)]
        known = {"title": "SciFact Paper 3", "abstract": ABSTRACT}
        write(tmp_path / name / file, *rows, rows[0], known)
    return tmp_path


def test_a_general_corpus_has_each_title_once_and_none_of_a_tested_collection(data: Path) -> None:
    titles = [paper.title for paper in general_papers(data, "acl_anthology")]
    assert titles == [f"acl_anthology {n}: Owls" for n in range(30)]


def test_the_folds_share_the_queries_and_sentences_of_one_paper_stay_together(data: Path) -> None:
    folds = [judged(data, "scisumm_cite", "dev", folds=[n]).queries for n in range(N_FOLDS)]
    ids = [query.query_id for queries in folds for query in queries]
    assert sorted(ids) == sorted(f"q{n}" for n in range(20))
    for queries in folds:
        mine = {query.query_id for query in queries}
        assert all({f"q{n}", f"q{n ^ 1}"} <= mine for n in range(20) if f"q{n}" in mine)


def test_a_judgement_gives_its_query_with_each_passage_of_its_paper(data: Path) -> None:
    collection = judged(data, "scifact", "train")
    pairs = list(pairs_of_judgements(collection, "claim"))
    assert pairs[3].query == "What of scifact paper 3?"
    assert pairs[3].passage == f"scifact paper 3\n{ABSTRACT}"
    assert {pair.kind for pair in pairs} == {"claim"}


def test_what_a_paper_says_is_not_in_the_passage_that_is_to_be_found_by_it() -> None:
    paper = Paper("owlnet", "OwlNet: A Fast Toolkit for Counting Owls", ABSTRACT)
    pairs = list(pairs_of_papers([paper] * 200, random.Random(1)))
    assert {pair.kind for pair in pairs} == {"title", "question", "sentence"}
    assert not [pair for pair in pairs if pair.query in pair.passage]


def test_a_fold_that_is_held_out_is_not_learnt_from_and_one_seed_gives_one_result(
    data: Path,
) -> None:
    pairs = encoder_pairs(data, seed=3, held_out=2)
    assert pairs == encoder_pairs(data, seed=3, held_out=2)
    learnt = {pair.query for pair in pairs["scifact"]}
    held_out = {query.text for query in judged(data, "scifact", "train", folds=[2]).queries}
    assert held_out
    assert not learnt & held_out
    assert len(learnt) + len(held_out) == 20


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_training_goes_on_where_it_was_interrupted_and_its_model_can_be_used(
    data: Path, tmp_path: Path, make_config: Callable[..., Path]
) -> None:
    from training.encoder import main
    from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder

    out = tmp_path / "out"
    options = ["--data", str(data), "--out", str(out)]
    assert main([*options, "--config", str(make_config(steps=2))]) == 0
    assert main([*options, "--config", str(make_config(steps=4)), "--resume"]) == 0
    steps = [entry["step"] for entry in json.loads((out / "curve.json").read_text())]
    assert steps[:4] == [1, 2, 3, 4]
    encoder = SentenceTransformerEncoder(str(out / "model"))
    owl, owls, tax = encoder.encode(["How far do owls turn?", ABSTRACT, "A tax on sugar."])
    assert owl @ owls > owl @ tax


@pytest.fixture
def make_config(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of the configuration for so many steps of small batches."""
    from training.encoder import CONFIG

    def make(*, steps: int) -> Path:
        text = CONFIG.read_text(encoding="utf-8")
        for name, value in (("steps", steps), ("batch_size", 4)):
            line = next(line for line in text.splitlines() if line.startswith(f"{name} ="))
            text = text.replace(line, f"{name} = {value}")
        path = tmp_path / f"{steps}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return make
