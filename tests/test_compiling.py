"""Making an int8 model for CPUs."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.compiled_forms import compiled_form
from vectorstore.encoders import SentenceTransformerEncoder, compiling
from vectorstore.encoders.compiled import CompiledEncoder
from vectorstore.encoders.compiled_models import UNFIT, UNLUCKY
from vectorstore.encoders.compiling import compile_model, main

# What torch and NNCF warn of while they trace a model: in a process of its own it is dropped.
compiles = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return an empty directory to compile into."""
    directory = tmp_path / "compiled"
    directory.mkdir()
    return directory


@pytest.mark.slow
@compiles
def test_a_model_is_compiled_whole_and_needs_its_original_no_more(copied_model, directory):
    assert main([str(copied_model), str(directory)]) == 0
    texts = ["a cat", "a savings bank"]
    wanted = SentenceTransformerEncoder(str(copied_model)).encode(texts)
    (copied_model / "config.json").unlink()
    encoder = CompiledEncoder("copy", directory)
    assert (encoder.dimension, encoder.pooling) == (384, "mean")
    assert np.einsum("td,td->t", encoder.encode(texts), wanted).min() > 0.98
    assert {path.name for path in directory.iterdir()} == {
        "model.xml",
        "model.bin",
        "tokenizer.json",
        "description.json",
    }


@pytest.mark.slow
@compiles
def test_a_model_whose_vectors_would_be_others_is_not_compiled(
    copied_model, directory, monkeypatch, minilm, encoder_cache
):
    made = compiled_form(minilm, encoder_cache)

    def put_what_is_made(model: object, texts: object, path: Path) -> None:
        for file in made.glob("model.*"):
            shutil.copy(file, path.parent)

    monkeypatch.setattr(compiling, "_write_quantised", put_what_is_made)
    monkeypatch.setattr(compiling, "MIN_SIMILARITY", 1.01)
    with pytest.raises(ValueError, match=r"vectors would be only 0\.9\d\d similar"):
        compile_model(str(copied_model), directory)


def test_what_is_no_model_is_one_line_on_stderr(tmp_path, directory, capsys):
    (tmp_path / "notes.txt").write_text("no model")
    assert main([str(tmp_path), str(directory)]) == 1
    ended = capsys.readouterr()
    assert len(ended.err.splitlines()) == 1
    assert ended.err.strip()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("its vectors would be others"), UNFIT),
        (RuntimeError("it cannot be traced"), UNFIT),
        (AttributeError("it has no heads"), UNFIT),
        (MemoryError(), UNLUCKY),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), UNLUCKY),
        (OSError(28, "No space left on device"), UNLUCKY),
        (ImportError("No module named 'torch'"), UNLUCKY),
    ],
)
def test_the_exit_code_says_whether_the_model_is_to_blame(
    directory, monkeypatch, capsys, error, code
):
    def fail(source: str, directory: Path) -> None:
        raise error

    monkeypatch.setattr(compiling, "compile_model", fail)
    assert main(["a model", str(directory)]) == code
    assert capsys.readouterr().err == f"{str(error) or 'MemoryError'}\n"


def test_it_is_calibrated_on_texts_of_the_lengths_that_are_encoded_later(bundled_papers):
    lengths = sorted(map(len, compiling._calibration_texts()))
    assert len(lengths) > 4 * len(bundled_papers)
    assert lengths[0] < 100
    assert lengths[-1] > 1_000
