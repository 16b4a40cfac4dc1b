"""The dense index in Chroma."""

from pathlib import Path

import numpy as np
import pytest

from vectorstore.chunking import Chunk
from vectorstore.indexes.dense import DenseIndex
from vectorstore.rows import StoredChunk

DIMENSION = 16


def stored(paper_id: str, vector: np.ndarray, position: int = 0) -> StoredChunk:
    return StoredChunk(Chunk(paper_id, position, 0, 1), vector.astype(np.float32))


def random_vectors(n: int) -> np.ndarray:
    vectors = np.random.default_rng(5).normal(size=(n, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def index(tmp_path: Path) -> DenseIndex:
    return DenseIndex(tmp_path / "chroma")


def test_an_empty_index_finds_nothing(index):
    assert index.count() == 0
    assert index.search(random_vectors(1)[0], top_k=5) == {}


def test_the_nearest_chunks_come_first_with_their_cosine_similarity(index):
    vectors = random_vectors(50)
    index.apply([stored(f"p{n}", vector) for n, vector in enumerate(vectors)], [])
    found = index.search(vectors[7], top_k=5)
    exact = vectors @ vectors[7]
    nearest = np.argsort(-exact)[:5]
    assert list(found) == [f"p{n}#0" for n in nearest]
    np.testing.assert_allclose(list(found.values()), exact[nearest], atol=1e-5)


def test_more_chunks_than_there_are_gives_all(index):
    index.apply([stored(f"p{n}", vector) for n, vector in enumerate(random_vectors(3))], [])
    assert len(index.search(random_vectors(1)[0], top_k=100)) == 3
    assert index.search(random_vectors(1)[0], top_k=0) == {}


def test_a_chunk_of_a_known_id_is_replaced(index):
    old, new, other = random_vectors(3)
    index.apply([stored("a", old), stored("b", other)], [])
    index.apply([stored("a", new)], [])
    assert index.count() == 2
    assert index.search(new, top_k=1)["a#0"] == pytest.approx(1, abs=1e-5)


def test_deleted_chunks_are_no_longer_found_and_unknown_ones_are_passed_over(index):
    first, second = random_vectors(2)
    index.apply([stored("a", first), stored("b", second)], [])
    index.apply([], ["a#0", "never#0"])
    assert list(index.search(first, top_k=5)) == ["b#0"]


def test_more_rows_than_chroma_takes_in_one_call_are_stored_and_deleted(index):
    vectors = random_vectors(6_000)
    index.apply([stored(f"p{n}", vector) for n, vector in enumerate(vectors)], [])
    assert index.count() == 6_000
    assert index.search(vectors[5_999], top_k=1).keys() == {"p5999#0"}
    index.apply([], [f"p{n}#0" for n in range(5_990)])
    assert index.count() == 10


def test_the_neighbours_of_a_large_index_are_the_exact_ones(index):
    vectors = random_vectors(3_000)
    index.apply([stored(f"p{n}", vector) for n, vector in enumerate(vectors)], [])
    found = 0
    for query in vectors[:40]:
        exact = {f"p{n}#0" for n in np.argsort(-(vectors @ query))[:10]}
        found += len(exact & index.search(query, top_k=10).keys())
    assert found / 400 > 0.98
