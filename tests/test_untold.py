"""What an abstract does not tell, in words."""

import pytest

from assistant.reading.untold import listed, untold
from assistant.understanding.question import analyse


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("What GPU was used to train ZebraNet?", "does not mention a GPU"),
        ("Which optimizer was used for ZebraNet?", "does not mention an optimizer"),
        ("How many GPU hours did ZebraNet take?", "does not say how many GPU hours"),
        ("Does ZebraNet beat Okapi7 and GPT-4?", "does not mention Okapi7 or GPT-4"),
        ("How long did the training of ZebraNet take?", "does not say how long"),
        ("How much did the annotation of ZebraNet cost?", "does not say how much"),
        ("Who funded ZebraNet?", "does not say who"),
        ("How does ZebraNet sleep?", "does not answer this"),
    ],
)
def test_what_the_rules_miss_is_said(make_paper, text, clause):
    paper = make_paper("ZebraNet: Stripes", "We train ZebraNet on stripes, with annotation.")
    assert untold(analyse(text), paper) == clause


def test_a_name_stands_in_the_phrase_that_it_is_part_of():
    question = analyse("When did the Second World War end?")
    assert listed(question, ["Second", "War"]) == "Second World War"


def test_names_are_escaped():
    assert listed(analyse("Is A_1_B here?"), ["A_1_B"]) == r"A\_1\_B"
