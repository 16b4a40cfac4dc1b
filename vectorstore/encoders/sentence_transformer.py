"""Text to vectors by sentence-transformers: on a GPU, and where a model cannot be compiled."""

import logging
import os
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.encoders.encoder import Vectors
from vectorstore.encoders.models import EMBEDDED_ENCODER, cannot_load, source_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_CPU_BATCH_SIZE = 8  # on two cores a fifth faster than the usual 32
_GPU_BATCH_SIZE = 256


class SentenceTransformerEncoder:
    """Any sentence-transformers model by name or path; loaded when first needed.

    On a GPU it runs in half precision. Threads may share one.
    """

    def __init__(
        self, name: str = EMBEDDED_ENCODER, *, allow_download: bool = False, device: str = "cpu"
    ) -> None:
        self.name = name
        self._allow_download = allow_download
        self._device = device
        self._loaded: SentenceTransformer | None = None
        self._loading = Lock()  # transformers patches globals while it loads a model

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def pooling(self) -> str:
        """Return the pooling mode, or 'unknown' where the model names none."""
        return pooling_of(self._model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=_CPU_BATCH_SIZE if self._device == "cpu" else _GPU_BATCH_SIZE,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    @property
    def _model(self) -> "SentenceTransformer":
        with self._loading:
            if self._loaded is None:
                source = source_of(self.name, allow_download=self._allow_download)
                try:
                    self._loaded = load_model(
                        source, allow_download=self._allow_download, device=self._device
                    )
                except Exception as error:  # a damaged model raises what it likes
                    raise cannot_load(self.name, first_line(error)) from error
        return self._loaded


def load_model(
    source: str, *, allow_download: bool = False, device: str = "cpu"
) -> "SentenceTransformer":
    """Return the model at `source`, in half precision on a GPU. Raises whatever loading raises."""
    # A model that is not on this machine must fail at once, not after hub retries.
    if not allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    quieten_libraries()
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(source, device=device, local_files_only=not allow_download)
    return model if device == "cpu" else model.half()


def pooling_of(model: "SentenceTransformer") -> str:
    """Return the pooling mode of a model, or 'unknown' where it names none."""
    for module in model:
        mode = getattr(module, "pooling_mode", None)
        if mode:
            return str(mode)
    return "unknown"


def first_line(error: Exception) -> str:
    """Return the first line of an error's message, or its kind where it has none."""
    text = str(error).strip().splitlines() or [type(error).__name__]
    return text[0][:200]


def quieten_libraries() -> None:
    """Keep the libraries' progress bars and notices off the terminal."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    for noisy in ("sentence_transformers", "transformers", "huggingface_hub"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    from transformers.utils import logging as transformers_logging

    disable: Any = transformers_logging.disable_progress_bar
    disable()
