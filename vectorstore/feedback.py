"""Pseudo-relevance feedback: what the best papers speak of belongs to the query too."""

from collections.abc import Collection

import numpy as np

from vectorstore.analysis import STOPWORDS, terms
from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import Rows
from vectorstore.indexes.term_matrix import Numbers, TermIds, TermMatrix

N_PAPERS = 10
_N_TERMS = 50
_WEIGHT = 0.4
_FULL_QUERY_TERMS = 6  # a query of fewer is expanded less: it says what it means
_SHARPNESS = 8  # how much more the best paper counts than the next

_STOP_TERMS = frozenset(term for word in STOPWORDS for term in terms(word))


def feedback(
    query_terms: Collection[str], best: Rows, scores: Vectors, candidates: Rows, matrix: TermMatrix
) -> Vectors:
    """Return how much each candidate has of what the `best` papers speak of, as a BM25 score.

    RM3 (Abdul-Jaleel et al., 2004) with BM25's term weights in place of probabilities: a term
    weighs what it does in each of the best papers, times the paper's score to the power of 8.
    """
    term_ids, weights = _expansion(query_terms, best, scores, matrix)
    if not len(term_ids):
        return np.zeros(len(candidates), dtype=np.float32)
    weights = weights * matrix.inverse_document_frequencies[term_ids]
    found = matrix.postings(candidates)
    nearest = np.minimum(np.searchsorted(term_ids, found.term_ids), len(term_ids) - 1)
    gains = np.where(term_ids[nearest] == found.term_ids, weights[nearest] * found.weights, 0.0)
    summed = np.bincount(found.places, weights=gains, minlength=len(candidates))
    return np.asarray(summed, dtype=np.float32)


def _expansion(
    query_terms: Collection[str], best: Rows, scores: Vectors, matrix: TermMatrix
) -> tuple[TermIds, Numbers]:
    """Return the ids, ascending, and weights of the terms that the best papers add to a query."""
    found = matrix.postings(best)
    shares = scores.astype(np.float64) ** _SHARPNESS
    term_ids, places = np.unique(found.term_ids, return_inverse=True)
    in_best = np.bincount(places, weights=found.weights * shares[found.places])
    summed: Numbers = (
        np.asarray(in_best, dtype=np.float64) * matrix.inverse_document_frequencies[term_ids]
    )
    order = np.argsort(-summed, kind="stable")[: _N_TERMS + len(query_terms) + len(_STOP_TERMS)]
    added = [
        place
        for place in order.tolist()
        if summed[place] > 0 and _is_new(matrix.vocabulary[term_ids[place]], query_terms)
    ][:_N_TERMS]
    if not added:
        return term_ids[:0], summed[:0]
    full = _WEIGHT * min(1.0, len(query_terms) / _FULL_QUERY_TERMS) / summed[added[0]]
    kept = np.sort(np.array(added))
    return term_ids[kept], full * summed[kept]


def _is_new(term: str, query_terms: Collection[str]) -> bool:
    return len(term) > 1 and term not in query_terms and term not in _STOP_TERMS
