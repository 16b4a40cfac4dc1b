"""Models of text that were compiled to int8: neither torch nor transformers is needed.

The compiled model is a directory that `vectorstore.encoders.compiling` makes.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from vectorstore.encoders.encoder import Vectors
from vectorstore.encoders.inference import InferencePool, Inputs

if TYPE_CHECKING:
    from tokenizers import Encoding

MODEL_NAME = "model.xml"
TOKENIZER_NAME = "tokenizer.json"
DESCRIPTION_NAME = "description.json"

# OpenVINO keeps memory for every shape it has seen, and going from one to another takes it some
# milliseconds. So there are few: lengths are padded to steps (a question of 16 word pieces is no
# quicker than one of 32), batches are powers of two. Four texts at a time are as fast as eight.
_BATCH_SIZES = (4, 2, 1)
_LENGTH_STEP = 32


class Description(BaseModel):
    """What the compiled model does not say of itself.

    `dimension` is the length of what it makes of a text. A cross-encoder has a number for each of
    its `labels`, and no pooling.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimension: int = Field(gt=0)
    pooling: str = ""
    max_tokens: int = Field(gt=0)
    pad_token_id: int = Field(ge=0)
    labels: tuple[str, ...] = ()


class CompiledEncoder:
    """A compiled encoder, loaded from its directory. Threads may share one."""

    def __init__(self, name: str, directory: Path, *, n_cores: int | None = None) -> None:
        self.name = name
        self._model = _CompiledModel(directory, n_cores=n_cores)

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return self._model.description.dimension

    @property
    def pooling(self) -> str:
        """Return how token vectors become one."""
        return self._model.description.pooling

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        vectors = self._model.outputs(texts)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


class CompiledCrossEncoder:
    """A compiled model that reads two texts together, loaded from its directory.

    Threads may share one. Raises ValueError where the model there is an encoder.
    """

    def __init__(self, name: str, directory: Path, *, n_cores: int | None = None) -> None:
        self.name = name
        self._model = _CompiledModel(directory, n_cores=n_cores)
        if not self.labels:
            raise ValueError("it makes vectors and does not read two texts together.")

    @property
    def labels(self) -> tuple[str, ...]:
        """Return what the numbers stand for."""
        return self._model.description.labels

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return one float32 row a pair, shape (len(pairs), len(labels)).

        Several labels have logits. One label has what the model was made to give: ours a logit,
        most others a probability.
        """
        return self._model.outputs(pairs)


class _CompiledModel:
    def __init__(self, directory: Path, *, n_cores: int | None) -> None:
        from tokenizers import Tokenizer

        text = (directory / DESCRIPTION_NAME).read_text(encoding="utf-8")
        self.description = Description.model_validate_json(text)
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER_NAME))
        self._tokenizer.enable_truncation(self.description.max_tokens)
        self._tokenizer.no_padding()
        self._pool = InferencePool(directory / MODEL_NAME, n_cores=n_cores)

    def outputs(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Vectors:
        """Return one float32 row a text or pair of texts, shape (len(texts), dimension)."""
        found = np.zeros((len(texts), self.description.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        batches = list(_batches_of_like_length([len(encoding.ids) for encoding in encodings]))
        padded = (self._padded([encodings[row] for row in rows]) for rows in batches)
        for rows, output in zip(batches, self._pool.infer(padded), strict=True):
            found[rows] = output
        return found

    def _padded(self, encodings: Sequence["Encoding"]) -> Inputs:
        longest = max(len(encoding.ids) for encoding in encodings)
        shape = len(encodings), _padded_length(longest, self.description.max_tokens)
        inputs = {name: np.zeros(shape, dtype=np.int64) for name in self._pool.input_names}
        inputs["input_ids"][:] = self.description.pad_token_id
        for row, encoding in enumerate(encodings):
            values = {
                "input_ids": encoding.ids,
                "attention_mask": encoding.attention_mask,
                "token_type_ids": encoding.type_ids,
            }
            for name, rows in inputs.items():
                rows[row, : len(encoding.ids)] = values[name]
        return inputs


def _batches_of_like_length(lengths: Sequence[int]) -> Iterator[NDArray[np.intp]]:
    """Yield rows to encode together, longest first: little padding is computed in vain."""
    order = np.argsort([-length for length in lengths], kind="stable")
    start = 0
    while start < len(order):
        size = next(size for size in _BATCH_SIZES if size <= len(order) - start)
        yield order[start : start + size]
        start += size


def _padded_length(length: int, longest: int) -> int:
    return min(longest, -(-length // _LENGTH_STEP) * _LENGTH_STEP)
