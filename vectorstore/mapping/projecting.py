"""Vectors of papers as places on a map."""

import numpy as np

from vectorstore.encoders.encoder import Vectors
from vectorstore.mapping.neighbours import neighbours_among
from vectorstore.mapping.repulsion import Points
from vectorstore.mapping.tsne import tsne

MAX_LAID_OUT = 10_000
_N_NEIGHBOURS = 5
_SHARPNESS = 8  # how much more a nearer neighbour counts
_SCATTER = 0.004  # of the map: papers with one neighbourhood do not lie on one point
_MARGIN = 0.02
# Of the map: what lies farther from the nearest neighbour is on another island, and the mean of
# both would be on none. Of the true neighbours .49 are near on the map with it, .34 without.
_FAR = 0.05


def project(vectors: Vectors) -> Points:
    """Return a place in [0, 1] x [0, 1] for each unit vector, shape (n, 2).

    The same at every call on one machine. Up to 10,000 papers are laid out by t-SNE; of more a
    sample is, and the others are placed among it.
    """
    if len(vectors) <= MAX_LAID_OUT:
        return _fitted(tsne(vectors)) if len(vectors) else np.zeros((0, 2), dtype=np.float32)
    sample = np.sort(np.random.default_rng(0).permutation(len(vectors))[:MAX_LAID_OUT])
    points = _fitted(tsne(vectors[sample]))
    placed = place(vectors, vectors[sample], points)
    placed[sample] = points
    return placed


def place(vectors: Vectors, known: Vectors, points: Points) -> Points:
    """Return places for vectors on a map that has `known` ones at `points`, which stay there.

    Each lies between those of the five most similar ones that lie together, the nearer the more
    similar.
    """
    near = neighbours_among(vectors, known, _N_NEIGHBOURS)
    weights = np.maximum(near.similarities, 1e-3) ** _SHARPNESS
    weights /= weights.sum(axis=1, keepdims=True)
    places = points[near.places]
    nearest = places[np.arange(len(places)), weights.argmax(axis=1)]
    is_far = np.linalg.norm(places - nearest[:, None], axis=2) > _FAR
    weights = np.where(is_far, 0.0, weights)
    weights /= weights.sum(axis=1, keepdims=True)
    between = np.einsum("nk,nkd->nd", weights, places)
    scatter = np.random.default_rng(0).normal(0, _SCATTER, between.shape)
    return np.asarray((between + scatter).clip(0, 1), dtype=np.float32)


def _fitted(points: Points) -> Points:
    """Return points turned so that the longer side lies across, in the middle of the unit square.

    Both axes keep one scale.
    """
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T if len(points) > 1 else centred
    low, high = turned.min(axis=0), turned.max(axis=0)
    span = float((high - low).max()) or 1.0
    scale = (1 - 2 * _MARGIN) / span
    return np.asarray((turned - (low + high) / 2) * scale + 0.5, dtype=np.float32)
