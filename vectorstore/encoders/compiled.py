"""Text to vectors by a model that was compiled to int8: neither torch nor transformers is needed.

The compiled model is a directory that `vectorstore.encoders.compiling` makes.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from vectorstore.encoders.encoder import Vectors
from vectorstore.encoders.inference import InferencePool, Inputs

MODEL_NAME = "model.xml"
TOKENIZER_NAME = "tokenizer.json"
DESCRIPTION_NAME = "description.json"

# OpenVINO keeps memory for every shape it has seen, and going from one to another takes it some
# milliseconds. So there are few: lengths are padded to steps (a question of 16 word pieces is no
# quicker than one of 32), batches are powers of two. Four texts at a time are as fast as eight.
_BATCH_SIZES = (4, 2, 1)
_LENGTH_STEP = 32


class Description(BaseModel):
    """What the compiled model does not say of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimension: int = Field(gt=0)
    pooling: str
    max_tokens: int = Field(gt=0)
    pad_token_id: int = Field(ge=0)


class CompiledEncoder:
    """A compiled model, loaded from its directory. Threads may share one."""

    def __init__(self, name: str, directory: Path, *, n_cores: int | None = None) -> None:
        from tokenizers import Tokenizer

        self.name = name
        text = (directory / DESCRIPTION_NAME).read_text(encoding="utf-8")
        self._description = Description.model_validate_json(text)
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER_NAME))
        self._tokenizer.enable_truncation(self._description.max_tokens)
        self._tokenizer.no_padding()
        self._pool = InferencePool(directory / MODEL_NAME, n_cores=n_cores)

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return self._description.dimension

    @property
    def pooling(self) -> str:
        """Return how token vectors become one."""
        return self._description.pooling

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        tokens = [encoding.ids for encoding in encodings]
        batches = list(_batches_of_like_length(tokens))
        padded = (self._padded([tokens[row] for row in rows]) for rows in batches)
        for rows, found in zip(batches, self._pool.infer(padded), strict=True):
            vectors[rows] = found
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _padded(self, tokens: Sequence[Sequence[int]]) -> Inputs:
        length = _padded_length(max(map(len, tokens)), self._description.max_tokens)
        ids = np.full((len(tokens), length), self._description.pad_token_id, dtype=np.int64)
        mask = np.zeros((len(tokens), length), dtype=np.int64)
        for row, row_tokens in enumerate(tokens):
            ids[row, : len(row_tokens)] = row_tokens
            mask[row, : len(row_tokens)] = 1
        return {"input_ids": ids, "attention_mask": mask}


def _batches_of_like_length(tokens: Sequence[Sequence[int]]) -> Iterator[NDArray[np.intp]]:
    """Yield rows to encode together, longest first: little padding is computed in vain."""
    order = np.argsort([-len(row_tokens) for row_tokens in tokens], kind="stable")
    start = 0
    while start < len(order):
        size = next(size for size in _BATCH_SIZES if size <= len(order) - start)
        yield order[start : start + size]
        start += size


def _padded_length(length: int, longest: int) -> int:
    return min(longest, -(-length // _LENGTH_STEP) * _LENGTH_STEP)
