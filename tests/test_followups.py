"""Follow-up questions made to stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.followups import refers_back, standalone
from vectorstore import Paper

ZEBRA = Paper("zebra", "ZebraNet: A Dataset of Stripes", "We introduce ZebraNet.")
LION = Paper("lion", "LION: Lazy Inference", "LION sleeps.")
PLAIN = Paper("plain", "On the plainness of plains and other flat things", "Flat.")


@pytest.mark.parametrize(
    ("previous", "cited", "question", "expected"),
    [
        ("What is ZebraNet?", [ZEBRA], "And how many authors does it have?",
         "How many authors does ZebraNet have?"),
        ("What is ZebraNet?", [ZEBRA], "When was it published?", "When was ZebraNet published?"),
        ("What is ZebraNet?", [ZEBRA], "Who are the authors?", "Who are the authors of ZebraNet?"),
        ("What is ZebraNet?", [ZEBRA], "What did they find?",
         "What did the authors of ZebraNet find?"),
        ("What is ZebraNet?", [ZEBRA], "Where is its code?", "Where is ZebraNet's code?"),
        ("What is ZebraNet?", [ZEBRA], "And the code?", "The code of ZebraNet?"),
        ("What is ZebraNet?", [ZEBRA], "Tell me more about this paper.",
         "Tell me more about ZebraNet."),
        ("What is ZebraNet?", [ZEBRA], "Is it possible to extend it?",
         "Is it possible to extend ZebraNet?"),
        ("What is ZebraNet?", [ZEBRA], "What about LION?", "What is LION?"),
        ("How many authors does ZebraNet have?", [ZEBRA], "And LION?",
         "How many authors does LION have?"),
        ("Which papers use stripes?", [ZEBRA, LION], "What about manes?",
         "Which papers are about manes?"),
        ("Which papers are from 2023?", [ZEBRA], "And from 2024?", "Which papers are from 2024?"),
        ("Which papers use stripes?", [ZEBRA], "And in 2024?",
         "Which papers use stripes in 2024?"),
        ("Which papers use stripes?", [ZEBRA, LION, PLAIN], "When was the second one published?",
         "When was LION published?"),
        ("Which papers use stripes?", [ZEBRA, LION, PLAIN], "When was the last one published?",
         f"When was {PLAIN.title} published?"),
        ("How do ZebraNet and LION differ?", [ZEBRA, LION], "When was the latter published?",
         "When was LION published?"),
        ("What is the newest one?", [ZEBRA], "Who wrote it?", "Who wrote ZebraNet?"),
        ("Who sleeps?", [PLAIN], "When was that published?",
         f"When was {PLAIN.title} published?"),
        ("Who sleeps?", [], "When was it published?", "When was it published?"),
    ],
)  # fmt: skip
def test_what_a_follow_up_refers_to_is_filled_in(previous, cited, question, expected):
    assert refers_back(question)
    assert standalone(question, previous, cited) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is LION?",
        "Does LION improve on its baseline?",
        "Which papers study stripes?",
        "How does sparsity affect probing accuracy?",
        "Is it possible to probe sparsity?",
    ],
)
def test_a_question_that_stands_alone_does_not_refer_back(question):
    assert not refers_back(question)


def test_an_ordinal_beyond_what_was_cited_is_left_to_the_topic():
    filled = standalone("What is the fifth one about?", "Which papers use stripes?", [ZEBRA, LION])
    assert "ZebraNet" in filled


def test_a_name_that_ends_in_s_gets_no_second_s():
    paper = Paper("s", "Stripes: A Study", "Stripes.")
    assert standalone("Where is its code?", "What is it?", [paper]) == "Where is Stripes' code?"


WORDS = st.sampled_from(
    "and what about it its their they the first fİrst last one second of these paper it's that"
    " this 2023 since or earlier LION \\1 \\g<0> how many ? . is possible in March 2024".split(" ")
)
TEXT = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=8).map(" ".join))


@given(TEXT, TEXT, TEXT)
def test_no_text_makes_it_fail(question, previous, title):
    refers_back(question)
    paper = Paper("id", title or "x", "Abstract.")
    for cited in ([], [paper], [paper, LION]):
        assert isinstance(standalone(question, previous, cited), str)
