"""What models of our own learn from, and that training them makes one that can be used."""

import gzip
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import training.written
from training.claims import claims_of_scifact, labelled_claims
from training.corpora import GENERAL, N_FOLDS, general_papers, judged
from training.labels import LABELS, windows
from training.measuring import blended, columns_of, interval, search
from training.pairs import Pair, encoder_pairs, pairs_of_papers, reranker_pairs
from training.topics import by_topic
from vectorstore import CrossEncoderEntailment, CrossEncoderReranker, Encoder
from vectorstore.cross_encoder import LocalCrossEncoder
from vectorstore.encoders.models import embedded_model_path
from vectorstore.encoders.shipped import MANIFEST_NAME, load_shipped, shipped_models
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery
from vectorstore.paper import Paper, paper_id_from_title

NORM = "0.model.embeddings.LayerNorm.weight"
ABSTRACT = (
    "Owls turn their heads by more than half a circle, which no other bird does."
    " We measure how far forty of them turn, and how fast they do it."
    " All of them see better on the left than on the right in the dark."
)
MORE = " Results of OwlNet increase by 12 % when it is trained longer on more owls."
SENTENCES = [f"{sentence}." for sentence in ABSTRACT.removesuffix(".").split(". ")]


def write(path: Path, *rows: dict[str, Any]) -> None:
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
        papers = [
            {"id": f"p{n}", "title": title, "abstract": ABSTRACT, "sentences": SENTENCES}
            for n, title in enumerate(titles)
        ]
        write(folder / "corpus.jsonl.gz", *papers)
        queries = [
            {"id": f"q{n}", "text": f"What of {title}?", "answer": "yes"}
            for n, title in enumerate(titles)
        ]
        if name == "scisumm_cite":
            queries = [{**row, "citing_paper": f"c{n // 2}"} for n, row in enumerate(queries)]
        write(folder / f"queries.{split}.jsonl", *queries)
        lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\tp{n}\t1" for n in range(20))]
        (folder / f"qrels.{split}.tsv").write_text("\n".join(lines), encoding="utf-8")
    decided = [{"label": "CONTRADICT", "sentences": [1]}]
    claims = [
        {
            "id": f"q{n}",
            "claim": f"Owl {n} turns its head.",
            "cited_doc_ids": [f"p{n}"],
            "evidence": {f"p{n}": decided} if n % 2 else {},
        }
        for n in range(20)
    ]
    write(tmp_path / "scifact" / "claims.train.jsonl", *claims)
    for name, file in GENERAL.items():
        rows = [{"title": f"{name} {n}: Owls", "abstract": ABSTRACT + MORE} for n in range(30)]
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


def test_a_judgement_gives_its_query_with_passages_of_its_paper_and_of_others(data: Path) -> None:
    pairs = reranker_pairs(data, seed=1, held_out=None, papers_per_corpus=10, n_negatives=3)
    [pair] = [pair for pair in pairs["scifact"] if pair.query == "What of scifact paper 3?"]
    assert (pair.passage, pair.kind) == (f"scifact paper 3\n{ABSTRACT}", "claim")
    assert len(set(pair.negatives)) == 3
    assert pair.passage not in pair.negatives
    assert all(negative.startswith("scifact paper") for negative in pair.negatives)


def test_a_sentence_is_set_beside_its_rest_and_beside_other_papers(data: Path) -> None:
    pairs = reranker_pairs(data, seed=1, held_out=None, papers_per_corpus=10, n_negatives=3)
    assert len(pairs["arxiv_cs"]) == 10
    for pair in pairs["arxiv_cs"]:
        own = pair.passage.partition("\n")[0]
        assert pair.query not in pair.passage
        assert not [negative for negative in pair.negatives if negative.startswith(own)]


