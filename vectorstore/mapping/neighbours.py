"""The papers most similar to each paper."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.encoders.encoder import Vectors

_BLOCK = 2_048  # rows compared at a time: 80 MB of similarities to 10,000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each row the places of others and their similarity to it, shape (n, k), in no order."""

    places: NDArray[np.int64]
    similarities: Vectors


def neighbours_among(vectors: Vectors, others: Vectors, n_neighbours: int) -> Neighbours:
    """Return the rows of `others` most similar to each row, all where there are no more."""
    k = min(n_neighbours, len(others))
    places = np.empty((len(vectors), k), dtype=np.int64)
    similarities = np.empty((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        _fill(vectors[block] @ others.T, places[block], similarities[block])
    return Neighbours(places, similarities)


def neighbours_within(vectors: Vectors, n_neighbours: int) -> Neighbours:
    """Return the other rows most similar to each row; no row is its own neighbour."""
    k = min(n_neighbours, len(vectors) - 1)
    places = np.empty((len(vectors), k), dtype=np.int64)
    similarities = np.empty((len(vectors), k), dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        products = vectors[block] @ vectors.T
        products[np.arange(len(products)), np.arange(start, start + len(products))] = -np.inf
        _fill(products, places[block], similarities[block])
    return Neighbours(places, similarities)


def _fill(products: Vectors, places: NDArray[np.int64], similarities: Vectors) -> None:
    k = places.shape[1]
    if k < products.shape[1]:
        places[:] = np.argpartition(-products, k, axis=1)[:, :k]
    else:
        places[:] = np.arange(k)
    similarities[:] = np.take_along_axis(products, places, axis=1)
