"""Vectors of texts seen lately, so that warm questions encode only what is new."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from vectorstore.encoders.encoder import Encoder, Vectors

_MAX_TEXTS = 20_000  # 30 MB at 384 dimensions


class VectorCache:
    """The vectors of up to `max_texts` texts; the longest unused makes room. Thread-safe."""

    def __init__(self, encoder: Encoder, *, max_texts: int = _MAX_TEXTS) -> None:
        self._encoder = encoder
        self._max_texts = max_texts
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length row a text, shape (len(texts), dimension)."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self._encoder.encode(new), strict=True))
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._max_texts:
                self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])

    def similarities(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine similarity of each text to the query."""
        if not texts:
            return []
        query_vector, *vectors = self.of([query, *texts])
        return [float(vector @ query_vector) for vector in vectors]
