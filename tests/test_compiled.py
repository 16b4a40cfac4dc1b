"""Text to vectors by a compiled model."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from vectorstore import EMBEDDED_ENCODER, Encoder
from vectorstore.encoders import SentenceTransformerEncoder
from vectorstore.encoders.compiled import CompiledEncoder
from vectorstore.encoders.compiled_models import load_compiled

# Padding to a length changes the last bits of an int8 model's sums.
SAME = 0.999


@pytest.fixture(scope="module")
def compiled(encoder_cache: Path) -> CompiledEncoder:
    return load_compiled(EMBEDDED_ENCODER, encoder_cache)


def cosines(encoder: Encoder, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    """Return how similar each vector is to that of its text alone."""
    alone = np.vstack([encoder.encode([text]) for text in texts])
    return np.einsum("td,td->t", alone, vectors)


def test_it_says_what_the_original_says_of_itself(compiled):
    assert (compiled.name, compiled.dimension, compiled.pooling) == (EMBEDDED_ENCODER, 384, "mean")


@pytest.mark.slow
def test_vectors_are_those_of_the_original_for_all_that_matters(compiled, bundled_papers):
    texts = [paper.abstract for paper in bundled_papers]
    wanted = SentenceTransformerEncoder().encode(texts)
    similarity = np.einsum("td,td->t", wanted, compiled.encode(texts))
    assert similarity.mean() > 0.99
    assert similarity.min() > 0.95


@pytest.mark.parametrize("n_texts", [1, 2, 3, 8, 9, 23])
def test_vectors_are_float32_rows_of_unit_length_in_the_order_of_the_texts(
    compiled, bundled_papers, n_texts
):
    texts = [paper.abstract[: 37 * n] for n, paper in enumerate(bundled_papers[:n_texts])]
    vectors = compiled.encode(texts)
    assert vectors.shape == (n_texts, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert cosines(compiled, texts, vectors).min() > SAME


TEXTS = st.lists(st.text(max_size=40) | st.text("abc \n", max_size=900), max_size=10)


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_any_texts_have_vectors_that_are_the_same_alone_and_together(compiled, texts):
    vectors = compiled.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.isfinite(vectors).all()
    assert not texts or cosines(compiled, texts, vectors).min() > SAME


def test_the_same_texts_give_the_same_vectors(compiled):
    texts = ["a cat", "a savings bank", "a small kitten"]
    np.testing.assert_array_equal(compiled.encode(texts), compiled.encode(texts))


def test_no_texts_give_no_rows(compiled):
    assert compiled.encode([]).shape == (0, 384)


def test_an_empty_text_has_a_vector(compiled):
    assert np.linalg.norm(compiled.encode([""])) == pytest.approx(1, abs=1e-5)


def test_a_text_that_is_too_long_is_cut(compiled):
    [long] = compiled.encode(["word " * 300])
    np.testing.assert_array_equal(compiled.encode(["word " * 30_000])[0], long)
    assert compiled.encode(["w" * 100_000]).shape == (1, 384)


def test_texts_of_one_meaning_are_nearer_than_others(compiled):
    cat, kitten, bank = compiled.encode(["a cat", "a small kitten", "a savings bank"])
    assert cat @ kitten > cat @ bank + 0.2


def test_threads_may_share_one(compiled, bundled_papers):
    batches = [[paper.title, paper.abstract] for paper in bundled_papers[:16]]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(compiled.encode, batches))
    for batch, vectors in zip(batches, together, strict=True):
        np.testing.assert_array_equal(vectors, compiled.encode(batch))


def test_a_description_with_anything_missing_is_an_error(tmp_path):
    (tmp_path / "description.json").write_text('{"dimension": 384}')
    with pytest.raises(ValidationError):
        CompiledEncoder("broken", tmp_path)


ENCODE = """
import sys
from pathlib import Path
from vectorstore import LocalEncoder

encoder = LocalEncoder("all-MiniLM-L6-v2", models=Path(sys.argv[1]))
assert encoder.encode(["a text", "another"]).shape == (2, 384)
assert sys.modules.get("openvino_telemetry") is None
print(*sys.modules)
"""


def test_encoding_needs_no_torch_reports_nothing_and_writes_nothing(
    compiled, encoder_cache, tmp_path, monkeypatch
):
    before = sorted(encoder_cache.rglob("*"))
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable)
    ended = subprocess.run(
        [sys.executable, "-c", ENCODE, str(encoder_cache)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.split(".")[0] for name in ended.stdout.split()}
    assert "openvino" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers", "nncf", "chromadb"}
    assert ended.stderr == ""
    assert list(home.iterdir()) == []
    assert sorted(encoder_cache.rglob("*")) == before
