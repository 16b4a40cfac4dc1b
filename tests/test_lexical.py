"""The lexical index in tantivy."""

from pathlib import Path

import pytest

from vectorstore import Paper, terms
from vectorstore.indexes.lexical import LexicalIndex

PAPERS = [
    Paper("sae", "Sparse Autoencoders", "We train sparse autoencoders on GPT-4 activations."),
    Paper("steer", "Steering Language Models", "Steering uses sparse autoencoders, among others."),
    Paper("mask", "Input Masking", "Convolutional networks are masked."),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "tantivy")
    index.apply(PAPERS, [])
    return index


def test_a_match_in_the_title_counts_more_than_one_in_the_text(index):
    scores = index.search("sparse autoencoder", top_k=5)
    assert list(scores) == ["sae", "steer"]
    assert scores["sae"] > scores["steer"] > 0


def test_words_match_by_their_stem_and_compounds_by_their_parts(index):
    assert list(index.search("mask", top_k=5)) == ["mask"]
    assert list(index.search("gpt", top_k=5)) == ["sae"]
    assert list(index.search("What about GPT-4?", top_k=5)) == ["sae"]


def test_words_of_asking_match_nothing_where_others_are_there(index):
    assert list(index.search("which are among the masked?", top_k=5)) == ["mask"]


@pytest.mark.parametrize("query", ["", "  ", "?!", "zebra", "解释"])
def test_a_query_without_a_known_word_finds_nothing(index, query):
    assert index.search(query, top_k=5) == {}


@pytest.mark.parametrize("query", ['title:sparse AND (text:"', "a*b ~ ^ \\ [x TO y]", "NOT mask"])
def test_a_query_language_is_only_words(index, query):
    index.search(query, top_k=5)
    assert list(index.search("NOT mask", top_k=5)) == ["mask"]


@pytest.mark.timeout(60)
def test_a_query_of_a_hundred_thousand_characters_is_answered(index):
    words = " ".join(f"word{n}" for n in range(12_000))
    assert list(index.search(f"{words} masking", top_k=1)) == ["mask"]


def test_a_paper_of_a_known_id_is_replaced(index):
    index.apply([Paper("mask", "Other Things", "Of zebras.")], [])
    assert index.count() == 3
    assert index.search("masking", top_k=5) == {}
    assert list(index.search("zebra", top_k=5)) == ["mask"]


def test_a_deleted_paper_is_no_longer_found(index):
    index.apply([], ["mask", "never there"])
    assert index.count() == 2
    assert index.search("masking", top_k=5) == {}


def test_ids_are_taken_whole(index):
    index.apply([Paper("a b#c", "Zebra", ""), Paper("a", "Zebra", "")], [])
    index.apply([], ["a"])
    assert list(index.search("zebra", top_k=5)) == ["a b#c"]


def test_document_frequencies_count_papers(index):
    [sparse] = terms("sparse")
    assert index.document_frequencies([sparse, "zebra"]) == {sparse: 2, "zebra": 0}


def test_what_was_stored_is_there_after_opening_again(tmp_path, index):
    assert LexicalIndex(tmp_path / "tantivy").search("masking", top_k=5).keys() == {"mask"}
