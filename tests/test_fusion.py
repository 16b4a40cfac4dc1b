"""One score out of two: properties that any formula must have."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.fusion import fuse

COSINES = st.floats(min_value=-1, max_value=1, width=16)
BM25_SCORES = st.just(0.0) | st.floats(min_value=0.015625, max_value=60, width=16)
CANDIDATES = st.lists(st.tuples(COSINES, BM25_SCORES), max_size=12).map(
    lambda pairs: np.array(pairs, dtype=np.float32).reshape(-1, 2)
)


@given(CANDIDATES)
def test_scores_lie_between_0_and_1_one_for_each_candidate(candidates):
    fused = fuse(*candidates.T)
    assert fused.shape == (len(candidates),)
    assert fused.dtype == np.float32
    assert ((fused >= 0) & (fused <= 1)).all()


@given(CANDIDATES)
def test_a_candidate_that_neither_score_puts_lower_is_not_put_lower(candidates):
    dense, bm25 = candidates.T
    fused = fuse(dense, bm25)
    at_least = (dense[:, None] >= dense) & (bm25[:, None] >= bm25)
    assert (fused[:, None] >= fused - 1e-6)[at_least].all()


@given(CANDIDATES.filter(len), st.randoms())
def test_the_order_of_the_candidates_does_not_matter(candidates, random):
    order = list(range(len(candidates)))
    random.shuffle(order)
    np.testing.assert_allclose(
        fuse(*candidates[order].T), fuse(*candidates.T)[order], rtol=1e-5, atol=1e-6
    )


@given(CANDIDATES.filter(len))
def test_the_best_of_both_is_the_best(candidates):
    best = np.vstack([candidates, np.maximum(candidates.max(axis=0), (0.25, 1))])
    assert fuse(*best.T).max() == fuse(*best.T)[-1]


def test_each_score_counts():
    fused = fuse(np.float32([0.9, 0.2, 0.9, 0.2]), np.float32([12, 12, 2, 2]))
    assert fused[0] > max(fused[1], fused[2])
    assert fused[3] < min(fused[1], fused[2])


def test_where_no_term_matches_the_vectors_decide():
    fused = fuse(np.float32([0.2, 0.6, 0.4]), np.zeros(3, dtype=np.float32))
    assert np.argsort(-fused).tolist() == [1, 2, 0]
