"""Encoders run by sentence-transformers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vectorstore import EMBEDDED_ENCODER, EncoderError
from vectorstore.encoders import SentenceTransformerEncoder


@pytest.fixture(scope="module")
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


def test_the_embedded_encoder_is_minilm(encoder):
    assert encoder.name == EMBEDDED_ENCODER == "all-MiniLM-L6-v2"
    assert encoder.dimension == 384
    assert encoder.pooling == "mean"


def test_vectors_are_float32_rows_of_unit_length_in_the_order_of_the_texts(encoder):
    texts = ["a long text " * 40, "short", "", "a text of another length"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, 384)


def test_texts_of_one_meaning_are_nearer_than_others(encoder):
    cat, kitten, bank = encoder.encode(["a cat", "a small kitten", "a savings bank"])
    assert cat @ kitten > cat @ bank + 0.2


def test_a_model_in_a_directory_gives_the_same_vectors(encoder, copied_model):
    other = SentenceTransformerEncoder(str(copied_model))
    assert other.dimension == 384
    np.testing.assert_allclose(other.encode(["a cat"]), encoder.encode(["a cat"]), atol=1e-6)


def test_nothing_is_loaded_before_it_is_needed():
    assert SentenceTransformerEncoder("no-such-model").name == "no-such-model"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["no-such-model", "no-such-owner/no-such-model", "/no/such/path"])
def test_an_unknown_model_fails_at_once_and_says_what_can_be_named(name):
    with pytest.raises(EncoderError) as error:
        SentenceTransformerEncoder(name).encode(["a text"])
    assert repr(name) in str(error.value)
    assert "CITEWISE_ALLOW_DOWNLOAD=true" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_directory_that_is_no_model_is_an_error_that_names_it(tmp_path):
    (tmp_path / "notes.txt").write_text("no model")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        SentenceTransformerEncoder(str(tmp_path)).encode(["a text"])


def test_damaged_weights_of_a_named_model_are_an_error_that_names_it(copied_model):
    weights = copied_model / "model.safetensors"
    weights.unlink()
    weights.write_bytes(b"\x10\0\0\0\0\0\0\0not json at all!")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        SentenceTransformerEncoder(str(copied_model)).encode(["a text"])


def test_threads_that_need_the_model_at_once_load_it_once(encoder):
    fresh = SentenceTransformerEncoder()
    with ThreadPoolExecutor(4) as threads:
        models = list(threads.map(lambda _: fresh._model, range(4)))
    assert len(set(map(id, models))) == 1
