"""Whether what was found answers the question, or only looks like it."""

import pytest

from assistant.reading.answerability import answers
from assistant.reading.evidence import gather_evidence
from assistant.reading.scoring import score_sentences, term_weights
from assistant.understanding.question import analyse


def is_answered(library, text: str) -> bool:
    question = analyse(text)
    hits = library.search(question.query)
    weights = term_weights(question, library)
    candidates = score_sentences(question, hits, weights, library)
    evidence = gather_evidence(question, candidates, weights)
    return any(answers(question, of_paper, weights) for of_paper in evidence)


@pytest.mark.parametrize(
    "question",
    [
        "What is Pando?",
        "How many finetuned models does Pando contain?",
        "What does DAVinCI do?",
        "How does AttnTrace find the texts behind an answer?",
        "Does AttnTrace use attention weights?",
        "Does quantizing an LLM always make it harder to explain?",
        "How many human-annotated comparison pairs does MM-RLHF contain?",
        "By what criterion does RPM retrieve examples for a new query?",
        "Which score quantifies how long symbolic heads survive in the Late Fusion Architecture?",
    ],
)
def test_what_an_abstract_says_is_answered(library, question):
    assert is_answered(library, question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "How do I repair a bicycle chain?",
        "What learning rate was used to finetune the Pando models?",
        "Which GPU was AttnTrace run on?",
        "Who funded MM-RLHF?",
        "How does ZebraNet work?",
        "Can tailored interventions increase mammography use among women?",
        "Does sleep deprivation in residents affect the safety of patients?",
    ],
)
def test_off_topic_absent_and_untold_things_are_not_answered(library, question):
    assert not is_answered(library, question)
