"""Results that do not all say the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import SearchFilter
from vectorstore.diversity import diverse_order


@st.composite
def candidates(draw):
    """Return scores, best first, and unit vectors of candidates, some of them alike."""
    n = draw(st.integers(min_value=0, max_value=12))
    random = np.random.default_rng(draw(st.integers(min_value=0, max_value=2**32 - 1)))
    vectors = random.normal(size=(n, 4)).astype(np.float32)
    vectors[n // 2 :] = vectors[: n - n // 2]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return -np.sort(-random.random(n).astype(np.float32)), vectors


@given(candidates(), st.floats(min_value=0, max_value=1))
def test_every_candidate_stands_in_the_order_once(found, diversity):
    scores, vectors = found
    assert sorted(diverse_order(scores, vectors, diversity).tolist()) == list(range(len(scores)))


@given(candidates())
def test_without_diversity_the_order_is_that_of_the_scores(found):
    scores, vectors = found
    assert diverse_order(scores, vectors, 0.0).tolist() == list(range(len(scores)))


@given(candidates(), st.floats(min_value=0, max_value=0.99))
def test_the_best_comes_first(found, diversity):
    scores, vectors = found
    assert diverse_order(scores, vectors, diversity)[:1].tolist() in ([], [0])


def test_what_says_the_same_as_a_better_one_comes_after_what_does_not():
    scores = np.array([1.0, 0.99, 0.5], dtype=np.float32)
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert diverse_order(scores, vectors, 0.5).tolist() == [0, 2, 1]
    assert diverse_order(scores, vectors, 0.1).tolist() == [0, 1, 2]


def likeness(library, hits) -> float:
    """Return the mean cosine of the first passages of all pairs of hits."""
    texts = [hit.paper.abstract for hit in hits]
    vectors = library._vectors.of(texts)
    return float((vectors @ vectors.T)[np.triu_indices(len(texts), k=1)].mean())


@pytest.mark.parametrize("query", ["sparse autoencoder features", "multimodal language models"])
def test_a_diverse_search_gives_the_best_paper_and_others_that_are_less_alike(library, query):
    plain = library.search(query, top_k=6)
    diverse = library.search(query, top_k=6, diversity=0.8)
    assert diverse[0] == plain[0]
    assert len({hit.paper.paper_id for hit in diverse}) == 6
    assert likeness(library, diverse) < likeness(library, plain)


def test_no_diversity_is_the_plain_search(library):
    assert library.search("probes", diversity=0.0) == library.search("probes")


def test_copies_of_one_paper_do_not_fill_the_results(make_library, make_paper):
    copies = [make_paper(f"Owls {n}", "Owls hunt mice at night.") for n in range(8)]
    other = make_paper("Foxes", "Foxes hunt mice and hens by day.")
    library = make_library([*copies, other])
    plain = library.search("owls hunt mice at night", top_k=3)
    diverse = library.search("owls hunt mice at night", top_k=3, diversity=0.7)
    assert other not in [hit.paper for hit in plain]
    assert other in [hit.paper for hit in diverse]


def test_a_diverse_search_keeps_to_its_filter(library, bundled_papers):
    where = SearchFilter(year_from=2025)
    hits = library.search("language models", top_k=43, where=where, diversity=1.0)
    assert {hit.paper.paper_id for hit in hits} == {
        paper.paper_id for paper in bundled_papers if paper.year >= 2025
    }
