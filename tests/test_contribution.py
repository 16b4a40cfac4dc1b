"""The sentence in which an abstract says what its paper does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.contribution import contribution_span, is_contribution
from vectorstore import Paper


@pytest.mark.parametrize(
    "sentence",
    [
        "We introduce Zebra, a dataset.",
        "In this work, we carefully propose a method.",
        "This paper presents a survey.",
        "Our framework provides guarantees.",
        "We conduct experiments.",
    ],
)
def test_a_sentence_of_deeds_is_a_contribution(sentence):
    assert is_contribution(sentence)


@pytest.mark.parametrize(
    "sentence", ["Models are large.", "Others propose zebras.", "We are few.", ""]
)
def test_a_sentence_about_the_world_is_none(sentence):
    assert not is_contribution(sentence)


@pytest.mark.parametrize(
    ("abstract", "sentence"),
    [
        ("Zebras run. We study them. We introduce a herd.", "We introduce a herd."),
        ("Zebras run. We study them. They like it.", "We study them."),
        ("Zebras run. They like it.", "Zebras run."),
        ("One line without an end", "One line without an end"),
    ],
)
def test_what_is_new_comes_before_other_deeds_and_these_before_the_first_sentence(
    make_paper, abstract, sentence
):
    assert contribution_span(make_paper(abstract=abstract)).of(abstract) == sentence


def test_most_bundled_abstracts_say_what_they_do(bundled_papers):
    spans = [contribution_span(paper).of(paper.abstract) for paper in bundled_papers]
    assert all(spans)
    assert sum(map(is_contribution, spans)) >= 0.9 * len(spans)


@given(st.text(max_size=200))
def test_the_span_lies_in_any_abstract(abstract):
    span = contribution_span(Paper("id", "Title", abstract))
    assert 0 <= span.start <= span.end <= len(abstract)
