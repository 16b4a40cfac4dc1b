"""How probably a paper answers."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.confidence import answer_probability
from assistant.reading.evidence import PaperEvidence, gather_evidence
from assistant.reading.scoring import score_sentences, term_weights
from assistant.understanding.question import analyse

WEIGHTS = st.floats(0, 50)


def evidence_of(library, text):
    question = analyse(text)
    weights = term_weights(question, library)
    hits = library.search(question.query)
    candidates = score_sentences(question, hits, weights, library)
    return list(gather_evidence(question, candidates, weights))


def test_the_paper_that_answers_is_probable_and_the_others_are_not(library):
    first, *others = evidence_of(library, "How many finetuned models does Pando contain?")
    assert first.best.hit.paper.short_title == "Pando"
    assert first.is_named
    assert first.probability > 0.5
    assert all(other.probability < 0.3 for other in others)


def test_held_and_missing_share_the_weights_of_the_terms(library):
    question = "Does Pando contain chemistry?"
    total = sum(term_weights(analyse(question), library).values())
    for evidence in evidence_of(library, question):
        assert 0 <= evidence.missing <= total - evidence.held + 1e-9


def test_a_judging_word_that_is_missing_counts_less_than_a_topic(library):
    judging, topic = (
        evidence_of(library, text)[0].missing
        for text in ("Is Pando worthwhile?", "Is Pando volcanic?")
    )
    assert 0 < judging < topic / 2


def test_an_acronym_that_the_paper_spells_out_is_held(library):
    first = evidence_of(library, "Where does the Local Interaction Basis beat PCA?")[0]
    assert "PCA" not in first.best.hit.paper.abstract
    assert first.probability > 0.5


@given(WEIGHTS, WEIGHTS, st.floats(-1, 1), st.booleans(), st.floats(0.01, 5))
def test_more_held_raises_the_probability_and_more_missing_lowers_it(
    held, missing, similarity, is_named, more
):
    evidence = PaperEvidence(None, held, missing, similarity, is_named)  # type: ignore[arg-type]
    p = evidence.probability
    assert 0 <= p <= 1
    assert replace(evidence, held=held + more).probability >= p
    assert replace(evidence, missing=missing + more).probability <= p
    assert replace(evidence, similarity=1.0).probability >= p


def test_the_probability_of_papers_found_is_that_of_the_best_without_a_rule_against(library):
    def probability(text):
        question = analyse(text)
        return answer_probability(question, library.search(question.query), library)

    assert probability("What is AttnTrace?") > 0.7
    assert probability("Which GPU was AttnTrace run on?") < 0.3
    assert probability("How do I bake sourdough bread?") < 0.05
    assert answer_probability(analyse("What is AttnTrace?"), [], library) == 0
