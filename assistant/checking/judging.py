"""Does this evidence support this claim: a probability, a verdict, and what speaks against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from assistant.answer import Support
from assistant.checking.analysis import analyse_pair
from assistant.checking.calibrated import load_model
from assistant.checking.comparison import Comparison, Similarities
from assistant.checking.features import features_of
from assistant.checking.findings import findings, little_support

# Probabilities; chosen on the dev sets, see docs/decisions/0008-the-check.md.
SUPPORTED_FROM = 0.45
PARTLY_FROM = 0.25

_CONTRADICTED_FROM = 0.5
_MAX_KEPT = 5_000  # judgements; a claim and a quote are about 1 KB
_CONTRADICTED = "The verifier reads the opposite in the cited words."


class Entailment(Protocol):
    """A model of natural-language inference."""

    def judge(self, evidence: str, claim: str) -> tuple[float, float]:
        """Return the probabilities that the evidence entails and that it contradicts the claim."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The probability that a claim is supported, and why not; `reason` is empty where it is."""

    score: float
    support: Support
    reason: str


class Judge:
    """Compares claims with evidence."""

    def __init__(self, similarities: Similarities, entailment: Entailment | None = None) -> None:
        self._similarities = similarities
        self._entailment = entailment
        self._judged = lru_cache(maxsize=_MAX_KEPT)(self._judge)

    def judge(self, claim: str, evidence: Sequence[str]) -> Judgement:
        """Return whether the texts of `evidence`, taken together, support the claim.

        A claim without a word, and any claim without evidence, has the score 0. What was judged
        lately is not judged again: one sentence answers many questions.
        """
        return self._judged(claim, tuple(evidence))

    def _judge(self, claim: str, evidence: tuple[str, ...]) -> Judgement:
        comparison = Comparison(analyse_pair(claim, evidence), self._similarities)
        if not comparison.claim.words or not comparison.sentences:
            return Judgement(0.0, "unsupported", little_support(comparison))
        found = findings(comparison)
        score = load_model().probability(features_of(comparison))
        score = min([score, *(finding.cap for finding in found)])
        reasons = [finding.reason for finding in found]
        if self._entailment:
            entailed, contradicted = self._entailment.judge(comparison.evidence, claim)
            score = (score + entailed) / 2
            if contradicted >= _CONTRADICTED_FROM:
                score = min(score, 1 - contradicted)
                reasons.insert(0, _CONTRADICTED)
        support = support_of(score)
        if support == "supported":
            return Judgement(round(score, 4), support, "")
        return Judgement(round(score, 4), support, (reasons or [little_support(comparison)])[0])


def support_of(score: float) -> Support:
    """Return the verdict of a probability."""
    if score >= SUPPORTED_FROM:
        return "supported"
    return "partly" if score >= PARTLY_FROM else "unsupported"
