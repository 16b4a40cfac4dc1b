"""Vectors of texts seen lately."""

import numpy as np

from vectorstore.vector_cache import VectorCache


def test_a_text_is_encoded_once_and_the_rows_are_in_order(hash_encoder):
    cache = VectorCache(hash_encoder)
    first = cache.of(["one", "two", "one"])
    assert hash_encoder.n_texts == 2
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(cache.of(["two", "three"])[0], first[1])
    assert hash_encoder.n_texts == 3


def test_the_text_unused_for_longest_makes_room(hash_encoder):
    cache = VectorCache(hash_encoder, max_texts=2)
    cache.of(["one", "two"])
    cache.of(["one"])
    cache.of(["three"])
    cache.of(["one", "three"])
    assert hash_encoder.n_texts == 3
    cache.of(["two"])
    assert hash_encoder.n_texts == 4


def test_more_texts_at_once_than_it_holds_are_all_returned(hash_encoder):
    cache = VectorCache(hash_encoder, max_texts=2)
    assert cache.of(["a", "b", "c", "d"]).shape == (4, hash_encoder.dimension)
