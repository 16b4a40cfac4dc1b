"""Sentence boundaries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import Span, read_bundled_papers, split_sentences
from vectorstore.sentences import ABBREVIATIONS


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "We compare with Smith et al. Their work is older|",
        "It uses tools, e.g. Python and i.e. Rust.",
        "See Fig. 3 and Eq. 2 for this.",
        "J. Smith and A. B. Jones wrote it.",
        "We train Llama 3.1 on 2.5 million rows.",
        "The score rises by 3.5 points vs. GPT-4 on this.",
        "It is state of the art w.r.t. BLEU.",
        "It is called v.2 (cf. Section 3).",
    ],
)
def test_abbreviations_initials_and_numbers_end_no_sentence(text):
    text = text.replace("|", "")
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Why? Because! Fine.", ["Why?", "Because!", "Fine."]),
        ("It works. 720 models show it.", ["It works.", "720 models show it."]),
        ('He said "Never." Then he left.', ['He said "Never."', "Then he left."]),
        ("It is so (we think.) And yet.", ["It is so (we think.)", "And yet."]),
        ("It ends here... Then more.", ["It ends here...", "Then more."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("A head\n\nA text", ["A head", "A text"]),
        ("A line\nbroken. Next", ["A line\nbroken.", "Next"]),
        ('Done. "Quoted" starts.', ["Done.", '"Quoted" starts.']),
        ("The end of it.  \n ", ["The end of it."]),
        ("Results improve. Éclair is better.", ["Results improve.", "Éclair is better."]),
    ],
)
def test_a_stop_before_a_capital_or_a_digit_ends_a_sentence(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n\t"])
def test_a_text_without_words_has_no_sentence(text):
    assert split_sentences(text) == []


PIECES = st.sampled_from(
    [*"aZ9 .!?\n\"')(”", " ", ". ", ".  A", "\n\n", *sorted(ABBREVIATIONS)[:9]]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_sentences_are_in_order_apart_trimmed_and_leave_out_only_white_space(text):
    spans = split_sentences(text)
    position = 0
    for span in spans:
        assert text[position : span.start].strip() == ""
        assert position <= span.start < span.end <= len(text)
        assert span.of(text) == span.of(text).strip()
        position = span.end
    assert text[position:].strip() == ""


def test_the_bundled_abstracts_fall_into_sentences_of_sensible_length():
    lengths = [
        span.end - span.start
        for paper in read_bundled_papers().papers
        for span in split_sentences(paper.abstract)
    ]
    assert 300 < len(lengths) < 500
    assert min(lengths) > 15
    assert max(lengths) < 700


@pytest.mark.parametrize("piece", [".", ". ", "?!", ".)", "\n", "\n ", "' "])
@pytest.mark.timeout(20)
def test_a_hundred_thousand_stops_take_no_quadratic_time(piece):
    split_sentences(piece * 100_000)


def test_a_span_gives_its_characters():
    assert Span(2, 4).of("abcdef") == "cd"
