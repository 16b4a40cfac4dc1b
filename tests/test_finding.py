"""Yes/no questions, and the sentences that settle one."""

import pytest

from assistant.reading.finding import asks_yes_or_no, finding_probability
from assistant.understanding.question import analyse


@pytest.mark.parametrize(
    "text",
    [
        "Can tailored interventions increase mammography use among HMO women?",
        "Double balloon enteroscopy: is it efficacious and safe in a community setting?",
        "Gluten tolerance in adult patients with celiac disease 20 years after diagnosis?",
        "Does it help patients whose disease is well controlled?",
        "Cold knife conization vs. LEEP. Are they the same procedure?",
    ],
)
def test_questions_whether_something_is_so_are_recognised(text):
    assert asks_yes_or_no(analyse(text))


@pytest.mark.parametrize(
    "text",
    [
        "What is Pando?",
        "How does AttnTrace work?",
        "Which papers study volcanoes?",
        "Are there any papers on volcanoes?",
        "Is there anything on quantized models?",
        "Can you tell me what AttnTrace is?",
        "Is the code on GitHub?",
        "Tell me about steering.",
    ],
)
def test_questions_for_a_thing_a_paper_or_a_link_are_not(text):
    assert not asks_yes_or_no(analyse(text))


ABSTRACT = (
    "The aim of this study was to determine whether zebras sleep.",
    "We recruited 40 zebras and used questionnaires.",
    "Zebras slept significantly longer than horses (p < 0.01).",
)


def test_a_result_is_a_finding_and_an_aim_or_a_method_is_not():
    aim, method, result = (
        finding_probability(sentence, position, len(ABSTRACT))
        for position, sentence in enumerate(ABSTRACT)
    )
    assert aim < 0.1
    assert method < 0.5
    assert result > 0.9


def test_what_a_paper_proposes_counts_as_what_it_found():
    proposes = "We propose Zebra, a method based on stripes."
    assert finding_probability(proposes, 0, 1) > finding_probability("Zebras have stripes.", 0, 1)


def test_the_probability_of_a_lone_sentence_is_one_too():
    assert 0 < finding_probability("", 0, 1) < 1


def test_a_yes_no_question_is_answered_by_the_finding_not_by_the_aim(make_library, make_paper):
    from assistant.assistant import Assistant
    from assistant.writers.extractive import ExtractiveWriter

    library = make_library([make_paper("Zebra sleep", " ".join(ABSTRACT))])
    answer = Assistant(library, ExtractiveWriter(library)).ask(
        "Do zebras sleep longer than horses?"
    )
    assert answer.citations[0].quote == ABSTRACT[2]
