"""The papers that a search looks at closely: the right ones, whatever a filter lets through."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import HashEncoder
from vectorstore import Library, Paper, SearchFilter, candidates
from vectorstore.candidates import Scope
from vectorstore.chunking import Chunk
from vectorstore.indexes.lexical import weights_of
from vectorstore.records import Origin, Record

VOCABULARY = [f"word{n}" for n in range(120)]
SOURCES = ["arxiv", "a blog", "a list"]
SURNAMES = ["Strix", "Ühu", "Ural", "Bubo"]


@dataclass(frozen=True)
class Stored:
    """A library and, to compare with, what is in it: papers and the paper and vector of chunks."""

    library: Library
    papers: tuple[Paper, ...]
    owners: np.ndarray
    vectors: np.ndarray

    def rows(self, where: SearchFilter | None) -> set[int]:
        """Return the rows of the papers that meet a filter, looked at one by one."""
        return {
            row
            for row, paper in enumerate(self.papers, start=1)
            if where is None or meets(paper, where)
        }


def meets(paper: Paper, where: SearchFilter) -> bool:
    """Return whether a paper meets the bounds that these tests set."""
    return (
        (where.year_from is None or paper.year >= where.year_from)
        and (where.year_to is None or paper.year <= where.year_to)
        and (where.sources is None or paper.source in where.sources)
        and (where.authors is None or not where.authors.isdisjoint(paper.authors))
        and (where.paper_ids is None or paper.paper_id in where.paper_ids)
    )


def random_papers(n_papers: int, random: np.random.Generator) -> list[Paper]:
    return [
        Paper(
            paper_id=f"p{n}",
            title=f"Paper {n}",
            abstract=" ".join(random.choice(VOCABULARY, size=random.integers(1, 5) * 6)),
            authors=tuple(random.choice(SURNAMES, size=random.integers(0, 3))),
            year=int(1980 + random.geometric(0.06)),
            source=str(random.choice(SOURCES, p=[0.9, 0.09, 0.01])),
        )
        for n in range(n_papers)
    ]


def make_library(path: Path, n_papers: int, seed: int) -> Stored:
    """Return a library of random papers of one to four chunks of six words."""
    encoder = HashEncoder()
    papers = random_papers(n_papers, np.random.default_rng(seed))
    chunks, texts, owners = [], [], []
    for row, paper in enumerate(papers, start=1):
        words = paper.abstract.split()
        for position in range(0, len(words), 6):
            text = " ".join(words[position : position + 6])
            start = paper.abstract.index(text)
            chunks.append(Chunk(paper.paper_id, position // 6, start, start + len(text)))
            texts.append(text)
            owners.append(row)
    vectors = encoder.encode(texts)
    library = Library.create(path, encoder)
    library.catalogue.put([Record(paper, (Origin(paper),)) for paper in papers], chunks, vectors)
    library.catalogue.close()
    stored = vectors.astype(np.float16).astype(np.float32)
    return Stored(Library.open(path, encoder), tuple(papers), np.array(owners), stored)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Return a library above the sizes that `branches` lowers."""
    stored = make_library(tmp_path_factory.mktemp("large") / "library", 2_000, seed=1)
    assert len(stored.vectors) > 2_000
    return stored


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """Return a library below the sizes that `branches` lowers."""
    stored = make_library(tmp_path_factory.mktemp("small") / "library", 300, seed=2)
    assert len(stored.vectors) < 2_000
    return stored


