"""Questions in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.parts import parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is Pando, and how many models does it contain?",
         ["What is Pando?", "How many models does Pando contain?"]),
        ("What is MM-RLHF? Who introduced it?", ["What is MM-RLHF?", "Who introduced MM-RLHF?"]),
        ("What is AttnTrace and does it need training?",
         ["What is AttnTrace?", "Does AttnTrace need training?"]),
        ("How accurate is SAFER, what does it cost, and who made it?",
         ["How accurate is SAFER?", "What does SAFER cost?", "Who made SAFER?"]),
        ("What does REF-VLM do? How many samples does VTInstruct have?",
         ["What does REF-VLM do?", "How many samples does VTInstruct have?"]),
    ],
)  # fmt: skip
def test_a_question_with_several_parts_is_split_and_each_stands_alone(question, parts):
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "What is Pando?",
        "How and why does it work?",
        "How do Pando and REF-VLM differ, and which is newer?",
        "Is it a method or is it a benchmark?",
        "What is known about cats and what dogs do",
        "Which papers study hallucination and what do they find?",
        "How many dialogue samples and how many task types does VTInstruct have?",
        "Which dataset and which model did they use for training?",
        "",
        "?",
        "and; and, what",
    ],
)
def test_what_is_one_question_stays_whole(question):
    assert parts_of(question) == [question]


@given(st.text(max_size=200))
def test_any_text_has_at_least_one_part_and_none_is_empty(text):
    parts = parts_of(text)
    assert parts == [text] or all(part.strip(" ?") for part in parts)
