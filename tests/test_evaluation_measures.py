"""Measures of one ranking, against hand-made sums and scikit-learn."""

from itertools import pairwise
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from vectorstore.evaluation.measures import ndcg, recall, reciprocal_rank

PAPERS = [f"p{number}" for number in range(30)]


@st.composite
def judged_rankings(draw: st.DrawFn) -> tuple[list[str], dict[str, int]]:
    """A ranking of some of the papers, and gains of some: found or not."""
    ranking = draw(st.permutations(PAPERS))[: draw(st.integers(0, len(PAPERS)))]
    relevant = draw(st.lists(st.sampled_from(PAPERS), min_size=1, unique=True))
    return ranking, {paper_id: draw(st.integers(1, 4)) for paper_id in relevant}


def test_ndcg_of_a_case_worked_out_by_hand():
    # Gains by rank 0, 3, 0, 1; the best order is 3, 2, 1, of which "c" (2) was not found.
    gains = {"a": 3, "b": 1, "c": 2}
    expected = (3 / log2(3) + 1 / log2(5)) / (3 / log2(2) + 2 / log2(3) + 1 / log2(4))
    assert ndcg(["x", "a", "y", "b"], gains, depth=10) == pytest.approx(expected)
    assert expected == pytest.approx(0.4879, abs=1e-4)


def test_ndcg_takes_gains_as_they_were_judged():
    """Linear: gain 3 weighs three times gain 1, not seven times as 2^gain - 1 would have it."""
    swapped = (1 + 3 / log2(3)) / (3 + 1 / log2(3))
    assert ndcg(["one", "three"], {"one": 1, "three": 3}, depth=10) == pytest.approx(swapped)


def test_ndcg_looks_no_deeper_than_its_depth():
    assert ndcg(["x", "a"], {"a": 1}, depth=1) == 0
    assert ndcg(["a", "b"], {"a": 1, "b": 1, "c": 1}, depth=2) == 1  # more could not be shown


def test_recall_is_the_share_of_all_that_is_relevant():
    relevant = {"a", "b", "c", "d"}
    assert recall(["a", "x", "b"], relevant, depth=1) == 0.25
    assert recall(["a", "x", "b"], relevant, depth=3) == 0.5
    assert recall([], relevant, depth=5) == 0


def test_the_reciprocal_rank_is_that_of_the_first_relevant_paper():
    assert reciprocal_rank(["x", "y", "a", "b"], {"a", "b"}) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x", "y"], {"a"}) == 0
    assert reciprocal_rank([], {"a"}) == 0


@given(st.permutations(PAPERS), judged_rankings(), st.integers(1, len(PAPERS)))
def test_ndcg_is_that_of_scikit_learn(ranking, judged, depth):
    _, gains = judged
    truth = [gains.get(paper_id, 0) for paper_id in ranking]
    expected = ndcg_score([truth], [range(len(ranking), 0, -1)], k=depth)
    assert ndcg(ranking[:depth], gains, depth=depth) == pytest.approx(expected)


@given(judged_rankings(), st.integers(1, len(PAPERS)))
def test_a_perfect_ranking_has_1_of_every_measure(judged, depth):
    _, gains = judged
    perfect = sorted(gains, key=lambda paper_id: -gains[paper_id])
    assert ndcg(perfect, gains, depth=depth) == pytest.approx(1)
    assert reciprocal_rank(perfect, gains) == 1
    assert recall(perfect, gains, depth=len(PAPERS)) == 1


@given(judged_rankings(), st.integers(1, len(PAPERS)))
def test_every_measure_lies_between_0_and_1(judged, depth):
    ranking, gains = judged
    assert 0 <= ndcg(ranking, gains, depth=depth) <= 1 + 1e-12
    assert 0 <= recall(ranking, gains, depth=depth) <= 1
    assert 0 <= reciprocal_rank(ranking, gains) <= 1


@given(judged_rankings(), st.integers(1, len(PAPERS)), st.randoms())
def test_the_order_of_irrelevant_papers_does_not_matter(judged, depth, random):
    ranking, gains = judged
    others = [paper_id for paper_id in ranking if paper_id not in gains]
    random.shuffle(others)
    shuffled = [paper_id if paper_id in gains else others.pop() for paper_id in ranking]
    for measure in (ndcg, recall):
        assert measure(shuffled, gains, depth=depth) == measure(ranking, gains, depth=depth)
    assert reciprocal_rank(shuffled, gains) == reciprocal_rank(ranking, gains)


@given(judged_rankings(), st.integers(1, len(PAPERS)))
def test_moving_a_relevant_paper_up_never_costs_anything(judged, depth):
    ranking, gains = judged
    for place, (above, below) in enumerate(pairwise(ranking)):
        if gains.get(below, 0) > gains.get(above, 0):
            better = [*ranking[:place], below, above, *ranking[place + 2 :]]
            assert ndcg(better, gains, depth=depth) >= ndcg(ranking, gains, depth=depth) - 1e-12
            assert recall(better, gains, depth=depth) >= recall(ranking, gains, depth=depth)
            assert reciprocal_rank(better, gains) >= reciprocal_rank(ranking, gains)
