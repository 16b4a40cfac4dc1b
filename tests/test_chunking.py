"""Abstracts cut into chunks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Paper, read_bundled_papers, split_sentences
from vectorstore.chunking import Chunk, chunk_abstract, text_to_embed

SENTENCES = st.lists(
    st.text("abc XYZ.", min_size=1, max_size=60).map(lambda text: f"S{text.strip()}."), max_size=30
)


@given(SENTENCES.map(" ".join), st.integers(min_value=20, max_value=300))
def test_chunks_are_whole_sentences_in_order_that_cover_the_abstract(abstract, max_chars):
    paper = Paper("p", "T", abstract)
    spans = split_sentences(abstract)
    chunks = chunk_abstract(paper, max_chars=max_chars)
    assert [chunk.position for chunk in chunks] == list(range(len(chunks)))
    if not spans:
        assert [(chunk.start, chunk.end) for chunk in chunks] == [(0, 0)]
        return
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    position = 0
    for chunk in chunks:
        assert chunk.start in starts
        assert chunk.end in ends
        assert abstract[position : chunk.start].strip() == ""
        inside = [span for span in spans if chunk.start <= span.start < chunk.end]
        assert chunk.end - chunk.start <= max_chars or len(inside) == 1
        position = chunk.end
    assert abstract[position:].strip() == ""


def test_sentences_are_spread_evenly_so_that_no_chunk_is_a_short_rest():
    abstract = " ".join(f"Sentence number {n} says a little." for n in range(33))
    chunks = chunk_abstract(Paper("p", "T", abstract), max_chars=1_000)
    lengths = [chunk.end - chunk.start for chunk in chunks]
    assert len(chunks) == 2
    assert min(lengths) > 0.7 * max(lengths)


@pytest.mark.parametrize("paper", read_bundled_papers().papers, ids=lambda paper: paper.short_title)
def test_every_bundled_abstract_makes_two_or_three_chunks_under_the_limit(paper):
    chunks = chunk_abstract(paper, max_chars=1_000)
    assert 2 <= len(chunks) <= 3
    assert all(chunk.end - chunk.start <= 1_000 for chunk in chunks)


@pytest.mark.parametrize("abstract", ["", "  \n"])
def test_a_paper_without_an_abstract_has_one_empty_chunk_embedded_by_its_title(abstract):
    paper = Paper("p", "Only a Title", abstract)
    [chunk] = chunk_abstract(paper, max_chars=100)
    assert chunk == Chunk("p", position=0, start=0, end=0)
    assert text_to_embed(paper, chunk) == "Only a Title\n"


def test_the_encoder_reads_the_title_and_the_words_of_the_chunk():
    paper = Paper("p", "The Title", "First one. Second one.")
    [first, second] = chunk_abstract(paper, max_chars=12)
    assert text_to_embed(paper, first) == "The Title\nFirst one."
    assert text_to_embed(paper, second) == "The Title\nSecond one."
