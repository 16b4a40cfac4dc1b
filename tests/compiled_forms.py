"""MiniLM's compiled form, which all tests share: to make one takes half a minute."""

from pathlib import Path

from vectorstore import Encoder
from vectorstore.encoders.compiled_models import _key as key_of
from vectorstore.encoders.models import embedded_model_path


def compiled_form(minilm: Encoder, encoder_cache: Path) -> Path:
    """Return the directory of the compiled form that the session's MiniLM made or found."""
    assert minilm.dimension == 384  # so that it is compiled
    return encoder_cache / key_of(str(embedded_model_path()))
