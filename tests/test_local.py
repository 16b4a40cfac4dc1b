"""The encoder that is used."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vectorstore import DEFAULT_ENCODER, EMBEDDED_ENCODER, EncoderError, LocalEncoder
from vectorstore.encoders import SentenceTransformerEncoder
from vectorstore.encoders.compiled import CompiledEncoder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a directory of compiled models that does not exist yet."""
    return tmp_path / "models"


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_default_is_an_encoder_of_our_own_which_comes_compiled(models):
    encoder = LocalEncoder(models=models)
    assert encoder.name == DEFAULT_ENCODER == "citewise-encoder-2"
    assert (encoder.dimension, encoder.pooling) == (384, "mean")
    assert isinstance(encoder._encoder, CompiledEncoder)
    assert not models.exists()


def test_of_an_encoder_that_is_no_more_its_successor_is_named(models):
    encoder = LocalEncoder("citewise-encoder-1", models=models)
    with pytest.raises(EncoderError, match=f"--encoder {DEFAULT_ENCODER}.*citewise reindex"):
        encoder.encode(["owls"])


def test_minilm_is_compiled(minilm):
    assert minilm.name == EMBEDDED_ENCODER == "all-MiniLM-L6-v2"
    assert (minilm.dimension, minilm.pooling) == (384, "mean")
    assert isinstance(minilm._encoder, CompiledEncoder)


def test_nothing_is_found_loaded_or_made_before_it_is_needed(models):
    assert LocalEncoder("no-such-model", models=models).name == "no-such-model"
    assert not models.exists()


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, 384)


def test_texts_are_encoded_by_the_compiled_model(encoder):
    texts = ["a cat", "", "a savings bank"]
    np.testing.assert_array_equal(encoder.encode(texts), encoder._encoder.encode(texts))


def test_threads_that_need_it_at_once_compile_and_load_it_once(models, quick_compiler):
    encoder = LocalEncoder(EMBEDDED_ENCODER, models=models)
    with ThreadPoolExecutor(4) as threads:
        vectors = list(threads.map(encoder.encode, [["a cat"]] * 4))
    assert quick_compiler() == 1
    np.testing.assert_array_equal(vectors[0], vectors[3])


def assert_runs_uncompiled(encoder: LocalEncoder, caplog: pytest.LogCaptureFixture) -> str:
    """Assert that sentence-transformers runs it; return the one line that says why."""
    vectors = encoder.encode(["a cat"])
    assert isinstance(encoder._encoder, SentenceTransformerEncoder)
    np.testing.assert_allclose(vectors, SentenceTransformerEncoder().encode(["a cat"]), atol=1e-6)
    encoder.encode(["another"])
    [warning] = warnings(caplog)
    assert "runs uncompiled, several times slower" in warning
    assert "\n" not in warning
    return warning


def test_a_model_that_cannot_be_compiled_runs_uncompiled_and_says_so_once(
    models, copied_model, replace_compiler, caplog
):
    replace_compiler("echo 'it has no heads' >&2; exit 1")
    warning = assert_runs_uncompiled(LocalEncoder(str(copied_model), models=models), caplog)
    assert str(copied_model) in warning
    assert "it has no heads" in warning


def test_where_nothing_can_be_written_the_model_runs_uncompiled(tmp_path, caplog):
    (tmp_path / "file").touch()
    encoder = LocalEncoder(EMBEDDED_ENCODER, models=tmp_path / "file" / "models")
    warning = assert_runs_uncompiled(encoder, caplog)
    assert "cannot be written" in warning


def test_a_damaged_compiled_model_runs_uncompiled_once_and_is_made_anew_at_the_next_start(
    models, quick_compiler, caplog
):
    LocalEncoder(EMBEDDED_ENCODER, models=models).encode(["a cat"])
    [file] = models.glob("*/model.xml")
    file.write_bytes(file.read_bytes()[:1_000])
    warning = assert_runs_uncompiled(LocalEncoder(EMBEDDED_ENCODER, models=models), caplog)
    assert "cannot be loaded" in warning
    again = LocalEncoder(EMBEDDED_ENCODER, models=models)
    again.encode(["a cat"])
    assert isinstance(again._encoder, CompiledEncoder)
    assert quick_compiler() == 2
    assert len(warnings(caplog)) == 1


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["no-such-model", "no-such-owner/no-such-model", "/no/such/path"])
def test_an_unknown_model_fails_at_once_and_says_what_can_be_named(
    models, quick_compiler, caplog, name
):
    with pytest.raises(EncoderError) as error:
        LocalEncoder(name, models=models).encode(["a text"])
    assert repr(name) in str(error.value)
    assert "CITEWISE_ALLOW_DOWNLOAD=true" in str(error.value)
    assert "\n" not in str(error.value)
    assert (quick_compiler(), warnings(caplog)) == (0, [])


def test_a_driver_without_a_gpu_is_no_reason_to_run_uncompiled(
    tmp_path, encoder_cache, minilm, monkeypatch
):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\nexit 9\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert minilm.dimension == 384  # so that it is compiled
    again = LocalEncoder(EMBEDDED_ENCODER, models=encoder_cache)
    assert isinstance(again._encoder, CompiledEncoder)
