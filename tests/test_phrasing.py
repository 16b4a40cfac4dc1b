"""An abstract's sentence as somebody else reports it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.markdown import plain_text
from assistant.reading.phrasing import reported, with_lead_in
from vectorstore import split_sentences


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("However, we show that our method wins.", "The authors show that their method wins."),
        ("We train it, and we test it.", "The authors train it, and they test it."),
        ("Our results improve.", "The authors' results improve."),
        ("This paper presents zebras", "The paper presents zebras."),
        ("In this paper, we ask why.", "The authors ask why."),
        ("To address this gap, we introduce X.", "The authors introduce X."),
        ("It helps us and ours;", "It helps them and theirs."),
        ("Does it work?", "Does it work?"),
        ("Two\nlines   here.", "Two lines here."),
        ("US hospitals buy GPUs.", "US hospitals buy GPUs."),
        ("Therefore and because of it, zebras run.", "Therefore and because of it, zebras run."),
    ],
)
def test_a_sentence_is_reported_in_the_third_person_without_loose_openers(sentence, expected):
    assert reported(sentence) == expected


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*", text)


def test_every_sentence_of_the_bundled_papers_keeps_its_numbers_when_reported(bundled_papers):
    for paper in bundled_papers:
        for span in split_sentences(paper.abstract):
            sentence = span.of(paper.abstract)
            assert numbers(reported(sentence)) == numbers(sentence)


PIECES = st.sampled_from(
    "We we our Our us 3 4.5 1,000 70B 12% this paper However, , to address these limitations To"
    " in order solve such first Second, the authors their . : ; and GPT-4 2023 (5) then, Finally,"
    " as a result".split(" ")
)


@given(st.lists(PIECES, max_size=14).map(" ".join))
@example("To address these 12 limitations, we test 3.")
def test_no_reporting_loses_or_adds_a_number(sentence):
    assert numbers(reported(sentence)) == numbers(sentence)


@given(st.text(max_size=120))
def test_any_sentence_is_reported_on_one_line_that_ends(sentence):
    text = reported(sentence)
    assert text.endswith((".", "!", "?"))
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The authors show it.", "According to *Zebra* (2024), the authors show it."),
        ("GPT-4 shows it.", "According to *Zebra* (2024), GPT-4 shows it."),
        ("Grevy Zebras show it.", "According to *Zebra* (2024), Grevy Zebras show it."),
        ("Savannas are dry.", "According to *Zebra* (2024), Savannas are dry."),
        ("Models are dry.", "According to *Zebra* (2024), models are dry."),
    ],
)
def test_the_lead_in_names_the_paper_and_keeps_the_capitals_of_names(
    make_paper, sentence, expected
):
    paper = make_paper("Zebra: A Dataset", "Found in Savannas. Models are dry.", year=2024)
    assert with_lead_in(sentence, paper) == expected


def test_the_lead_in_has_no_year_where_none_is_known_and_escapes_what_it_quotes(make_paper):
    paper = make_paper("A *starred* title", "Text.")
    text = with_lead_in("Use <b>x_1</b> now.", paper)
    assert text == r"According to *A \*starred\* title*, use \<b\>x\_1\</b\> now."
    assert plain_text(text) == "According to A *starred* title, use <b>x_1</b> now."
