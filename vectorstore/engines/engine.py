"""Encoding batch after batch, in order, and how this process does it."""

from collections.abc import Generator, Iterable, Sequence
from typing import Protocol, TypeVar

from vectorstore.chunking import Chunk
from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.pipeline import run_ahead


class Batch(Protocol):
    """Chunks, and what the encoder reads of each."""

    @property
    def chunks(self) -> Sequence[Chunk]:
        """Return the chunks."""
        ...

    @property
    def texts(self) -> Sequence[str]:
        """Return one text a chunk."""
        ...


B = TypeVar("B", bound=Batch)


class Engine(Protocol):
    """Encodes batches, several at a time where it can."""

    @property
    def n_workers(self) -> int:
        """Return how many batches it encodes at a time."""
        ...

    def encode(self, batches: Iterable[B], /) -> Generator[tuple[B, Vectors], None, None]:
        """Yield each batch, in order, with one unit-length row a text.

        Who takes the next one is done with the one before.
        """
        ...


class LocalEngine:
    """This process: a thread encodes the next batch while the caller stores the one before."""

    n_workers = 1

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode(self, batches: Iterable[B]) -> Generator[tuple[B, Vectors], None, None]:
        """Yield each batch, in order, with one unit-length row a text."""
        return run_ahead((batch, self._encoder.encode(batch.texts)) for batch in batches)
