"""Whether the cited words support a sentence, and which words are cited."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking.checker import Checker, plain
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Paper, Span

ABSTRACT = (
    "Zebras run fast across the open plain. The herd holds 720 striped zebras in Kenya."
    " Lions sleep at noon under the trees. Zebras outperform antelopes in endurance."
)
PAPER = Paper("z", "Zebras of the Plain", ABSTRACT)
OTHER = Paper("l", "Lions", "Lions roar in the evening to call their pride.")


@pytest.fixture
def checker(library) -> Checker:
    return Checker(library.similarities)


def draft(text: str, *evidence: Evidence, **fields) -> DraftSentence:
    return DraftSentence(text, evidence or (Evidence(PAPER),), **fields)


@pytest.mark.parametrize(
    "sentence",
    ["The herd holds 720 striped zebras in Kenya.", "Lions sleep at noon under the trees."],
)
def test_the_abstracts_own_sentence_is_supported_with_a_high_score(checker, sentence):
    verdict = checker.check(draft(sentence))
    assert verdict.support == "supported"
    assert verdict.score >= 0.8
    assert verdict.reason == ""
    assert verdict.attributed is False


def test_evidence_without_a_span_gets_the_sentence_that_supports_best(checker):
    ((paper, span),) = checker.check(draft("Lions are sleeping at noon.")).evidence
    assert paper is PAPER
    assert span.of(ABSTRACT) == "Lions sleep at noon under the trees."


def test_a_sentence_that_stands_on_two_neighbours_cites_both(checker):
    claim = "The herd of 720 striped zebras in Kenya runs fast across the open plain."
    ((_, span),) = checker.check(draft(claim)).evidence
    assert span == Span(0, 82)


def test_evidence_with_a_span_keeps_it(checker):
    span = Span(0, 38)
    assert checker.check(draft("Lions sleep.", Evidence(PAPER, span))).evidence == ((PAPER, span),)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (
            "The herd holds 721 striped zebras in Kenya.",
            "The number 721 does not occur in the cited words.",
        ),
        (
            "The herd holds 721 of 800 striped zebras in Kenya.",
            "The numbers 721 and 800 do not occur in the cited words.",
        ),
        (
            "The herd holds 720 striped zebras in Namibia.",
            "The name Namibia does not occur in the cited words.",
        ),
        (
            "Zebras do not outperform antelopes in endurance.",
            "The cited words say the opposite: “outperform”.",
        ),
        (
            "Zebras run slowly across the open plain.",
            "The cited words say the opposite: “fast”.",
        ),
        (
            "Quantum chromodynamics explains moonlight.",
            "Little of this sentence occurs in the cited words.",
        ),
    ],
)
def test_a_reader_is_told_why_a_sentence_is_not_supported(checker, claim, reason):
    verdict = checker.check(draft(claim))
    assert verdict.support != "supported"
    assert verdict.score < 0.5
    assert verdict.reason == reason


def test_what_has_nothing_to_do_with_the_words_is_unsupported(checker):
    verdict = checker.check(draft("Quantum chromodynamics explains moonlight."))
    assert (verdict.support, verdict.score < 0.25) == ("unsupported", True)


def test_a_name_in_the_title_of_the_cited_paper_is_known(checker):
    paper = Paper("p", "Pando: A Forest of Models", "It holds 720 models of one family.")
    assert checker.check(
        draft("Pando holds 720 models of one family.", Evidence(paper))
    ).support == ("supported")


def test_a_sentence_without_a_mark_gets_the_excerpt_that_supports_it(checker):
    verdict = checker.check(
        DraftSentence("Lions sleep at noon under the trees.", ()), [OTHER, PAPER]
    )
    assert (verdict.support, verdict.attributed, verdict.reason) == ("supported", True, "")
    ((paper, span),) = verdict.evidence
    assert paper is PAPER
    assert span.of(ABSTRACT) == "Lions sleep at noon under the trees."


@pytest.mark.parametrize("excerpts", [[], [OTHER, PAPER]])
def test_a_sentence_that_no_excerpt_supports_is_attributed_to_none(checker, excerpts):
    verdict = checker.check(DraftSentence("Quantum fields explain moonlight.", ()), excerpts)
    assert (verdict.support, verdict.score, verdict.evidence) == ("unsupported", 0.0, ())
    assert verdict.attributed is False
    assert "cites nothing" in verdict.reason


def test_a_marked_sentence_keeps_what_it_cites_though_another_excerpt_supports_it(checker):
    verdict = checker.check(draft("Lions sleep at noon under the trees.", Evidence(OTHER)), [PAPER])
    assert [paper for paper, _ in verdict.evidence] == [OTHER]
    assert verdict.support != "supported"


def test_a_sentence_from_the_catalogue_is_taken_at_its_word(checker):
    verdict = checker.check(draft("Two papers are from 2023.", from_catalogue=True))
    assert (verdict.support, verdict.score) == ("supported", 1.0)
    assert len(verdict.evidence) == 1


def test_the_claim_is_checked_and_not_the_lead_in(checker):
    claim = "Zebras run fast across the open plain."
    verdict = checker.check(draft("According to Somebody (2019), zebras run.", claim=claim))
    assert verdict.support == "supported"


def test_two_papers_support_together(checker):
    claim = (
        "Zebras run fast across the open plain and lions roar in the evening to call their pride."
    )
    both = checker.check(draft(claim, Evidence(PAPER), Evidence(OTHER)))
    assert both.support == "supported"
    assert both.score > checker.check(draft(claim)).score


def test_markdown_is_read_as_text(checker):
    assert plain(r"**The** herd\_a holds \[720\] `zebras`.") == "The herd_a holds [720] zebras."
    bold = checker.check(draft("The herd holds **720** *striped* zebras in Kenya."))
    assert bold.score == checker.check(draft("The herd holds 720 striped zebras in Kenya.")).score


def test_a_paper_without_an_abstract_is_cited_by_no_words(checker):
    ((_, span),) = checker.check(draft("Anything.", Evidence(Paper("e", "Empty", "")))).evidence
    assert span == Span(0, 0)


@pytest.mark.parametrize("text", ["", "...", "\n"])
def test_a_sentence_without_a_word_is_unsupported(checker, text):
    verdict = checker.check(draft(text))
    assert (verdict.support, verdict.score) == ("unsupported", 0.0)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=100), st.text(max_size=200))
def test_any_claim_gets_a_verdict_whose_words_lie_in_the_abstract(claim, abstract):
    checker = Checker(lambda text, others: [0.5] * len(others))
    verdict = checker.check(DraftSentence(claim, (Evidence(Paper("x", "Title", abstract)),)))
    assert 0.0 <= verdict.score <= 1.0
    assert (verdict.support == "supported") == (verdict.reason == "")
    assert all(0 <= span.start <= span.end <= len(abstract) for _, span in verdict.evidence)


class Verifier:
    """A model of inference that always says the same."""

    def __init__(self, entailed: float, contradicted: float) -> None:
        self.answer = (entailed, contradicted)

    def judge(self, evidence: str, claim: str) -> tuple[float, float]:
        return self.answer


def test_a_verifier_has_half_of_the_say_and_the_last_word_on_contradiction(library):
    sentence = draft("The herd holds 720 striped zebras in Kenya.")
    alone = Checker(library.similarities).check(sentence)

    def asked(*answer: float):
        return Checker(library.similarities, Verifier(*answer)).check(sentence)

    assert asked(1.0, 0.0).score == pytest.approx((alone.score + 1) / 2, abs=1e-3)
    assert asked(0.1, 0.0).score == pytest.approx((alone.score + 0.1) / 2, abs=1e-3)
    contradicted = asked(0.1, 0.9)
    assert contradicted.score <= 0.1
    assert contradicted.reason == "The verifier reads the opposite in the cited words."


def test_after_excerpts_were_prepared_only_the_claim_is_encoded(library):
    encoded: list[str] = []

    def similarities(text, texts):
        encoded.extend((text, *texts))
        return library.similarities(text, texts)

    checker = Checker(similarities)
    checker.prepare([PAPER, OTHER, Paper("empty", "Empty", "")])
    prepared = set(encoded)
    encoded.clear()
    claim = "A herd of 720 zebras lives in Kenya."
    checker.check(draft(claim))
    assert set(encoded) - prepared <= {claim, PAPER.title}
