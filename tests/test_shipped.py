"""The models that come with Citewise."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vectorstore import DEFAULT_ENCODER, EMBEDDED_ENCODER, Encoder, EncoderError, EncoderSpec
from vectorstore.encoders.models import sha256_of
from vectorstore.encoders.shipped import MANIFEST_NAME, SHIPPED, load_shipped, shipped_models

MAX_BYTES = 25_000_000


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of what is shipped."""
    return shutil.copytree(SHIPPED, tmp_path / "shipped")


def test_the_manifest_holds_a_version_and_the_checksum_of_every_file_that_is_shipped() -> None:
    models = shipped_models()
    assert DEFAULT_ENCODER in models
    assert {path.name for path in SHIPPED.iterdir()} == {*models, MANIFEST_NAME}
    for name, model in models.items():
        files = list((SHIPPED / name).iterdir())
        assert name.endswith(f"-{model.version}")
        assert model.sha256 == {file.name: sha256_of(file) for file in files}
        assert sum(file.stat().st_size for file in files) <= MAX_BYTES


def test_texts_of_one_meaning_are_nearer_than_others(encoder: Encoder) -> None:
    texts = (
        "How do sparse autoencoders find features of language models?",
        "We decompose the activations of a transformer into interpretable, sparse directions.",
        "We report the yield of wheat under drought in forty fields.",
    )
    vectors = encoder.encode(texts)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    question, answer, other = vectors
    assert question @ answer > question @ other + 0.2


def test_to_the_selector_a_question_is_nearer_to_what_answers_than_to_what_is_on_its_topic(
    encoder: Encoder, selector: Encoder
) -> None:
    texts = (
        "How many owls were there?",
        "We follow forty birds over three winters.",
        "How owls hunt is hardly known.",
    )
    question, answer, topic = selector.encode(texts)
    assert question @ answer > question @ topic
    question, answer, topic = encoder.encode(texts)
    assert question @ answer < question @ topic


ENCODE = """
import sys
from pathlib import Path
from vectorstore import LocalEncoder

assert LocalEncoder(models=Path("no-such-directory")).encode(["a text"]).shape == (1, 384)
print(*sys.modules)
"""


def test_it_runs_without_torch_and_without_a_compiler(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENCODE], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    loaded = {name.split(".")[0] for name in ended.stdout.split()}
    assert "openvino" in loaded
    assert not loaded & {"torch", "transformers", "sentence_transformers", "nncf"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "can"), [(DEFAULT_ENCODER, False), (EMBEDDED_ENCODER, True)])
def test_what_comes_compiled_asks_for_no_gpu(tmp_path: Path, name: str, can: bool) -> None:
    assert EncoderSpec(tmp_path, name).can_use_gpu == can


@pytest.mark.parametrize("file", ["model.bin", "model.xml", "tokenizer.json", "description.json"])
def test_a_file_that_is_not_the_one_that_was_shipped_is_an_error_that_names_it(
    copied: Path, file: str
) -> None:
    path = copied / DEFAULT_ENCODER / file
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(EncoderError, match=f"{file} of {DEFAULT_ENCODER}.*all-MiniLM-L6-v2"):
        load_shipped(DEFAULT_ENCODER, directory=copied)


def test_a_missing_file_or_manifest_is_an_error(copied: Path) -> None:
    (copied / DEFAULT_ENCODER / "model.bin").unlink()
    with pytest.raises(EncoderError, match=r"model\.bin"):
        load_shipped(DEFAULT_ENCODER, directory=copied)
    (copied / MANIFEST_NAME).write_text("{")
    with pytest.raises(EncoderError, match=MANIFEST_NAME):
        shipped_models(copied)
    (copied / MANIFEST_NAME).unlink()
    with pytest.raises(EncoderError, match=MANIFEST_NAME):
        shipped_models(copied)
