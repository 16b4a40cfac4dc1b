"""Which terms each paper has."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.indexes.term_matrix import TermMatrix

PAPERS = {
    1: Counter(["sparse", "autoencod", "sparse", "model"]),
    2: Counter(["model", "steer"]),
    3: Counter(["sparse", "probe"] * 3),
}


@pytest.fixture
def matrix(tmp_path: Path) -> TermMatrix:
    matrix = TermMatrix(tmp_path / "terms")
    matrix.apply(PAPERS, [])
    return matrix


def terms_of(matrix: TermMatrix, *paper_rows: int) -> list[set[str]]:
    found = matrix.postings(np.array(paper_rows, dtype=np.int64))
    terms = [matrix.vocabulary[number] for number in found.term_ids]
    return [
        {term for term, place in zip(terms, found.places, strict=True) if place == wanted}
        for wanted in range(len(paper_rows))
    ]


def test_the_terms_of_papers_are_those_that_were_stored_in_the_order_asked_for(matrix):
    assert terms_of(matrix, 3, 1) == [{"sparse", "probe"}, {"sparse", "autoencod", "model"}]
    assert matrix.count() == 3


def test_a_paper_that_is_not_there_has_no_terms(matrix):
    assert terms_of(matrix, 9, 2) == [set(), {"model", "steer"}]
    assert terms_of(matrix) == []


def test_an_empty_matrix_has_nothing(tmp_path):
    matrix = TermMatrix(tmp_path)
    assert (matrix.count(), matrix.vocabulary) == (0, [])
    assert terms_of(matrix, 1) == [set()]


def test_a_weight_is_that_of_bm25(matrix):
    found = matrix.postings(np.array([1]))
    [weight] = found.weights[found.term_ids == matrix.vocabulary.index("sparse")]
    mean_length = (4 + 2 + 6) / 3
    assert weight == pytest.approx(2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / mean_length)))
    frequency = matrix.inverse_document_frequencies[matrix.vocabulary.index("model")]
    assert frequency == pytest.approx(math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)))


def test_a_term_that_one_paper_alone_has_weighs_nothing(matrix):
    assert matrix.inverse_document_frequencies[matrix.vocabulary.index("probe")] == 0


def test_terms_stored_again_take_the_place_of_the_old_ones(matrix):
    matrix.apply({2: Counter(["zebra"])}, [])
    assert terms_of(matrix, 2, 1) == [{"zebra"}, set(PAPERS[1])]
    assert matrix.count() == 3
    assert matrix.inverse_document_frequencies[matrix.vocabulary.index("model")] == 0


def test_forgotten_papers_have_no_terms_and_count_for_nothing(matrix):
    matrix.apply({}, [1, 77])
    assert terms_of(matrix, 1, 3) == [set(), set(PAPERS[3])]
    assert matrix.count() == 2
    assert matrix.inverse_document_frequencies[matrix.vocabulary.index("sparse")] == 0


def test_what_was_saved_is_there_after_opening_again_and_what_was_not_is_not(tmp_path, matrix):
    matrix.save()
    matrix.apply({4: Counter(["later"])}, [])
    again = TermMatrix(tmp_path / "terms")
    assert again.count() == 3
    assert terms_of(again, 1, 4) == [set(PAPERS[1]), set()]
    again.apply({5: Counter(["sparse", "new"])}, [])
    assert terms_of(again, 5, 3) == [{"sparse", "new"}, set(PAPERS[3])]


def test_a_count_too_large_to_store_weighs_as_much_as_the_largest_that_is_not(tmp_path):
    matrix = TermMatrix(tmp_path)
    matrix.apply({1: {"word": 100_000}, 2: {"word": 1}}, [])
    assert matrix.postings(np.array([1])).weights.max() < 2.2


@given(
    st.lists(
        st.dictionaries(st.integers(1, 8), st.lists(st.sampled_from("abcdef"), max_size=6)),
        max_size=6,
    )
)
def test_after_any_changes_each_paper_has_the_terms_stored_last(tmp_path_factory, changes):
    matrix = TermMatrix(tmp_path_factory.mktemp("terms"))
    expected: dict[int, set[str]] = {}
    for change in changes:
        matrix.apply({row: Counter(terms) for row, terms in change.items()}, [])
        expected |= {row: set(terms) for row, terms in change.items()}
    rows = list(range(1, 9))
    assert terms_of(matrix, *rows) == [expected.get(row, set()) for row in rows]
    assert matrix.count() == len(expected)
