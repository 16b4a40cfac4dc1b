"""Broken words, ligatures, mojibake, labels and white space are mended."""

import pytest

from vectorstore.cleaning import clean_text, clean_title

SENTENCE = "This is a sentence that is long enough to stand before the end of an abstract."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("an inter-\nnational study", "an international study"),
        (
            "the state-of-\nthe-art, state-\nof-the-art and state-of-the-\nart",
            "the state-of-the-art, state-of-the-art and state-of-the-art",
        ),
        (
            "in pre-\nand post-training, low- or high-resource",
            "in pre- and post-training, low- or high-resource",
        ),
        ("self-\nsupervised and domain-\nspecific", "self-supervised and domain-specific"),
        ("GPT-\n4, multi-\nHead and Wiki-\nText", "GPT-4, multi-Head and Wiki-Text"),
        (
            "We fine-tune by fine-\ntuning a fine-tuning",
            "We fine-tune by fine-tuning a fine-tuning",
        ),
        ("pretraining is pre-\ntraining", "pretraining is pretraining"),
        ("our evalua- tion of dis- tinctions", "our evaluation of dis- tinctions"),
        ("distinctions and dis- tinctions", "distinctions and distinctions"),
        ("go with-\nin and in-\nto", "go within and into"),
        ("soft\u00ad\nware and co\u00adoperate", "software and cooperate"),
    ],
)
def test_words_broken_at_a_line_end_are_whole_again(source: str, text: str) -> None:
    assert clean_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("eﬃcient classiﬁcation, ﬂow, oﬀ", "efficient classification, flow, off"),
        ("FranÃ§ois, Indiaâ€™s, Groverâ\x80\x99s, 20Â°C", "François, India’s, Grover’s, 20°C"),
        ("e\u0301te\u0301", "été"),
        ("  a\u00a0b\tc\r\nd\u2009e\u3000f \n", "a b c d e f"),
        ("a\u200bb\u202ec\x07", "abc"),
        ("本文提出\n一种方法 BERT\n模型", "本文提出一种方法 BERT 模型"),
    ],
)
def test_characters_are_mended(source: str, text: str) -> None:
    assert clean_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"Abstract: {SENTENCE}", SENTENCE),
        (f"ABSTRACT {SENTENCE}", SENTENCE),
        (f"Abstract—{SENTENCE}", SENTENCE),
        (f"Abstract\n\n{SENTENCE}", SENTENCE),
        (f"{SENTENCE} © 2016 by John Wiley & Sons, Inc.", SENTENCE),
        (f"{SENTENCE} Copyright (c) 2001 Elsevier Ltd. All rights reserved.", SENTENCE),
        (f"{SENTENCE}\nComments: 12 pages, 5 figures", SENTENCE),
    ],
)
def test_labels_and_copyrights_go(source: str, text: str) -> None:
    assert clean_text(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "Abstract Meaning Representation (AMR) is popular.",
        "Abstract concepts - justice, theory - are hard.",
        f"{SENTENCE} We study copyright (c) of 2019 models, and so on. It works. Does it? Yes.",
        f"{SENTENCE} They write posts and comments: 3 tables of them are wrong",
        "SÃO PAULO and Â are letters; NÃO.",
        "| R | = 0.28, naïve – “quoted” résumé, 漢字。",
    ],
)
def test_what_only_looks_like_a_label_or_an_error_stays(text: str) -> None:
    assert clean_text(text) == text


def test_text_without_latex_stays_as_it_was_typed(bundled_papers):
    for paper in bundled_papers:
        assert (clean_title(paper.title), clean_text(paper.abstract)) == (
            paper.title,
            paper.abstract,
        )
