"""Papers ranked by both kinds of search."""

import numpy as np

from vectorstore import Library, Paper
from vectorstore.ranking import Ranker


def ranked(library: Library, query: str, n_papers: int = 5) -> tuple[list[str], list[float]]:
    vector = library._vectors.of([query])[0]
    found = Ranker(library._indexes).rank(query, vector, n_papers=n_papers, scope=None)
    assert len(found.paper_rows) == len(found.bm25) == len(found.fused)
    papers = library.catalogue.get_rows(found.paper_rows.tolist())
    return [papers[row].title for row in found.paper_rows.tolist()], found.fused.tolist()


def test_papers_come_best_first_and_no_more_than_asked_for(library):
    titles, scores = ranked(library, "How many finetuned models does Pando contain?")
    assert titles[0].startswith("Pando")
    assert len(titles) == 5
    assert scores == sorted(scores, reverse=True)
    assert 0 <= min(scores) <= max(scores) <= 1.0001


def test_a_paper_that_only_one_kind_of_search_finds_is_ranked_too(make_library):
    library = make_library(
        [
            Paper("word", "Zebrafish", "A note."),
            *(Paper(f"p{n}", f"Title {n}", f"Text number {n} on models.") for n in range(9)),
        ]
    )
    assert ranked(library, "zebrafish", 1)[0] == ["Zebrafish"]


def test_the_bm25_score_is_that_of_the_query_alone(library):
    query = "sparse autoencoders"
    vector = library._vectors.of([query])[0]
    found = Ranker(library._indexes).rank(query, vector, n_papers=40, scope=None)
    papers = library.catalogue.get_rows(found.paper_rows.tolist())
    for row, score in zip(found.paper_rows.tolist(), found.bm25.tolist(), strict=True):
        text = f"{papers[row].title} {papers[row].abstract}".casefold()
        assert (score > 0) == ("spars" in text or "autoencoder" in text)


def test_a_query_without_a_known_word_is_ranked_by_meaning_alone(library):
    titles, scores = ranked(library, "¿?")
    assert len(titles) == 5
    assert np.isfinite(scores).all()