def test_a_written_claim_true_or_not_is_set_beside_what_decides_it_and_other_papers(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "arxiv_cs 7: Owls"
    start = ABSTRACT.index("We measure")
    row = {
        "corpus": "arxiv_cs",
        "paper_id": paper_id_from_title(title),
        "answered": [],
        "left_out": [],
        "supported": [["Forty owls were watched.", [start]]],
        "contradicted": [["Four owls were watched.", [start]]],
        "not_stated": [["Owls were watched by night.", [start]]],
    }
    write(data / "written.jsonl", row)
    monkeypatch.setattr(training.written, "WRITTEN", data / "written.jsonl")
    found = reranker_pairs(data, seed=1, held_out=None, papers_per_corpus=10, n_negatives=3)
    pairs = found["written claims, arxiv_cs"]
    assert {pair.query for pair in pairs} == {"Forty owls were watched.", "Four owls were watched."}
    for pair in pairs:
        assert pair.passage == f"{title}\n{ABSTRACT}{MORE}"
        assert len(set(pair.negatives)) == 3
        assert not [negative for negative in pair.negatives if negative.startswith(title)]


def test_pairs_of_a_topic_are_together_and_none_is_lost() -> None:
    owls = [Pair(f"q{n}", f"owls hunt mice at night in forest {n}", "title") for n in range(30)]
    taxes = [Pair(f"q{n}", f"a tax on sugar lowers sales in city {n}", "title") for n in range(30)]
    topics = [of_topic for _, of_topic in by_topic(owls + taxes, pairs_per_topic=30, seed=1)]
    assert sorted(map(len, topics)) == [30, 30]
    assert {frozenset(map(id, of_topic)) for of_topic in topics} == {
        frozenset(map(id, owls)),
        frozenset(map(id, taxes)),
    }


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


def test_claims_have_every_label_and_one_seed_gives_one_result(data: Path) -> None:
    claims = labelled_claims(data, seed=3, held_out=None, papers_per_corpus=10)
    assert claims == labelled_claims(data, seed=3, held_out=None, papers_per_corpus=10)
    found = [claim for of_source in claims.values() for claim in of_source]
    assert {claim.label for claim in found} == set(LABELS)
    of_kind = {claim.source: claim for claim in found}
    assert of_kind["sentence"].label == "supported"
    for kind in ("number changed", "opposite word"):
        assert of_kind[kind].label == "contradicted"
        assert of_kind[kind].claim not in of_kind[kind].evidence


def test_deciding_sentences_stand_alone_with_their_neighbours_and_with_all() -> None:
    assert list(windows("abcdef", [1, 2])) == ["b c", "a b c d", "a b c d e f"]


def test_a_claim_stands_beside_the_sentence_that_decides_it_its_neighbours_and_all(
    data: Path,
) -> None:
    claims = list(claims_of_scifact(data / "scifact", held_out=None))
    decided = [claim for claim in claims if claim.claim == "Owl 3 turns its head."]
    assert [claim.evidence for claim in decided] == [SENTENCES[1], ABSTRACT, ABSTRACT]
    assert {claim.label for claim in decided} == {"contradicted"}
    undecided = [claim for claim in claims if claim.claim == "Owl 2 turns its head."]
    assert [claim.label for claim in undecided] == ["not stated"] * 3


def test_a_held_out_fold_has_no_claim(data: Path) -> None:
    every = {claim.claim for claim in claims_of_scifact(data / "scifact", held_out=None)}
    without = {claim.claim for claim in claims_of_scifact(data / "scifact", held_out=2)}
    ids = {query.query_id for query in judged(data, "scifact", "train", folds=[2]).queries}
    assert ids
    assert every - without == {f"Owl {name[1:]} turns its head." for name in ids}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_verifier_names_its_labels_as_the_check_reads_them(data: Path, tmp_path: Path) -> None:
    from training.verifier import CONFIG, main

    config = shortened(CONFIG, tmp_path, steps=2, batch_size=4, papers_per_corpus=10)
    assert main([*options(data, tmp_path), "--config", str(config)]) == 0
    entailment = CrossEncoderEntailment(str(tmp_path / "out" / "model"))
    entailed, contradicted = entailment.judge(ABSTRACT, "Owls turn their heads.")
    assert 0 < entailed < 1
    assert 0 < contradicted < 1 - entailed


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_reranker_scores_passages(data: Path, tmp_path: Path) -> None:
    from training.reranker import CONFIG, main

    config = shortened(CONFIG, tmp_path, steps=2, batch_size=2, papers_per_corpus=10)
    assert main([*options(data, tmp_path), "--config", str(config)]) == 0
    reranker = CrossEncoderReranker(str(tmp_path / "out" / "model"))
    assert reranker.scores("How do owls hunt?", [ABSTRACT, "A tax."]).shape == (2,)
    settings = (tmp_path / "out" / "model" / "config_sentence_transformers.json").read_text()
    assert json.loads(settings)["activation_fn"].endswith("Identity")


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_training_goes_on_where_it_was_interrupted_and_its_model_can_be_used(
    data: Path, tmp_path: Path
) -> None:
    from training.encoder import CONFIG, main
    from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder

    two = shortened(CONFIG, tmp_path, steps=2, batch_size=4)
    assert main([*options(data, tmp_path), "--config", str(two)]) == 0
    four = shortened(CONFIG, tmp_path, steps=4, batch_size=4)
    assert main([*options(data, tmp_path), "--config", str(four), "--resume"]) == 0
    curve = json.loads((tmp_path / "out" / "curve.json").read_text())
    assert [entry["step"] for entry in curve][:4] == [1, 2, 3, 4]
    encoder = SentenceTransformerEncoder(str(tmp_path / "out" / "model"))
    owl, owls, tax = encoder.encode(["How far do owls turn?", ABSTRACT, "A tax on sugar."])
    assert owl @ owls > owl @ tax


@pytest.fixture
def other_model(tmp_path: Path) -> Path:
    """Return a model whose first layer norm is twice that of MiniLM."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(embedded_model_path()), device="cpu")
    weight = model.state_dict()[NORM]
    weight.mul_(2)
    model.save(str(tmp_path / "other"))
    return tmp_path / "other"


@pytest.mark.slow
@pytest.mark.parametrize(("share", "times"), [(0.0, 1.0), (0.5, 1.5), (1.0, 2.0)])
def test_a_mixed_model_lies_between_the_trained_one_and_minilm(
    other_model: Path, tmp_path: Path, share: float, times: float
) -> None:
    from sentence_transformers import SentenceTransformer

    from training.mixing import main

    out = tmp_path / "mixed"
    assert main(["--trained", str(other_model), "--share", str(share), "--out", str(out)]) == 0
    published = SentenceTransformer(str(embedded_model_path()), device="cpu").state_dict()
    found = SentenceTransformer(str(out), device="cpu").state_dict()
    np.testing.assert_allclose(found[NORM], published[NORM] * times, rtol=1e-5)
    others = [name for name in published if name != NORM]
    assert all(np.array_equal(found[name], published[name]) for name in others)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what torch and NNCF say while they trace a model
def test_a_model_is_shipped_beside_the_others_and_can_be_loaded(
    tmp_path: Path, minilm: Encoder
) -> None:
    from training.shipping import MAX_BYTES, ship

    directory = tmp_path / "shipped"
    directory.mkdir()
    (directory / MANIFEST_NAME).write_text('{"another-3": {"version": 3, "sha256": {}}}')
    n_bytes = ship(embedded_model_path(), "owls", 2, directory=directory)
    assert 20_000_000 < n_bytes <= MAX_BYTES
    models = shipped_models(directory)
    assert {name: model.version for name, model in models.items()} == {"another-3": 3, "owls-2": 2}
    [vector], [same] = (
        load_shipped("owls-2", directory=directory).encode(["a"]),
        minilm.encode(["a"]),
    )
    assert vector @ same > 0.99


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_compiled_cross_encoder_has_its_labels_and_says_what_it_said_before(
    tmp_path: Path,
) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    from training.compiling import main

    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = CrossEncoder(
            str(embedded_model_path()),
            num_labels=2,
            max_length=64,
            device="cpu",
            config_kwargs={"id2label": {0: "owl", 1: "bat"}, "label2id": {"owl": 0, "bat": 1}},
        )
    model.save_pretrained(str(tmp_path / "model"))
    assert main(["--model", str(tmp_path / "model"), "--out", str(tmp_path / "compiled")]) == 0
    shutil.rmtree(tmp_path / "model")
    compiled = LocalCrossEncoder(str(tmp_path / "compiled"))
    assert compiled.labels == ("owl", "bat")
    pairs = [("an owl", "a bat"), ("how far do owls turn?", ABSTRACT), (ABSTRACT, ABSTRACT + MORE)]
    wanted = model.predict(pairs, show_progress_bar=False)
    np.testing.assert_allclose(compiled.predict(pairs), wanted, atol=0.1)
    [alone] = compiled.predict(pairs[:1])
    np.testing.assert_allclose(alone, wanted[0], atol=0.1)
    assert not np.allclose(compiled.predict([pairs[0][::-1]]), alone, atol=1e-4)


def test_queries_for_papers_that_others_ask_for_too_are_not_among_those_not_learnt(
    data: Path,
) -> None:
    add_sets_without_splits(data)
    qrels = data / "scifact" / "qrels.train.tsv"
    whole = judged(data, "scifact", "train")
    [first, *_] = judged(data, "scifact", "train", folds=[0]).queries
    known = next(q for q in whole.queries if q.query_id not in ids_of_fold(data, 0))
    with qrels.open("a", encoding="utf-8") as file:
        file.write(f"\n{first.query_id}\t{next(iter(known.gains))}\t1")
    columns = {column.name: column for column in columns_of(data, 0)}
    assert set(columns) == {
        *("scifact", "scifact, papers not learnt"),
        *("scisumm_cite", "scisumm_cite, papers not learnt"),
        *("med", "cranfield"),
    }
    unknown = columns["scifact, papers not learnt"]
    asked = {unknown.collection.queries[row].query_id for row in unknown.rows}
    assert asked == ids_of_fold(data, 0) - {first.query_id}


def test_papers_that_were_written_about_are_learnt(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_sets_without_splits(data)
    before = unknown_queries(data)
    [paper_id, *_] = before[0].gains
    rows = [{"corpus": "scifact", "paper_id": paper_id}, {"corpus": "arxiv_cs", "paper_id": "p"}]
    file = tmp_path / "written.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    for name in ("WRITTEN", "CONTRASTED"):
        monkeypatch.setattr(training.written, name, file)
    after = unknown_queries(data)
    assert after == [query for query in before if paper_id not in query.gains]
    assert len(after) < len(before)


def unknown_queries(data: Path) -> list[JudgedQuery]:
    """Return the queries of SciFact's fold 0 on papers that were not learnt with."""
    columns = {column.name: column for column in columns_of(data, 0)}
    unknown = columns["scifact, papers not learnt"]
    return [unknown.collection.queries[row] for row in unknown.rows]


def add_sets_without_splits(data: Path) -> None:
    for name in ("med", "cranfield"):
        shutil.copytree(data / "scifact", data / name)
        for file in (data / name).glob("*.train.*"):
            file.rename(file.with_name(file.name.replace(".train", "")))


def ids_of_fold(data: Path, fold: int) -> set[str]:
    return {query.query_id for query in judged(data, "scifact", "train", folds=[fold]).queries}


def test_the_interval_of_a_difference_holds_its_mean_and_narrows_with_more_queries() -> None:
    differences = np.random.default_rng(1).normal(0.1, 0.2, 400)
    low, high = interval(differences)
    assert low < differences.mean() < high
    few_low, few_high = interval(differences[:40])
    assert few_high - few_low > high - low
    assert interval(np.full(30, 0.25)) == (0.25, 0.25)


def options(data: Path, tmp_path: Path) -> list[str]:
    return ["--data", str(data), "--out", str(tmp_path / "out")]


def shortened(config: Path, tmp_path: Path, **settings: int) -> Path:
    """Return a copy of a configuration with other numbers."""
    lines = config.read_text(encoding="utf-8").splitlines()
    for name, value in settings.items():
        [place] = [n for n, line in enumerate(lines) if line.startswith(f"{name} =")]
        lines[place] = f"{name} = {value}"
    path = tmp_path / "short.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


class LastFirst:
    """Stands in for a reranker: the later the search found a text, the better it is."""

    def scores(self, query: str, texts: list[str]) -> np.ndarray:
        return np.arange(len(texts), dtype=np.float32)


def test_a_weighted_reranker_moves_the_best_eight_as_far_as_its_weight_goes(
    hash_encoder: Encoder, make_paper: Callable[..., Paper]
) -> None:
    papers = tuple(make_paper(f"Owls hoot {n}", "Owls sing " * n + ".") for n in range(1, 13))
    n_found = 0
    for paper in papers:
        query = one_query(papers, paper)
        [found] = search(hash_encoder, query)
        [same] = blended(hash_encoder, query, reranker=LastFirst(), weight=0.0)
        assert same == found
        n_found += found > 0
        if found:
            place = round(2 ** (1 / found) - 2)
            turned = 7 - place if place < 8 else place
            [score] = blended(hash_encoder, query, reranker=LastFirst(), weight=100.0)
            assert score == pytest.approx(1 / np.log2(turned + 2))
    assert n_found == 10


def one_query(papers: tuple[Paper, ...], relevant: Paper) -> JudgedCollection:
    """Return a query among the papers to which one of them is relevant."""
    return JudgedCollection(papers, (JudgedQuery("q", "owls hoot", {relevant.paper_id: 1}),), 0, 0)
