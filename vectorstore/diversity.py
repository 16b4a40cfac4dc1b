"""Results that do not all say the same: maximal marginal relevance."""

import numpy as np
from numpy.typing import NDArray

from vectorstore.encoders.encoder import Vectors


def diverse_order(scores: Vectors, vectors: Vectors, diversity: float) -> NDArray[np.int64]:
    """Return the order in which candidates are best read (Carbonell & Goldstein, 1998).

    Each next one has the highest `(1 - diversity) * score - diversity * similarity`, its greatest
    similarity to those before. Scores lie between 0 and 1; vectors are rows of unit length.
    """
    likeness = vectors @ vectors.T
    nearest = np.zeros(len(scores), dtype=np.float32)
    left = np.ones(len(scores), dtype=bool)
    order = []
    for _ in range(len(scores)):
        gain = (1 - diversity) * scores - diversity * nearest
        best = int(np.argmax(np.where(left, gain, -np.inf)))
        order.append(best)
        left[best] = False
        nearest = np.maximum(nearest, likeness[best])
    return np.array(order, dtype=np.int64)
