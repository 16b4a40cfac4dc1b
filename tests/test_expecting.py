"""Whether a sentence holds the kind of thing that a question asks for."""

import pytest

from assistant.reading.expecting import counts_of, expectation_bonus, states_size
from assistant.understanding.question import analyse


@pytest.mark.parametrize(
    ("noun", "text", "given"),
    [
        ("models", "It holds 720 finetuned models.", True),
        ("people", "Five people took part.", True),
        ("models", "It has 3% fewer models.", False),
        ("models", "Its models are many.", False),
        ("models", "In 2023 a very long and winding road led us to models.", False),
        ("pairs", "It has 120k fine-grained, human-annotated preference comparison pairs.", True),
        (
            "pairs",
            "In 2023 fine-grained, human-annotated preferences became pairs of pairs.",
            False,
        ),
        ("parameters", "We use a 70B model.", True),
        ("models", "", False),
    ],
)
def test_a_number_counts_the_noun_that_it_stands_before(noun, text, given):
    assert counts_of(noun, text) is given


@pytest.mark.parametrize(
    ("text", "names", "stated"),
    [
        ("A case study in the 70B Chinchilla model.", ["Chinchilla"], True),
        ("We trained it with Llama-3 8B.", ["Llama-3"], True),
        ("It beats GPT-4 judges and nears the far larger Nemotron-4 340B.", ["GPT-4"], False),
        ("It has 12 layers.", [], False),
    ],
)
def test_a_size_is_that_of_the_model_it_stands_beside(text, names, stated):
    assert states_size(text, names) is stated


@pytest.mark.parametrize(
    ("question", "better", "worse"),
    [
        ("Where is the code?", "Code is at https://example.org/x.", "We release code."),
        ("How many users took part?", "We asked 40 users.", "We asked users."),
        ("What is an owl net?", "An owl net is a network of owls.", "We train the owl net."),
        ("Which dataset is used?", "We test it on OwlQA.", "We test it on questions."),
        ("What is an owl net?", "We train an owl net.", "The owl net is at https://example.org/x."),
    ],
)
def test_a_sentence_that_holds_what_is_asked_gains_more(question, better, worse):
    asked = analyse(question)

    def bonus(text):
        return expectation_bonus(asked, text, frozenset(asked.terms))

    assert bonus(better) > bonus(worse)
