"""The shape of a question about content."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.understanding.question import Expects, Form, analyse, name_phrases


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("What is Pando?", Form.PASSAGE),
        ("Which papers study steering?", Form.LIST),
        ("any work on steering", Form.LIST),
        ("papers about steering", Form.LIST),
        ("everything on steering", Form.LIST),
        ("Who works on steering?", Form.LIST),
        ("What was published about steering?", Form.LIST),
        ("What has appeared on steering?", Form.LIST),
        ("What is new on steering?", Form.LIST),
        ("How do Pando and AttnTrace differ?", Form.COMPARISON),
        ("Pando vs AttnTrace", Form.COMPARISON),
        ("How does steering work?", Form.PASSAGE),
    ],
)
def test_the_form_says_how_the_answer_is_laid_out(text, form):
    assert analyse(text).form is form


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("How many models does Pando hold?", Expects.NUMBER),
        ("By how much is it better?", Expects.NUMBER),
        ("Where is the code of Pando?", Expects.LINK),
        ("Pando github", Expects.LINK),
        ("Who annotated the data?", Expects.PERSON),
        ("Why do probes fail?", Expects.REASON),
        ("How do probes work?", Expects.METHOD),
        ("What is a probe?", Expects.DEFINITION),
        ("Summarize Pando", Expects.DEFINITION),
        ("Do probes work?", Expects.ANYTHING),
    ],
)
def test_a_question_expects_a_kind_of_answer(text, expects):
    assert analyse(text).expects is expects


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What is MM-RLHF?", ("MM-RLHF",)),
        ("Does Pando beat AttnTrace on GPT-4?", ("Pando", "AttnTrace", "GPT-4")),
        ("Probes are what?", ()),
        ("What did the Authors of Paper 3 find?", ()),
        ("SAE-based probes", ("SAE",)),
    ],
)
def test_names_are_the_words_written_like_names(text, names):
    assert tuple(name for name in analyse(text).names if not name.isdigit()) == names


def test_names_that_stand_together_are_one_phrase():
    text = "How do Grevy Zebra Stripes differ from ProtoPathway?"
    assert [phrase.group() for phrase in name_phrases(text)] == [
        "Grevy Zebra Stripes",
        "ProtoPathway",
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How many finetuned models does Pando contain?", ("finetuned", "models")),
        ("How many people took part?", ("people",)),
        ("Which dataset is used?", ("dataset",)),
        ("Which image datasets served to test Pando?", ("image", "datasets")),
        ("What they generate is good?", ()),
        ("Do probes work?", ()),
    ],
)
def test_the_asked_noun_is_found(text, asked):
    assert analyse(text).asked == asked


def test_a_kind_that_every_abstract_is_made_of_is_generic_and_may_want_a_name():
    dataset, optimizer = analyse("Which dataset is used?"), analyse("Which optimizer is used?")
    assert dataset.is_generic
    assert dataset.wants_name
    assert not optimizer.is_generic
    assert not optimizer.wants_name


def test_how_many_counts_but_how_many_times_more_does_not():
    assert analyse("How many models are there?").counts
    assert not analyse("How many times faster is it?").counts


def test_a_list_is_searched_by_its_topic_alone():
    assert analyse("Which papers study sparse autoencoders?").query == "sparse autoencoders"
    assert analyse("What is a sparse autoencoder?").query == "What is a sparse autoencoder?"


@given(st.text(max_size=120))
@example("ᴬ")
def test_any_text_is_analysed_and_has_something_to_search(text):
    question = analyse(text)
    assert question.query or not text
    assert all(term == term.casefold() for term in question.terms)
    assert len(set(question.names)) == len(question.names)
    assert all(phrase.group() in question.text for phrase in name_phrases(question.text))
