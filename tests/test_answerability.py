"""Whether what was found answers the question, or only looks like it."""

import pytest

from assistant.reading.answerability import answers, is_spelled_out, missing_names
from assistant.reading.scoring import best_by_paper, score_sentences, term_weights
from assistant.understanding.question import analyse


def is_answered(library, text: str) -> bool:
    question = analyse(text)
    hits = library.search(question.query)
    weights = term_weights(question, library)
    candidates = score_sentences(question, hits, weights, library)
    return any(answers(question, candidate, weights) for candidate in best_by_paper(candidates))


@pytest.mark.parametrize(
    "question",
    [
        "What is Pando?",
        "How many finetuned models does Pando contain?",
        "What does DAVinCI do?",
        "How does AttnTrace find the texts behind an answer?",
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
    ],
)
def test_off_topic_absent_and_untold_things_are_not_answered(library, question):
    assert not is_answered(library, question)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is ZebraNet?", []),
        ("Is ZebraNets big?", []),
        ("Does ZebraNet use GPT-4?", ["GPT-4"]),
        ("What does the SEEK benchmark hold?", ["SEEK"]),
        ("Was an RNN used?", []),
        ("Was the ABC used?", []),
    ],
)
def test_a_name_must_stand_in_the_paper_or_be_spelled_out_there(make_paper, question, missing):
    paper = make_paper(
        "ZebraNet: Stripes", "We seek stripes with a recurrent neural network (ABC)."
    )
    assert missing_names(analyse(question), paper) == missing


@pytest.mark.parametrize(
    ("acronym", "text", "spelled_out"),
    [
        ("PCA", "by principal component analysis", True),
        ("CNNs", "convolutional neural networks", True),
        ("PCA", "by components", False),
        ("AI", "all in", False),  # two letters are found anywhere
        ("Pca", "principal component analysis", False),
    ],
)
def test_an_acronym_is_spelled_out_by_the_first_letters_of_words(acronym, text, spelled_out):
    assert is_spelled_out(acronym, text) is spelled_out
