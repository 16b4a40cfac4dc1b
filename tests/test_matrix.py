"""Every chunk's vector in one file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.catalogue.rows import StoredChunk
from vectorstore.chunking import Chunk
from vectorstore.indexes import matrix as matrix_module
from vectorstore.indexes.matrix import VectorMatrix

DIMENSION = 6


def random_vectors(n: int, seed: int = 3) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def stored(vectors: np.ndarray, *, first: int = 1, per_paper: int = 1) -> list[StoredChunk]:
    """Return chunks of rows that count from `first`, so many of each paper."""
    return [
        StoredChunk(row, 1 + (row - 1) // per_paper, Chunk("p", 0, 0, 1), vector)
        for row, vector in enumerate(vectors, first)
    ]


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


@pytest.fixture
def matrix(tmp_path: Path) -> VectorMatrix:
    return VectorMatrix(tmp_path / "matrix", DIMENSION)


def test_an_empty_matrix_knows_no_chunk(matrix):
    assert matrix.count() == 0
    assert matrix.all_positions().tolist() == []
    assert matrix.positions_of_chunks(rows(1, 2)).tolist() == []
    assert matrix.positions_of_papers(rows(1, 2)).tolist() == []
    assert matrix.similarities(random_vectors(1)[0], rows()).shape == (0,)


def test_similarities_are_the_cosines_that_numpy_computes(matrix):
    vectors = random_vectors(40)
    matrix.apply(stored(vectors), [])
    positions = rows(7, 0, 39, 7)
    found = matrix.similarities(vectors[3], positions)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, vectors[positions] @ vectors[3], atol=1e-6)
    np.testing.assert_array_equal(matrix.vectors(positions), vectors[positions])


def test_more_positions_than_are_gathered_at_once_are_compared(matrix, monkeypatch):
    monkeypatch.setattr(matrix_module, "_BLOCK", 16)
    vectors = random_vectors(50)
    matrix.apply(stored(vectors), [])
    found = matrix.similarities(vectors[3], matrix.all_positions())
    np.testing.assert_allclose(found, vectors @ vectors[3], atol=1e-6)


def test_chunks_and_papers_are_told_apart(matrix):
    matrix.apply(stored(random_vectors(6), first=11, per_paper=2), [])  # of papers 6, 7 and 8
    assert matrix.positions_of_chunks(rows(16, 11, 12)).tolist() == [5, 0, 1]
    assert matrix.positions_of_papers(rows(8, 6)).tolist() == [0, 1, 4, 5]
    assert matrix.papers_at(rows(0, 3, 5)).tolist() == [6, 7, 8]


def test_rows_that_are_not_there_are_passed_over(matrix):
    matrix.apply(stored(random_vectors(3), first=5), [])
    assert matrix.positions_of_chunks(rows(1, 6, 99)).tolist() == [1]
    assert matrix.positions_of_papers(rows(1, 99)).tolist() == []


def test_a_deleted_chunk_is_gone_and_the_positions_of_the_others_stay(matrix):
    vectors = random_vectors(5)
    matrix.apply(stored(vectors), [])
    matrix.apply([], [2, 99])
    assert matrix.count() == 4
    assert matrix.all_positions().tolist() == [0, 2, 3, 4]
    assert matrix.positions_of_chunks(rows(2, 3)).tolist() == [2]
    assert matrix.positions_of_papers(rows(2)).tolist() == []
    np.testing.assert_array_equal(matrix.vectors(rows(2)), vectors[[2]])


def test_appended_chunks_come_after_those_that_were_there(matrix):
    first, second = random_vectors(3), random_vectors(4, seed=4)
    matrix.apply(stored(first), [])
    matrix.apply(stored(second, first=10), [1])
    assert matrix.count() == 6
    assert matrix.positions_of_chunks(rows(10, 2)).tolist() == [3, 1]
    np.testing.assert_array_equal(matrix.vectors(rows(3, 4, 5, 6)), second)


def test_what_was_stored_is_there_after_opening_again(tmp_path, matrix):
    vectors = random_vectors(9)
    matrix.apply(stored(vectors), [4])
    matrix.save()
    again = VectorMatrix(tmp_path / "matrix", DIMENSION)
    assert again.all_positions().tolist() == matrix.all_positions().tolist()
    np.testing.assert_array_equal(again.vectors(rows(8)), vectors[[8]])
    again.apply(stored(random_vectors(1), first=10), [])
    assert again.count() == 9


def test_what_was_not_saved_is_not_there_after_opening_again(tmp_path, matrix):
    vectors = random_vectors(9)
    matrix.apply(stored(vectors), [])
    matrix.save()
    matrix.apply(stored(random_vectors(5), first=10), [1, 2])
    again = VectorMatrix(tmp_path / "matrix", DIMENSION)
    assert again.count() == 9
    np.testing.assert_array_equal(again.vectors(again.all_positions()), vectors)


def test_an_open_matrix_stays_what_it_was_while_another_writes(tmp_path, matrix):
    vectors = random_vectors(9)
    matrix.apply(stored(vectors), [])
    matrix.save()
    reader = VectorMatrix(tmp_path / "matrix", DIMENSION)
    matrix.apply(stored(random_vectors(5), first=10), [1, 2])
    matrix.save()
    assert reader.count() == 9
    np.testing.assert_array_equal(reader.vectors(reader.all_positions()), vectors)


CHANGES = st.lists(
    st.tuples(st.integers(min_value=0, max_value=6), st.frozensets(st.integers(1, 30), max_size=5)),
    max_size=8,
)


@given(CHANGES)
def test_after_any_changes_it_holds_what_came_and_did_not_go(tmp_path_factory, changes):
    matrix = VectorMatrix(tmp_path_factory.mktemp("matrix"), DIMENSION)
    vectors = random_vectors(60)
    here: set[int] = set()
    n_given = 0
    for n_new, gone in changes:
        new = stored(vectors[n_given : n_given + n_new], first=n_given + 1, per_paper=3)
        gone = {row for row in gone if row <= n_given}
        matrix.apply(new, gone)
        here = (here - gone) | {chunk.chunk_row for chunk in new}
        n_given += n_new
    wanted = sorted(here)
    assert matrix.count() == len(wanted)
    positions = matrix.positions_of_chunks(np.arange(60))
    assert positions.tolist() == matrix.all_positions().tolist() == [row - 1 for row in wanted]
    np.testing.assert_array_equal(matrix.vectors(positions), vectors[positions])
    assert matrix.papers_at(positions).tolist() == [1 + (row - 1) // 3 for row in wanted]