@pytest.fixture(params=["compared", "asked for more", "asked for more, few compared"])
def branches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the sizes at which one way of searching gives way to another."""
    few_papers, few_chunks, exact_chunks = {
        "compared": (1_000, 2_000, 20_000),
        "asked for more": (0, 0, 0),
        "asked for more, few compared": (20, 10, 40),
    }[request.param]
    monkeypatch.setattr(candidates, "_FEW_PAPERS", few_papers)
    monkeypatch.setattr(candidates, "FEW_CHUNKS", few_chunks)
    monkeypatch.setattr(candidates, "_EXACT_CHUNKS", exact_chunks)


@dataclass(frozen=True)
class Share:
    """A random share of a library's papers: shorter to print than their ids."""

    share: float
    seed: int

    def of(self, papers: Sequence[Paper]) -> frozenset[str]:
        is_in = np.random.default_rng(self.seed).random(len(papers)) < self.share
        return frozenset(papers[n].paper_id for n in np.flatnonzero(is_in))


@st.composite
def filters(draw: st.DrawFn) -> tuple[SearchFilter, Share | None]:
    """Return bounds that let anything from no paper to all of them through, and a share of them."""
    years = st.none() | st.integers(min_value=1980, max_value=2040)
    shares = st.builds(
        Share, st.sampled_from([0.0, 0.001, 0.01, 0.1, 0.5, 0.99, 1.0]), st.integers(0, 99)
    )
    where = SearchFilter(
        year_from=draw(years),
        year_to=draw(st.none() | years),
        sources=draw(st.none() | st.frozensets(st.sampled_from(SOURCES))),
        authors=draw(st.none() | st.frozensets(st.sampled_from(SURNAMES))),
    )
    return where, draw(st.none() | shares)


def built(stored: Stored, where: tuple[SearchFilter, Share | None]) -> SearchFilter:
    bounds, share = where
    return replace(bounds, paper_ids=share and share.of(stored.papers))


QUERIES = st.lists(st.sampled_from([*VOCABULARY, "unknown"]), min_size=1, max_size=8).map(" ".join)
# The constants are lowered once for all examples, and libraries are only read.
many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def scope_of(stored: Stored, where: SearchFilter) -> Scope:
    paper_rows = stored.library.catalogue.rows_of(where)
    return Scope(paper_rows, stored.library._indexes.matrix.positions_of_papers(paper_rows))


def assert_top_k_matching(
    stored: Stored, query: str, top_k: int, where: SearchFilter | None
) -> None:
    """Assert that a search gives as many papers as it can, all of which meet the filter."""
    matching = stored.rows(where)
    hits = stored.library.search(query, top_k=top_k, where=where)
    found = [int(hit.paper.paper_id[1:]) + 1 for hit in hits]
    assert len(set(found)) == len(found) == min(top_k, len(matching))
    assert set(found) <= matching


def share_of_nearest(stored: Stored, query: str, depth: int, where: SearchFilter | None) -> float:
    """Return what share of the papers that brute force finds nearest `nearest` gives.

    Of those that are as near as the last, any may come.
    """
    vector = HashEncoder().encode([query])[0]
    scope = None if where is None else scope_of(stored, where)
    found = set(
        stored.library._searcher._ranker._finder.nearest(vector, depth=depth, scope=scope).tolist()
    )
    matching = stored.rows(where)
    assert found <= matching
    rows = np.flatnonzero(np.isin(stored.owners, list(matching)))
    similarities = stored.vectors[rows] @ vector
    if len(rows) <= depth:
        assert found == matching
        return 1.0
    last = np.sort(similarities)[-depth]
    surely = set(stored.owners[rows[similarities > last + 1e-5]].tolist())
    assert found <= set(stored.owners[rows[similarities > last - 0.1]].tolist())
    return len(found & surely) / len(surely) if surely else 1.0


@many
@given(where=filters(), query=QUERIES, top_k=st.sampled_from([1, 8, 60, 500]))
def test_a_filtered_search_gives_top_k_papers_that_match_where_there_are_as_many(
    small, branches, where, query, top_k
):
    assert_top_k_matching(small, query, top_k, built(small, where))


@many
@given(where=filters(), query=QUERIES, top_k=st.sampled_from([1, 8, 200]))
def test_a_filtered_search_of_a_large_library_does_so_too(large, branches, where, query, top_k):
    assert_top_k_matching(large, query, top_k, built(large, where))


