"""Vectors cut short: less to store and to compare."""

from collections.abc import Sequence

import numpy as np

from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.errors import EncoderError


class ShortenedEncoder:
    """The first numbers of another encoder's vectors, brought to unit length again.

    Of use with an encoder that was trained for it (Kusupati et al., Matryoshka Representation
    Learning, 2022). Raises EncoderError where its vectors are shorter already.
    """

    def __init__(self, whole: Encoder, dimension: int) -> None:
        if dimension > whole.dimension:
            raise EncoderError(
                f"The vectors of {whole.name} have {whole.dimension} numbers, not {dimension}. Set"
                " CITEWISE_ENCODER_DIMENSION to fewer, or leave it out."
            )
        self._whole = whole
        self.name = whole.name
        self.dimension = dimension
        self.pooling = whole.pooling

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        vectors = self._whole.encode(texts)[:, : self.dimension]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
