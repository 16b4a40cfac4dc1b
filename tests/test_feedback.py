"""Pseudo-relevance feedback."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from vectorstore.feedback import feedback
from vectorstore.indexes.term_matrix import TermMatrix

TEXTS = {
    1: "steer vector activ",
    2: "steer vector probe",
    3: "vector probe layer",
    4: "zebra stripe",
    5: "zebra probe the the",
    6: "the stripe",
}
ROWS = np.array(sorted(TEXTS), dtype=np.int64)


@pytest.fixture
def matrix(tmp_path: Path) -> TermMatrix:
    matrix = TermMatrix(tmp_path)
    matrix.apply({row: Counter(text.split()) for row, text in TEXTS.items()}, [])
    return matrix


def gains(matrix: TermMatrix, query: str, best: dict[int, float]) -> dict[int, float]:
    rows = np.array(list(best), dtype=np.int64)
    scores = np.array(list(best.values()), dtype=np.float32)
    found = feedback(frozenset(query.split()), rows, scores, ROWS, matrix)
    return dict(zip(ROWS.tolist(), found.tolist(), strict=True))


def test_papers_gain_by_what_the_best_ones_speak_of(matrix):
    found = gains(matrix, "steer", {1: 1.0, 2: 0.9})
    assert found[3] > 0  # of vectors and probes, though not of steering
    assert found[4] == 0


def test_the_querys_own_terms_and_stop_words_gain_nothing(matrix):
    found = gains(matrix, "zebra probe", {5: 1.0})
    assert set(found.values()) == {0.0}


def test_the_better_paper_counts_for_more(matrix):
    found = gains(matrix, "x", {3: 1.0, 4: 0.5})
    assert found[2] > found[6]


def test_a_short_query_is_expanded_less(matrix):
    short = gains(matrix, "steer", {1: 1.0})
    long = gains(matrix, "steer a b c d e f", {1: 1.0})
    assert 0 < short[3] < long[3]


def test_without_papers_nothing_is_added(matrix, tmp_path):
    assert set(gains(matrix, "steer", {}).values()) == {0.0}
    empty = TermMatrix(tmp_path / "empty")
    assert set(gains(empty, "steer", {1: 1.0}).values()) == {0.0}
