"""Vectors made of real ones, where a benchmark needs more than there are, and how like they are."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_BLOCK = 50_000  # vectors made at a time
_N_GROUPS = 1_000  # of similar vectors, within which synthetic ones are mixed
_LEAST_TURN, _MOST_TURN = 0.2, np.pi / 4  # from one real vector towards another, in radians
_N_NEAREST = 100  # neighbours that tell the intrinsic dimension
_SMALLEST = 1e-9  # of a squared distance, so that its logarithm is a number


def synthetic(
    real: Vectors, n_vectors: int, randomness: np.random.Generator
) -> Iterator[tuple[int, Vectors]]:
    """Yield synthetic vectors in blocks, with the number of those before.

    Each is turned from one real vector to another of its group, about the group's mean and by a
    random angle, so that the group keeps its mean and its spread in every direction.
    """
    groups, means = _grouped(real)
    by_group = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[by_group], np.arange(len(means) + 1))
    for done in range(0, n_vectors, _BLOCK):
        size = min(_BLOCK, n_vectors - done)
        one = randomness.integers(0, len(real), size)
        group = groups[one]
        other = by_group[randomness.integers(starts[group], starts[group + 1])]
        turn = randomness.uniform(_LEAST_TURN, _MOST_TURN, (size, 1)).astype(np.float32)
        mean = means[group]
        block = mean + np.cos(turn) * (real[one] - mean) + np.sin(turn) * (real[other] - mean)
        yield done, block / np.linalg.norm(block, axis=1, keepdims=True)


def neighbourhood(vectors: Vectors, queries: Vectors) -> dict[str, float]:
    """Return the median similarity of the first and tenth nearest, and the intrinsic dimension.

    That is how fast neighbours grow in number with the distance: the maximum likelihood of Levina
    and Bickel (2004, equation 8) at the hundred nearest.
    """
    nearest = -np.sort(-(queries @ vectors.T), axis=1)[:, :_N_NEAREST]
    distances = np.sqrt(np.maximum(2 - 2 * nearest.astype(np.float64), _SMALLEST))
    growth = np.log(distances[:, -1:] / distances[:, :-1]).mean(axis=1)
    return {
        "first": float(np.median(nearest[:, 0])),
        "tenth": float(np.median(nearest[:, 9])),
        "dimension": float(np.median(1 / growth)),
    }


def _grouped(vectors: Vectors) -> tuple[Rows, Vectors]:
    """Return the group of each vector, which is by the nearest of some, and each group's mean."""
    centres = vectors[:_N_GROUPS]
    blocks = range(0, len(vectors), _BLOCK)
    nearest = [(vectors[row : row + _BLOCK] @ centres.T).argmax(axis=1) for row in blocks]
    groups = np.concatenate(nearest)
    sums = np.zeros_like(centres)
    np.add.at(sums, groups, vectors)
    sizes = np.maximum(np.bincount(groups, minlength=len(centres)), 1)
    return groups, sums / sizes.astype(np.float32)[:, np.newaxis]
