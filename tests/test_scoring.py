"""Which sentences answer a question, and how well."""

import pytest

from assistant.reading.scoring import (
    best_by_paper,
    score_sentences,
    term_weights,
)
from assistant.understanding.question import analyse


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


def test_no_hits_give_no_candidates(library):
    assert score_sentences(analyse("What is it?"), [], {}, library) == []
