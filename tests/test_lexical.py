"""The lexical index in tantivy."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from vectorstore import Paper, terms
from vectorstore.indexes.lexical import LexicalIndex, weights_of

SAE, STEER, MASK = 1, 2, 3
PAPERS = {
    SAE: Paper("sae", "Sparse Autoencoders", "We train sparse autoencoders on GPT-4 activations."),
    STEER: Paper("s", "Steering Language Models", "Steering uses sparse autoencoders and others."),
    MASK: Paper("mask", "Input Masking", "Convolutional networks are masked."),
}


def change(index: LexicalIndex, papers: dict[int, Paper], gone: Sequence[int] = ()) -> None:
    with index.writing() as writer:
        writer.remove(gone)
        writer.put(papers)


def search(index: LexicalIndex, query: str, **limits) -> dict[int, float]:
    return index.search(weights_of(query), **limits)


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "tantivy")
    change(index, PAPERS)
    return index


def test_a_short_text_that_holds_the_words_more_often_comes_first(index):
    scores = search(index, "sparse autoencoder", top_k=5)
    assert list(scores) == [SAE, STEER]
    assert scores[SAE] > scores[STEER] > 0


def test_words_that_stand_together_as_in_the_query_count_more(tmp_path):
    index = LexicalIndex(tmp_path / "pairs")
    together = Paper("a", "A", "Of steering vectors and owls in models.")
    apart = Paper("b", "B", "Of vectors and owls in steering models.")
    change(index, {1: apart, 2: together})
    scores = search(index, "steering vectors", top_k=2)
    assert scores[2] > scores[1] > 0


def test_what_weighs_more_scores_more(index):
    [term] = terms("masking")
    single, double = (index.search({("text", term): w}, top_k=1)[MASK] for w in (1.0, 2.0))
    assert double == pytest.approx(2 * single)
    assert index.search({}, top_k=1) == {}


def test_more_than_there_are_gives_all_whatever_is_asked_for(index):
    assert len(search(index, "sparse", top_k=4_000_000_000)) == 2
    assert search(index, "sparse", top_k=0) == {}


def test_words_match_by_their_stem_and_compounds_by_their_parts(index):
    assert list(search(index, "mask", top_k=5)) == [MASK]
    assert list(search(index, "gpt", top_k=5)) == [SAE]
    assert list(search(index, "What about GPT-4?", top_k=5)) == [SAE]


def test_words_of_asking_match_nothing_where_others_are_there(index):
    assert list(search(index, "which are among the masked?", top_k=5)) == [MASK]


@pytest.mark.parametrize("query", ["", "  ", "?!", "zebra", "解释"])
def test_a_query_without_a_known_word_finds_nothing(index, query):
    assert search(index, query, top_k=5) == {}


@pytest.mark.parametrize("query", ['title:sparse AND (text:"', "a*b ~ ^ \\ [x TO y]", "NOT mask"])
def test_a_query_language_is_only_words(index, query):
    search(index, query, top_k=5)
    assert list(search(index, "NOT mask", top_k=5)) == [MASK]


@pytest.mark.timeout(60)
def test_a_query_of_a_hundred_thousand_characters_is_answered(index):
    words = " ".join(f"word{n}" for n in range(12_000))
    assert list(search(index, f"{words} masking", top_k=1)) == [MASK]


def test_a_paper_of_a_known_row_is_replaced(index):
    change(index, {MASK: Paper("mask", "Other Things", "Of zebras.")})
    assert index.count() == 3
    assert search(index, "masking", top_k=5) == {}
    assert list(search(index, "zebra", top_k=5)) == [MASK]


def test_a_deleted_paper_is_no_longer_found(index):
    change(index, {}, gone=[MASK, 99])
    assert index.count() == 2
    assert search(index, "masking", top_k=5) == {}


def test_a_paper_that_goes_and_comes_in_one_change_is_there(index):
    change(index, {MASK: PAPERS[MASK]}, gone=[MASK])
    assert list(search(index, "masking", top_k=5)) == [MASK]
    assert index.count() == 3


def test_a_change_that_fails_changes_nothing(index):
    def failing() -> None:
        with index.writing() as writer:
            writer.remove([SAE, STEER])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as kept:  # its traceback holds on to the writer
        failing()
    assert index.count() == 3
    change(index, {}, gone=[MASK])
    assert index.count() == 2
    assert kept.tb


def test_scores_within_some_papers_are_those_among_all(index):
    scores = search(index, "sparse autoencoder networks", top_k=5)
    assert len(scores) == 3
    for rows in ([STEER], [SAE, MASK], [MASK, 99], [1, 2, 3]):
        found = search(index, "sparse autoencoder networks", top_k=5, within=rows)
        assert found == pytest.approx({row: scores[row] for row in scores if row in rows})


def test_of_the_papers_within_the_best_come_first_and_no_more_than_are_wanted(index):
    assert list(search(index, "sparse networks", top_k=1, within=[STEER, SAE])) == [SAE]


def test_within_no_papers_nothing_is_found(index):
    assert search(index, "sparse", top_k=5, within=[]) == {}
    assert search(index, "zebra", top_k=5, within=[SAE, STEER]) == {}


def test_papers_with_all_terms_hold_each_of_them_in_title_or_abstract(index):
    assert sorted(index.papers_with_all_terms("sparse autoencoders")) == [SAE, STEER]
    assert index.papers_with_all_terms("the sparse language") == [STEER]
    assert index.papers_with_all_terms("sparse zebra") == []
    assert index.papers_with_all_terms("?") == []


def test_an_empty_index_finds_nothing(tmp_path):
    empty = LexicalIndex(tmp_path / "empty")
    assert (empty.count(), search(empty, "sparse", top_k=5)) == (0, {})
    assert empty.papers_with_all_terms("sparse") == []


def test_document_frequencies_count_papers(index):
    [sparse] = terms("sparse")
    assert index.document_frequencies([sparse, "zebra"]) == {sparse: 2, "zebra": 0}


def test_what_was_stored_is_there_after_opening_again(tmp_path, index):
    assert search(LexicalIndex(tmp_path / "tantivy"), "masking", top_k=5).keys() == {MASK}
