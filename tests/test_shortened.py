"""Vectors cut short."""

from pathlib import Path

import numpy as np
import pytest

from vectorstore import EncoderError, EncoderSpec, Library, ManifestMismatchError
from vectorstore.encoders.shortened import ShortenedEncoder

TEXTS = ("a cat", "a small kitten", "a savings bank")


@pytest.fixture
def spec(encoder_cache: Path) -> EncoderSpec:
    return EncoderSpec(encoder_cache, dimension=128)


def test_the_first_numbers_are_a_vector_of_their_own(spec, encoder):
    vectors = spec.encoder().encode(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((3, 128), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = np.einsum("td,td->t", vectors, encoder.encode(TEXTS)[:, :128])
    assert (cosines > 0).all()
    cat, kitten, bank = vectors
    assert cat @ kitten > cat @ bank + 0.2


def test_no_texts_give_no_rows(spec):
    assert spec.encoder().encode([]).shape == (0, 128)


def test_as_many_numbers_as_there_are_change_nothing(hash_encoder):
    short = ShortenedEncoder(hash_encoder, hash_encoder.dimension)
    np.testing.assert_allclose(short.encode(TEXTS), hash_encoder.encode(TEXTS), atol=1e-6)


def test_more_numbers_than_there_are_is_an_error_that_names_the_setting(hash_encoder):
    with pytest.raises(EncoderError, match=r"64 numbers, not 65.*CITEWISE_ENCODER_DIMENSION"):
        ShortenedEncoder(hash_encoder, 65)


def test_a_library_of_whole_vectors_is_not_opened_with_shorter_ones(tmp_path, hash_encoder):
    Library.create(tmp_path / "library", hash_encoder)
    with pytest.raises(ManifestMismatchError, match=r"dimension 64.*32.*citewise reindex"):
        Library.open(tmp_path / "library", ShortenedEncoder(hash_encoder, 32))
