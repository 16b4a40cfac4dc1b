"""Judged queries put to a library: what is found, how fast, and what it adds up to."""

from pathlib import Path

import pytest

from vectorstore import Library, Paper
from vectorstore.errors import RetrievalEvaluationError
from vectorstore.evaluation.judged import JudgedQuery, read_collection
from vectorstore.evaluation.retrieval import Ranking, index, rank, summarise

MED = Path(__file__).parents[2] / "shared" / "data" / "med"

PAPERS = [
    Paper("owls", "Owls", "Owls hoot at night."),
    Paper("larks", "Larks", "Larks sing in the morning."),
    Paper("untitled", "", "Nightingales sing at night."),
    Paper("empty", "", ""),
]


def ranking(*found: str, milliseconds: float = 1.0, **gains: int) -> Ranking:
    """A ranking of papers, of which those with a gain are relevant."""
    query = JudgedQuery("q", "text", gains)
    return Ranking(query, {paper_id: 1 / n for n, paper_id in enumerate(found, 1)}, milliseconds)


def test_queries_find_papers_without_title_or_abstract_too(make_library):
    library = make_library()
    index(library, PAPERS)
    queries = [
        JudgedQuery("a", "owls hoot", {"owls": 1}),
        JudgedQuery("b", "nightingales", {"untitled": 1}),
    ]
    first, second = rank(library, queries, top_k=4)
    assert (first.query, second.query) == tuple(queries)
    assert next(iter(first.scores)) == "owls"
    assert next(iter(second.scores)) == "untitled"
    assert set(first.scores) <= {paper.paper_id for paper in PAPERS}
    assert list(first.scores.values()) == sorted(first.scores.values(), reverse=True)
    assert first.milliseconds > 0


def test_a_ranking_has_no_more_papers_than_were_asked_for(make_library):
    library = make_library()
    index(library, PAPERS)
    [found] = rank(library, [JudgedQuery("a", "sing at night", {"owls": 1})], top_k=2)
    assert len(found.scores) == 2


def test_papers_that_are_there_are_not_encoded_again(make_library, hash_encoder):
    library = make_library()
    assert index(library, PAPERS[:2]) > 0
    encoded = hash_encoder.n_texts
    assert index(library, PAPERS[:2]) is None
    assert hash_encoder.n_texts == encoded
    assert index(library, PAPERS) > 0
    assert hash_encoder.n_texts == encoded + 2


def test_a_library_of_other_papers_is_left_alone(make_library, make_paper):
    library = make_library([make_paper("Mine"), PAPERS[0]])
    with pytest.raises(RetrievalEvaluationError, match=r"not in the corpus \(1\)\. .* --library"):
        index(library, PAPERS)
    assert library.catalogue.n_papers() == 2


def test_scores_are_means_over_the_queries():
    scores = summarise([ranking("a", "x", a=1), ranking("x", "b", b=2, c=2)], top_k=100)
    assert scores.n_queries == 2
    assert scores.mrr == pytest.approx((1 + 1 / 2) / 2)
    assert scores.recall_at_5 == scores.recall_at_20 == scores.recall_at_100 == 0.75
    # (2 / log2 3) / (2 / log2 2 + 2 / log2 3) of the second
    assert scores.ndcg_at_10 == pytest.approx((1 + 0.386853) / 2, abs=1e-4)


def test_a_query_that_finds_nothing_counts_as_zero():
    scores = summarise([ranking(a=1), ranking("a", a=1)], top_k=100)
    assert (scores.ndcg_at_10, scores.mrr, scores.recall_at_100) == (0.5, 0.5, 0.5)


def test_a_relevant_paper_beyond_a_depth_does_not_count_there():
    scores = summarise([ranking(*(f"x{n}" for n in range(10)), "a", a=1)], top_k=100)
    assert (scores.ndcg_at_10, scores.recall_at_5, scores.recall_at_20) == (0, 0, 1)
    assert scores.mrr == pytest.approx(1 / 11, abs=1e-4)


def test_a_measure_deeper_than_the_lists_is_not_given():
    scores = summarise([ranking("a", a=1)], top_k=10)
    assert (scores.ndcg_at_10, scores.recall_at_5) == (1, 1)
    assert scores.recall_at_20 is scores.recall_at_100 is None


def test_the_times_are_of_queries_that_were_put():
    scores = summarise([ranking(milliseconds=ms, a=1) for ms in (10.0, 20.0, 30.0)], top_k=5)
    assert (scores.ms_p50, scores.ms_p95) == (20.0, 29.0)
    alone = summarise([ranking(milliseconds=7.0, a=1)], top_k=5)
    assert (alone.ms_p50, alone.ms_p95) == (7.0, 7.0)


@pytest.mark.slow
@pytest.mark.timeout(900)  # a thousand abstracts are encoded, on a machine that may be busy
@pytest.mark.skipif(not MED.is_dir(), reason=f"{MED} is not there: it is not shipped")
def test_search_finds_in_medlars_what_a_doctor_would(tmp_path, encoder):
    collection = read_collection(MED / "corpus.jsonl.gz", MED / "queries.jsonl", MED / "qrels.tsv")
    assert (len(collection.papers), len(collection.queries)) == (1_033, 30)
    library = Library.create(tmp_path / "library", encoder)
    index(library, collection.papers)
    scores = summarise(list(rank(library, collection.queries, top_k=100)), top_k=100)
    assert scores.ndcg_at_10 >= 0.77  # BM25 alone 0.671
    assert scores.recall_at_100 >= 0.92
