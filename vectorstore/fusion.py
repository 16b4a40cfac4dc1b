"""One score of a paper out of many: of its chunks, and of the two kinds of search."""

import numpy as np

from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import Rows

_SHARPNESS = 20.0  # of the mean over a paper's chunks: 0 is the plain mean, infinity the maximum


def similarity_by_paper(paper_rows: Rows, chunk_papers: Rows, similarities: Vectors) -> Vectors:
    """Return how similar each paper is, out of its chunks' similarities; -1 for one without.

    `paper_rows` ascend; `chunk_papers` is the paper of each similarity. The mean of exponentials,
    brought back: a paper whose every chunk is near goes before one of which a single chunk is.
    """
    index = np.searchsorted(paper_rows, chunk_papers)
    counts = np.bincount(index, minlength=len(paper_rows))
    sums = np.bincount(index, weights=np.exp(_SHARPNESS * similarities), minlength=len(paper_rows))
    means = np.divide(sums, counts, out=np.full(len(sums), np.exp(-_SHARPNESS)), where=counts > 0)
    return np.asarray(np.log(means) / _SHARPNESS, dtype=np.float32)


def fuse(dense: Vectors, bm25: Vectors) -> Vectors:
    """Return the fused score of each candidate, between 0 and 1.

    Each kind of score is divided by its best and both count alike.
    """
    return (_share(dense) + _share(bm25)) / np.float32(2)


def _share(scores: Vectors) -> Vectors:
    top = scores.max(initial=0.0)
    return np.asarray(np.maximum(scores, 0) / (top if top > 0 else 1), dtype=np.float32)
