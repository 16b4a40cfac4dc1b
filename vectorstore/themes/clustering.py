"""Papers that lie together, as clusters."""

import math

import numpy as np
from numpy.typing import NDArray

from vectorstore.encoders.encoder import Vectors

Labels = NDArray[np.int64]

MAX_THEMES = 16
_MIN_PAPERS_A_THEME = 8  # on average
_MAX_FITTED = 10_000  # centres of more do not change what is seen
_N_STARTS, _MAX_ROUNDS = 4, 50


def number_of_themes(n_papers: int) -> int:
    """Return how many themes to look for: 1 of 5 papers, 5 of 43, 12 of 1,000, 16 of 10,000.

    Four for each power of ten. The silhouette says nothing here: on 1,000 and 10,000 papers of
    arXiv cs.CL and of the ACL it is .032 to .041 for every number from 4 to 24.
    """
    wanted = round(4 * math.log10(max(n_papers, 1)))
    return max(1, min(wanted, n_papers // _MIN_PAPERS_A_THEME, MAX_THEMES))


def cluster(vectors: Vectors, n_clusters: int) -> Labels:
    """Return the cluster of each row, counted from 0, the largest first; the same at every call.

    Spherical k-means (Dhillon and Modha, 2001) of what is left without the mean of all rows: papers
    of one field share most of their direction. The best of four starts by k-means++ counts.
    """
    directions = centred(vectors)
    random = np.random.default_rng(0)
    fitted = directions
    if len(directions) > _MAX_FITTED:
        fitted = directions[np.sort(random.permutation(len(directions))[:_MAX_FITTED])]
    tries = [_fit(fitted, n_clusters, random) for _ in range(_N_STARTS)]
    centres, _ = max(tries, key=lambda each: each[1])
    labels = np.argmax(directions @ centres.T, axis=1)
    return _largest_first(labels, n_clusters)


def centred(vectors: Vectors) -> Vectors:
    """Return the direction of each row from the mean of all; zero for a row that is the mean."""
    moved = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-6), dtype=np.float32)


def _fit(
    directions: Vectors, n_clusters: int, random: np.random.Generator
) -> tuple[Vectors, float]:
    """Return the centres that one start leads to, and the sum of similarities to the nearest."""
    centres = _start(directions, n_clusters, random)
    before, total = -np.inf, 0.0
    for _ in range(_MAX_ROUNDS):
        similarities = directions @ centres.T
        labels = np.argmax(similarities, axis=1)
        total = float(similarities.max(axis=1).sum())
        if total <= before * (1 + 1e-6):
            break
        before = total
        centres = _centres_of(directions, labels, centres)
    return centres, total


def _start(directions: Vectors, n_clusters: int, random: np.random.Generator) -> Vectors:
    """Return rows drawn far from those drawn before (Arthur and Vassilvitskii, 2007)."""
    chosen = [int(random.integers(len(directions)))]
    nearest = np.full(len(directions), -1.0, dtype=np.float32)
    while len(chosen) < n_clusters:
        nearest = np.maximum(nearest, directions @ directions[chosen[-1]])
        chances = np.cumsum(np.maximum(1.0 - nearest, 0.0) + 1e-9, dtype=np.float64)
        chosen.append(int(np.searchsorted(chances, random.random() * chances[-1])))
    return directions[chosen]


def _centres_of(directions: Vectors, labels: Labels, before: Vectors) -> Vectors:
    """Return the mean direction of each cluster; an empty one keeps its centre."""
    members = (labels[:, None] == np.arange(len(before))).astype(np.float32)
    sums = members.T @ directions
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), before))


def _largest_first(labels: Labels, n_clusters: int) -> Labels:
    """Return the labels counted by size; a cluster that got no paper is no more."""
    sizes = np.bincount(labels, minlength=n_clusters)
    rank = np.empty(n_clusters, dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(n_clusters)
    return rank[labels]