@many
@given(where=filters(), query=QUERIES, depth=st.sampled_from([1, 10, 100]))
def test_in_a_small_library_the_nearest_papers_are_those_of_brute_force(small, where, query, depth):
    assert share_of_nearest(small, query, depth, built(small, where)) == 1
    assert share_of_nearest(small, query, depth, None) == 1


@many
@given(where=filters(), query=QUERIES, depth=st.sampled_from([1, 10, 100]))
def test_in_a_large_library_a_filters_nearest_papers_are_those_of_brute_force(
    large, where, query, depth
):
    assert share_of_nearest(large, query, depth, built(large, where)) == 1


def test_the_nearest_papers_of_the_graph_are_nearly_all_those_of_brute_force(large, branches):
    random = np.random.default_rng(4)
    wheres = [
        None,
        SearchFilter(sources=frozenset(["arxiv"])),
        SearchFilter(year_to=1990),
        SearchFilter(sources=frozenset(["a list"])),
    ]
    for where in wheres:
        queries = [" ".join(random.choice(VOCABULARY, size=5)) for _ in range(15)]
        shares = [share_of_nearest(large, query, 100, where) for query in queries]
        assert np.mean(shares) > 0.97


@many
@given(where=filters(), query=QUERIES, depth=st.sampled_from([1, 10, 100]))
def test_the_best_matching_papers_are_those_of_the_highest_score_of_all(
    small, branches, where, query, depth
):
    indexes, bounds = small.library._indexes, built(small, where)
    found = small.library._searcher._ranker._finder.best_matching(
        weights_of(query), depth=depth, scope=scope_of(small, bounds)
    )
    matching = small.rows(bounds)
    every = indexes.lexical.search(weights_of(query), top_k=300)
    scores = sorted((every[row] for row in every if row in matching), reverse=True)[:depth]
    assert found.keys() <= matching
    assert list(found.values()) == pytest.approx(scores)


@pytest.mark.parametrize("seed", range(6))
def test_random_libraries_give_top_k_papers_that_match(tmp_path, branches, seed):
    random = np.random.default_rng(seed)
    n_papers = int(random.integers(1, 120))
    stored = make_library(tmp_path / "library", n_papers, seed)
    for _ in range(20):
        ids = frozenset(f"p{n}" for n in np.flatnonzero(random.random(n_papers) < random.random()))
        query = " ".join(random.choice([*VOCABULARY, "unknown"], size=4))
        top_k = int(random.integers(1, n_papers + 2))
        assert_top_k_matching(stored, query, top_k, SearchFilter(paper_ids=ids))
        assert_top_k_matching(stored, query, top_k, None)


def test_a_top_k_of_any_size_is_answered(large, branches):
    for where in (None, SearchFilter(sources=frozenset(["arxiv"]))):
        assert_top_k_matching(large, "word1 word2", 1_000_000_000, where)


def many_chunked(make_paper, n_papers: int) -> Sequence[Paper]:
    """Return papers of 30 chunks that all say what the query of the test says."""
    sentence = "Zebras graze " + "here and there " * 66 + "today."
    return [make_paper(f"Zebras {n}", " ".join([sentence] * 30)) for n in range(n_papers)]


@pytest.mark.parametrize("where", [None, SearchFilter(max_authors=3)])
def test_papers_of_many_chunks_do_not_take_the_places_of_others(
    tmp_path, make_paper, hash_encoder, branches, where
):
    zebras = many_chunked(make_paper, 12)
    others = [make_paper(f"Other {n}", f"Of topic{n}.") for n in range(100)]
    library = Library.create(tmp_path / "library", hash_encoder)
    library.add([make_paper(p.title, p.abstract, n_authors=2) for p in [*zebras, *others]])
    assert library.status().n_chunks > 400
    # No other paper holds a term of the query.
    assert len(library.search("zebras graze here and there", top_k=40, where=where)) == 40
