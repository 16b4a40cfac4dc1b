"""The dense index in Chroma."""

from pathlib import Path

import numpy as np
import pytest

from vectorstore.catalogue.rows import StoredChunk
from vectorstore.chunking import Chunk
from vectorstore.indexes.dense import LocalDenseIndex

DIMENSION = 16


def stored(vectors: np.ndarray, first: int = 1) -> list[StoredChunk]:
    """Return a chunk a vector, of rows that count from `first`, each of a paper of its own."""
    return [
        StoredChunk(row, row, Chunk(f"p{row}", 0, 0, 1), vector)
        for row, vector in enumerate(vectors, first)
    ]


def random_vectors(n: int) -> np.ndarray:
    vectors = np.random.default_rng(5).normal(size=(n, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def index(tmp_path: Path) -> LocalDenseIndex:
    return LocalDenseIndex(tmp_path / "chroma")


def test_an_empty_index_finds_nothing(index):
    assert index.count() == 0
    assert index.search(random_vectors(1)[0], top_k=5).tolist() == []


def test_the_nearest_chunks_come_first(index):
    vectors = random_vectors(50)
    index.apply(stored(vectors), [])
    nearest = np.argsort(-(vectors @ vectors[7]))[:5] + 1
    assert index.search(vectors[7], top_k=5).tolist() == nearest.tolist()


def test_more_chunks_than_there_are_gives_all(index):
    index.apply(stored(random_vectors(3)), [])
    assert len(index.search(random_vectors(1)[0], top_k=100)) == 3
    assert len(index.search(random_vectors(1)[0], top_k=0)) == 0


def test_a_chunk_of_a_known_row_is_replaced(index):
    old, new, other = random_vectors(3)
    index.apply(stored([old, other]), [])
    index.apply(stored([new]), [])
    assert index.count() == 2
    assert index.search(new, top_k=1).tolist() == [1]


def test_deleted_chunks_are_no_longer_found_and_unknown_ones_are_passed_over(index):
    vectors = random_vectors(2)
    index.apply(stored(vectors), [])
    index.apply([], [1, 99])
    assert index.search(vectors[0], top_k=5).tolist() == [2]


def test_more_rows_than_chroma_takes_in_one_call_are_stored_and_deleted(index):
    vectors = random_vectors(6_000)
    index.apply(stored(vectors), [])
    assert index.count() == 6_000
    assert index.search(vectors[5_999], top_k=1).tolist() == [6_000]
    index.apply([], list(range(1, 5_991)))
    assert index.count() == 10


def test_the_neighbours_of_a_large_index_are_the_exact_ones(index):
    vectors = random_vectors(3_000)
    index.apply(stored(vectors), [])
    found = 0
    for query in vectors[:40]:
        exact = np.argsort(-(vectors @ query))[:10] + 1
        found += len(np.intersect1d(exact, index.search(query, top_k=10)))
    assert found / 400 > 0.98


def test_what_was_stored_is_there_after_opening_again(tmp_path, index):
    vectors = random_vectors(20)
    index.apply(stored(vectors), [])
    assert LocalDenseIndex(tmp_path / "chroma").search(vectors[4], top_k=1).tolist() == [5]


def test_nothing_is_written_before_it_is_needed(tmp_path, index):
    assert not (tmp_path / "chroma").exists()
