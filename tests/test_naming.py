"""Which names of a question a paper must mention, and whether it does."""

import pytest

from assistant.reading.naming import (
    is_in_title,
    is_spelled_out,
    missing_names,
    names_paper,
    names_to_find,
)
from assistant.understanding.question import analyse


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Is Acupuncture Efficacious for Treating Phonotraumatic Vocal Pathologies?", ()),
        ("Do EMS Providers Provide Appropriate Tidal Volumes in a Simulated Patient?", ("EMS",)),
        ("Oral mucocele: Another salivary gland disease?", ()),
        ("Does Pando beat AttnTrace?", ("Pando", "AttnTrace")),
        ("How do Pando, Anchor and Reactome differ?", ("Pando", "Anchor", "Reactome")),
        ("What is it? Pando is named, and Pando again.", ("Pando",)),
    ],
)
def test_a_headline_or_a_new_sentence_makes_no_names(text, names):
    assert names_to_find(analyse(text)) == names


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


def test_a_title_has_a_name_or_not(make_paper):
    question = analyse("How does ZebraNet work?")
    assert is_in_title(question, make_paper("ZebraNet: Stripes"))
    assert not is_in_title(question, make_paper("Stripes"))
    assert not is_in_title(question, make_paper(""))


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("ZebraNet: Stripes", True),
        ("The ZebraNet: Stripes", True),
        ("Zebra: Stripes", False),
        ("ZebraNet", False),  # a whole title is no name
        ("How ZebraNet works, told in so many words: Stripes", False),
        ("", False),
        (": Stripes", False),
    ],
)
def test_a_paper_is_named_by_what_stands_before_the_colon(make_paper, title, named):
    assert names_paper(analyse("How does zebranet work?"), make_paper(title)) is named
