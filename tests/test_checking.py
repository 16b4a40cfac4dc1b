"""Whether the cited words support a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checking import check, containment
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Paper, Span

ABSTRACT = "Zebras run fast. The herd holds 720 striped zebras. Lions sleep at noon."
PAPER = Paper("z", "Zebras of the Plain", ABSTRACT)


def draft(text: str, *evidence: Evidence, **fields) -> DraftSentence:
    return DraftSentence(text, evidence or (Evidence(PAPER),), **fields)


def test_the_abstracts_own_sentence_is_supported_in_full():
    verdict = check(draft("The herd holds 720 striped zebras."))
    assert (verdict.support, verdict.score) == ("supported", 1.0)


def test_evidence_without_a_span_gets_the_sentence_that_supports_best():
    ((paper, span),) = check(draft("Lions are sleeping at noon.")).evidence
    assert paper is PAPER
    assert span.of(ABSTRACT) == "Lions sleep at noon."


def test_evidence_with_a_span_keeps_it():
    span = Span(0, 16)
    assert check(draft("Lions sleep.", Evidence(PAPER, span))).evidence == ((PAPER, span),)


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("The herd holds 720 zebras.", "supported"),
        ("The herd holds 721 striped zebras.", "partly"),
        ("The striped herd eats moonlight.", "partly"),
        ("Quantum chromodynamics explains moonlight.", "unsupported"),
    ],
)
def test_support_falls_with_what_the_words_do_not_say(claim, support):
    assert check(draft(claim)).support == support


def test_a_number_that_stands_nowhere_keeps_a_sentence_from_being_supported():
    verdict = check(draft("The herd holds 99 striped zebras."))
    assert verdict.support != "supported"
    assert verdict.score < 0.6


def test_a_sentence_without_evidence_is_unsupported():
    verdict = check(DraftSentence("Zebras run fast.", ()))
    assert (verdict.support, verdict.score, verdict.evidence) == ("unsupported", 0.0, ())


def test_a_sentence_from_the_catalogue_is_taken_at_its_word():
    verdict = check(draft("Two papers are from 2023.", from_catalogue=True))
    assert (verdict.support, verdict.score) == ("supported", 1.0)
    assert len(verdict.evidence) == 1


def test_the_claim_is_checked_and_not_the_lead_in():
    verdict = check(draft("According to somebody in Kenya, zebras run.", claim="Zebras run fast."))
    assert verdict.score == 1.0


def test_two_papers_support_together():
    other = Paper("l", "Lions", "Lions roar.")
    claim = "Zebras run fast and lions roar."
    assert check(draft(claim, Evidence(PAPER), Evidence(other))).score == 1.0
    assert check(draft(claim)).score < 1.0


def test_a_paper_without_an_abstract_is_cited_by_no_words():
    ((_, span),) = check(draft("Anything.", Evidence(Paper("e", "Empty", "")))).evidence
    assert span == Span(0, 0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_containment_is_a_share_and_full_in_itself(claim, cited):
    assert 0.0 <= containment(claim, cited) <= 1.0
    assert containment(claim, claim) in {0.0, 1.0}


@given(st.text(max_size=100), st.text(max_size=200))
def test_any_claim_gets_a_verdict_whose_words_lie_in_the_abstract(claim, abstract):
    verdict = check(DraftSentence(claim, (Evidence(Paper("x", "Title", abstract)),)))
    assert 0.0 <= verdict.score <= 1.0
    assert all(0 <= span.start <= span.end <= len(abstract) for _, span in verdict.evidence)
