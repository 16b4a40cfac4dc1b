"""Whether the assistant knows that the answering paper is not there."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.evaluation.abstention import ask_twice, summarise, to_json
from assistant.writers.extractive import ExtractiveWriter
from vectorstore import Library
from vectorstore.evaluation.judged import JudgedCollection, JudgedQuery, read_collection
from vectorstore.evaluation.retrieval import index

PUBMEDQA = Path(__file__).parents[2] / "shared" / "data" / "pubmedqa"


@pytest.fixture
def collection(make_paper) -> JudgedCollection:
    """Return three papers, and a question that only one of them answers."""
    papers = (
        make_paper("Owls", "Owls hoot at night because they hunt in the dark.", paper_id="owls"),
        make_paper("Larks", "Larks sing in the morning to find a mate.", paper_id="larks"),
        make_paper("Zebras", "Zebras have stripes to keep flies away.", paper_id="zebras"),
    )
    queries = (
        JudgedQuery("q1", "Why do zebras have stripes?", {"zebras": 1}),
        JudgedQuery("q2", "Why do larks sing in the morning?", {"larks": 1, "gone": 1}),
    )
    return JudgedCollection(papers, queries, n_unknown_papers=1, n_unknown_queries=0)


@pytest.fixture
def outcomes(collection, make_library):
    library = make_library(collection.papers)
    assistant = Assistant(library, ExtractiveWriter(library))
    seen = []
    asked = list(ask_twice(assistant, collection, progress=lambda *done: seen.append(done)))
    assert {paper.paper_id for paper in library.catalogue.papers()} == {"owls", "larks", "zebras"}
    assert seen == [(1, 2), (2, 2)]
    return asked


def test_each_question_is_answered_from_its_paper_and_not_without_it(outcomes):
    for asked in outcomes:
        assert not asked.with_gold.answer.abstained
        assert asked.gold_cited
        assert asked.without_gold.answer.abstained
        assert asked.with_gold.probability > asked.without_gold.probability


def test_the_scores_are_shares_of_each_way_of_asking(outcomes):
    scores = summarise(outcomes)
    assert scores.n_questions == 2
    assert (scores.answered, scores.abstained, scores.gold_cited) == (1, 1, 1)
    assert 0 <= scores.calibration_error < 0.5
    assert scores.ms_p50 > 0


def test_where_nothing_is_answered_there_is_no_share_of_gold(outcomes):
    never = [replace(asked, with_gold=asked.without_gold) for asked in outcomes]
    scores = summarise(never)
    assert (scores.answered, scores.abstained, scores.gold_cited) == (0, 1, None)


def test_probabilities_that_are_always_right_have_no_calibration_error(outcomes):
    sure = [
        replace(
            asked,
            with_gold=replace(asked.with_gold, probability=1.0),
            without_gold=replace(asked.without_gold, probability=0.0),
        )
        for asked in outcomes
    ]
    assert summarise(sure).calibration_error == 0
    swapped = [replace(one, with_gold=one.without_gold, without_gold=one.with_gold) for one in sure]
    assert summarise(swapped).calibration_error == 1


def test_a_prediction_says_what_was_answered_each_time(outcomes):
    row = to_json(outcomes[0])
    assert (row["id"], row["gold_cited"]) == ("q1", True)
    assert row["with_gold"]["answered"]
    assert row["with_gold"]["cited"] == ["zebras"]
    assert not row["without_gold"]["answered"]
    assert 0 <= row["without_gold"]["probability"] <= 1


def test_the_papers_are_put_back_when_asking_fails(collection, make_library):
    library = make_library(collection.papers)
    assistant = Assistant(library, ExtractiveWriter(library))
    twice = (replace(collection.queries[0], text=text) for text in ("Why stripes?", " "))
    broken = replace(collection, queries=tuple(twice))
    with pytest.raises(Exception, match="empty"):
        list(ask_twice(assistant, broken))
    assert library.catalogue.n_papers() == 3


@pytest.mark.slow
@pytest.mark.skipif(not PUBMEDQA.is_dir(), reason=f"{PUBMEDQA} is not there: it is not shipped")
def test_pubmedqa_is_answered_with_the_abstract_there_and_not_without(tmp_path, encoder):
    names = ("corpus.jsonl.gz", "queries.cv.jsonl", "qrels.cv.tsv")
    collection = read_collection(*(PUBMEDQA / name for name in names))
    some = replace(collection, queries=collection.queries[::12])  # all take minutes
    library = Library.create(tmp_path / "library", encoder)
    index(library, some.papers)
    scores = summarise(list(ask_twice(Assistant(library, ExtractiveWriter(library)), some)))
    assert scores.answered >= 0.8, scores
    assert scores.abstained >= 0.8, scores
    assert scores.gold_cited is not None, scores
    assert scores.gold_cited >= 0.95, scores
