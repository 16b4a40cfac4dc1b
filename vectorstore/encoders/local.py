"""The encoder that is used: a model run in the quickest way that this machine has."""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from vectorstore.encoders.compiled_models import CompilationError, load_compiled
from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder
from vectorstore.encoders.shipped import (
    DEFAULT_ENCODER,
    is_superseded,
    load_shipped,
    shipped_models,
)
from vectorstore.encoders.shortened import ShortenedEncoder
from vectorstore.errors import EncoderError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """An encoder of our own or a sentence-transformers model; the directory of compiled models.

    `dimension`: as many of a vector's first numbers are kept; all if None.
    """

    models: Path
    name: str = DEFAULT_ENCODER
    allow_download: bool = False
    dimension: int | None = None

    @property
    def can_use_gpu(self) -> bool:
        """Return whether the encoder runs on a GPU where there is one: none of our own does."""
        return self.name not in shipped_models()

    def encoder(self, *, n_cores: int | None = None) -> "LocalEncoder":
        """Return the encoder on this machine, on so many cores of a CPU; on all by default."""
        return LocalEncoder(
            self.name,
            models=self.models,
            allow_download=self.allow_download,
            dimension=self.dimension,
            n_cores=n_cores,
        )


class LocalEncoder:
    """An encoder of our own, or a sentence-transformers model by name or path.

    Loaded when first needed. One of our own comes compiled and runs on the CPU. Another runs on a
    GPU in half precision, on a CPU compiled to int8 (see `load_compiled`); where it cannot be
    compiled, one warning says so and sentence-transformers runs it. Threads may share it.
    """

    def __init__(
        self,
        name: str = DEFAULT_ENCODER,
        *,
        models: Path,
        allow_download: bool = False,
        dimension: int | None = None,
        n_cores: int | None = None,
    ) -> None:
        self.name = name
        self._dimension = dimension
        self._n_cores = n_cores
        self._models = models
        self._allow_download = allow_download
        self._chosen: Encoder | None = None
        self._choosing = Lock()

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return self._encoder.dimension

    @property
    def pooling(self) -> str:
        """Return how token vectors become one, such as 'mean'."""
        return self._encoder.pooling

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encoder.encode(texts)

    @property
    def _encoder(self) -> Encoder:
        with self._choosing:
            if self._chosen is None:
                whole = self._choose()
                short = self._dimension
                self._chosen = whole if short is None else ShortenedEncoder(whole, short)
        return self._chosen

    def _choose(self) -> Encoder:
        if self.name in shipped_models():
            return load_shipped(self.name, n_cores=self._n_cores)
        if is_superseded(self.name):
            raise EncoderError(
                f"{self.name} is no more. Choose --encoder {DEFAULT_ENCODER}, and rebuild a library"
                " that was made with it: citewise reindex"
            )
        allow_download = self._allow_download
        if _has_gpu():
            return SentenceTransformerEncoder(
                self.name, allow_download=allow_download, device="cuda"
            )
        try:
            return load_compiled(
                self.name, self._models, allow_download=allow_download, n_cores=self._n_cores
            )
        except CompilationError as error:
            logger.warning(
                "The encoder %s runs uncompiled, several times slower: %s.", self.name, error
            )
            return SentenceTransformerEncoder(self.name, allow_download=allow_download)


def _has_gpu() -> bool:
    """Return whether torch can use a GPU; torch is imported only where a driver is installed."""
    if not (shutil.which("nvidia-smi") or shutil.which("rocm-smi")):
        return False
    import torch

    return torch.cuda.is_available()
