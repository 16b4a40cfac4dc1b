"""Which sentences answer a question, and how well."""

import numpy as np
import pytest

from assistant.reading.scoring import (
    best_by_paper,
    score_sentences,
    term_weights,
)
from assistant.understanding.question import analyse
from vectorstore import Library


def scored(library, text, top_k=5):
    question = analyse(text)
    hits = library.search(question.query, top_k=top_k)
    return score_sentences(question, hits, term_weights(question, library), library)


def test_a_rare_term_weighs_more_than_a_common_one_and_a_name_the_most(library):
    weights = term_weights(analyse("Does interpretability help chemistry at Zebracorp?"), library)
    assert weights["interpret"] < weights["chemistri"] < weights["zebracorp"]
    assert all(weight > 0 for weight in weights.values())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many finetuned models does Pando contain?", "720"),
        ("Where can I find the code of AttnTrace?", "github.com"),
        ("How many samples does MM-RLHF contain?", "120k"),
    ],
)
def test_the_sentence_that_answers_comes_first(library, question, words):
    assert words in scored(library, question)[0].text


def test_candidates_are_sentences_of_the_papers_found(library):
    candidates = scored(library, "What is a sparse autoencoder?")
    assert candidates
    for candidate in candidates:
        assert candidate.span.of(candidate.hit.paper.abstract) == candidate.text
        assert 0 <= candidate.in_sentence <= candidate.in_paper + 1e-9 <= 1 + 1e-8


def test_the_best_of_each_paper_are_in_the_order_of_their_scores(library):
    best = best_by_paper(scored(library, "steering with sparse autoencoders"))
    ids = [candidate.hit.paper.paper_id for candidate in best]
    assert len(set(ids)) == len(ids) == 5
    assert best[0].score == max(candidate.score for candidate in best)


class Pointing:
    """A selector to which every question is near the sentence that says "mice", and to no other."""

    name, dimension, pooling = "pointing", 2, "none"

    def encode(self, texts):
        near = [text.endswith("?") or "mice" in text for text in texts]
        return np.array([[1, 0] if is_near else [0, 1] for is_near in near], dtype=np.float32)


OWLS = "Owls hunt in the dark by sound. They eat mice. Few birds do."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What do owls hunt in the dark?", "They eat mice."),
        ("Which papers are on how owls hunt in the dark?", "Owls hunt in the dark by sound."),
    ],
)
def test_a_selector_says_what_answers_but_what_a_list_is_of_is_told_by_likeness(
    tmp_path, hash_encoder, make_paper, question, first
):
    library = Library.create(tmp_path / "library", hash_encoder, selector=Pointing())
    library.add([make_paper("Owls", OWLS)])
    assert scored(library, question)[0].text == first
    assert library.answering("What?", ["They eat mice.", "Owls hunt."]) == [1, 0]


def test_without_a_selector_the_encoder_tells_what_is_near(make_library, make_paper):
    library = make_library([make_paper("Owls", OWLS)])
    assert library.answering("What?", ["They eat mice."]) is None
    assert scored(library, "What do owls hunt in the dark?")[0].text.startswith("Owls hunt")


def test_no_hits_give_no_candidates(library):
    assert score_sentences(analyse("What is it?"), [], {}, library) == []
