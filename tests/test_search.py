"""Hybrid search."""

from collections.abc import Callable
from datetime import date

import pytest

from vectorstore import Library, Paper, SearchFilter, content_terms


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("How many finetuned models does Pando contain?", "Pando"),
        ("attributing claims and verifying them", "DAVinCI"),
        ("cancer survival from pathways and histology", "ProtoPathway"),
        ("the next step in aligning multimodal LLMs by RLHF", "MM-RLHF"),
        ("circuit analysis of a 70B model", "Chinchilla"),
        ("gaze of radiologists", "FG-CXR"),
    ],
)
def test_the_paper_that_is_asked_for_comes_first(library, query, name):
    assert name in library.search(query)[0].paper.title


def test_hits_come_best_first_with_scores_that_explain_their_rank(library):
    hits = library.search("sparse autoencoders find interpretable features", top_k=8)
    assert len(hits) == 8
    assert len({hit.paper.paper_id for hit in hits}) == 8
    scores = [hit.fused_score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(hit.dense_similarity == hit.passages[0].dense_similarity for hit in hits)
    assert hits[0].bm25_score > 0


def test_passages_are_pieces_of_the_abstract_best_first(library):
    for hit in library.search("steering vectors"):
        similarities = [passage.dense_similarity for passage in hit.passages]
        assert similarities == sorted(similarities, reverse=True)
        spans = sorted((passage.start, passage.end) for passage in hit.passages)
        covered = " ".join(hit.paper.abstract[start:end] for start, end in spans)
        assert covered.split() == hit.paper.abstract.split()


def test_matched_terms_are_those_of_the_query_that_the_paper_has(library):
    query = "finetuned zebras in Pando"
    hit = library.search(query)[0]
    assert set(hit.matched_terms) == set(content_terms("finetuned Pando"))


@pytest.mark.parametrize("top_k", [1, 3, 43])
def test_top_k_papers_come_where_there_are_as_many(library, top_k):
    assert len(library.search("interpretability", top_k=top_k)) == top_k


def test_more_than_there_are_gives_all(library):
    assert len(library.search("interpretability", top_k=1_000_000_000)) == 43


@pytest.mark.parametrize(("query", "top_k"), [("", 5), (" \n", 5), ("models", 0), ("models", -1)])
def test_nothing_is_found_for_nothing(library, query, top_k):
    assert library.search(query, top_k=top_k) == []


@pytest.mark.parametrize("query", ["解释", "?!", "\0", "the of and", "\U0001f600", "x" * 100_000])
def test_odd_queries_are_answered(library, query):
    assert len(library.search(query, top_k=3)) == 3


def test_the_same_query_gives_the_same_hits(library):
    assert library.search("probing language models") == library.search("probing language models")


BOUNDS = [
    (SearchFilter(year_from=2023, year_to=2023), lambda p: p.year == 2023),
    (SearchFilter(year_to=2022), lambda p: p.year <= 2022),
    (SearchFilter(published_from=date(2025, 6, 1)), lambda p: p.published >= date(2025, 6, 1)),
    (SearchFilter(min_authors=10), lambda p: p.n_authors >= 10),
    (SearchFilter(max_authors=1), lambda p: p.n_authors == 1),
    (SearchFilter(year_from=2025, max_authors=2), lambda p: p.year >= 2025 and p.n_authors <= 2),
]


@pytest.mark.parametrize(("where", "meets"), BOUNDS)
@pytest.mark.parametrize("top_k", [1, 8, 43])
def test_a_filter_gives_only_papers_that_meet_it_and_top_k_where_as_many_do(
    library, bundled_papers, where, meets, top_k
):
    matching = [paper for paper in bundled_papers if meets(paper)]
    hits = library.search("sparse autoencoder features", top_k=top_k, where=where)
    assert len(hits) == min(top_k, len(matching))
    assert all(meets(hit.paper) for hit in hits)


def test_a_filter_by_ids_gives_those_papers(library, bundled_papers):
    wanted = {paper.paper_id for paper in bundled_papers[:3]}
    hits = library.search("anything", where=SearchFilter(paper_ids=frozenset({*wanted, "none"})))
    assert {hit.paper.paper_id for hit in hits} == wanted
    assert library.search("anything", where=SearchFilter(paper_ids=frozenset())) == []


def written_by(library: Library, *authors: str) -> set[str]:
    where = SearchFilter(authors=frozenset(authors))
    return {hit.paper.title for hit in library.search("owls", where=where)}


@pytest.mark.parametrize(
    "name",
    [
        "Jörg Müller",
        "jorg muller",
        "JÖRG MÜLLER",
        "Müller",
        "muller",
        "Müller, Jörg",
        "  jörg   müller ",
        "Mu\u0308ller",
    ],
)
def test_an_author_is_found_by_full_name_or_surname_in_any_case_with_or_without_accents(
    make_library, make_paper, name
):
    library = make_library(
        [
            make_paper("First", authors=("Ada Strix", "Jörg Müller")),
            make_paper("Second", authors=("Müller, Jörg",)),
            make_paper("Third", authors=("Ada Strix", "Mülleria Bubo")),
            make_paper("Fourth"),
        ]
    )
    assert written_by(library, name) == {"First", "Second"}


def test_a_filter_by_authors_gives_the_papers_of_any_of_them(make_library, make_paper):
    library = make_library(
        [
            make_paper("First", authors=("Ada Strix", "Bo Ural")),
            make_paper("Second", authors=("Cy Strix",), year=2020),
            make_paper("Third", authors=("Dee Bubo",), year=2024),
        ]
    )
    assert written_by(library, "Strix") == {"First", "Second"}
    assert written_by(library, "Ada Strix") == {"First"}
    assert written_by(library, "Ural", "Bubo") == {"First", "Third"}
    assert written_by(library, "Ada") == written_by(library, "") == written_by(library) == set()
    of_strix_or_bubo = SearchFilter(authors=frozenset(["Strix", "Bubo"]), year_from=2021)
    [hit] = library.search("owls", where=of_strix_or_bubo)
    assert hit.paper.title == "Third"


def test_a_filter_by_sources_gives_the_papers_of_any_of_them(make_library, make_paper):
    library = make_library(
        [make_paper(f"Paper {source}", source=source) for source in ("arxiv", "a blog", "")]
    )
    for sources in (["arxiv"], ["arxiv", "a blog", "unknown"], [""], ["ARXIV"], []):
        where = SearchFilter(sources=frozenset(sources))
        found = {hit.paper.source for hit in library.search("owls", where=where)}
        assert found == {"arxiv", "a blog", ""} & set(sources)


def test_a_filter_sees_what_was_added_changed_and_removed_meanwhile(make_library, make_paper):
    library = make_library([make_paper("First", authors=("Ada Strix",))])
    assert written_by(library, "Strix") == {"First"}
    library.add([make_paper("Second", authors=("Bo Strix",))])
    assert written_by(library, "Strix") == {"First", "Second"}
    library.add([make_paper("First", authors=("Ada Bubo",))])
    assert written_by(library, "Strix") == {"Second"}
    library.remove([make_paper("Second").paper_id])
    assert written_by(library, "Strix") == set()


def test_an_empty_filter_is_no_filter(library):
    assert library.search("probes", where=SearchFilter()) == library.search("probes")


def test_papers_of_many_chunks_do_not_crowd_out_the_others(
    make_library: Callable[..., Library], make_paper: Callable[..., Paper]
):
    text = " ".join(f"Zebra sentence number {n} about zebras. {'word ' * 60}." for n in range(60))
    long_ones = [make_paper(f"Zebra {n}", text) for n in range(3)]
    others = [make_paper(f"Other {n}", f"Something {n} else.") for n in range(9)]
    library = make_library([*long_ones, *others])
    assert library.status().n_chunks > 60
    assert len(library.search("zebra", top_k=10)) == 10


def test_an_empty_library_finds_nothing(make_library):
    library = make_library()
    assert library.search("anything") == []
    assert library.search("anything", where=SearchFilter(year_from=2020)) == []


def test_papers_without_abstract_or_date_are_found_by_their_title(make_library, make_paper):
    library = make_library([make_paper("Zebras", ""), make_paper("Lions", "Of lions.")])
    assert library.search("zebras")[0].paper.title == "Zebras"
    assert library.search("zebras", where=SearchFilter(year_from=2000)) == []


def test_similarities_are_one_cosine_a_text(library):
    same, near, far = library.similarities(
        "sparse autoencoders",
        ["sparse autoencoders", "autoencoders that are sparse", "a recipe for soup"],
    )
    assert same == pytest.approx(1, abs=1e-4)
    assert same > near > far
    assert library.similarities("anything", []) == []


def test_document_frequencies_are_those_of_the_library(library):
    frequencies = library.document_frequencies(content_terms("interpretability zebra"))
    assert frequencies["zebra"] == 0
    assert max(frequencies.values()) > 25
