"""What every encoder offers."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


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
        """Return one unit-length float32 row a text, shape (len(texts), dimension).

        Texts longer than the model's window (256 word pieces for MiniLM) are cut, not split.
        """
