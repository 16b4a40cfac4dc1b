"""The check: whether the cited words support a sentence."""

import re
from dataclasses import dataclass

from assistant.answer import Support
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Paper, Span, content_terms, split_sentences

# Shares of a sentence's terms that must stand in the cited words. An extracted sentence has all of
# them, a paraphrase about two thirds; unrelated sentences of one abstract share about a tenth.
SUPPORTED_FROM = 0.6
PARTLY_FROM = 0.35
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a sentence is supported (`score` between 0 and 1), and by which words."""

    support: Support
    score: float
    evidence: tuple[tuple[Paper, Span], ...]


def check(sentence: DraftSentence) -> Verdict:
    """Return the verdict on a sentence and the words of each paper it cites.

    Evidence without a span gets the sentence of its abstract that supports the claim best. A number
    that stands in no cited span, nor in the title of its paper, keeps a sentence from being
    supported.
    """
    claim = sentence.claim or sentence.text
    located = tuple(
        (item.paper, item.span or _best_span(claim, item)) for item in sentence.evidence
    )
    if sentence.from_catalogue:
        return Verdict("supported", 1.0, located)
    if not located:
        return Verdict("unsupported", 0.0, ())
    cited = " ".join(f"{paper.title} {span.of(paper.abstract)}" for paper, span in located)
    score = containment(claim, cited)
    if set(_NUMBER.findall(claim)) - set(_NUMBER.findall(cited)):
        score = min(score, SUPPORTED_FROM - 0.01)
    return Verdict(_verdict(score), round(score, 4), located)


def containment(claim: str, cited: str) -> float:
    """Return the share of the claim's terms that stand in the cited text, between 0 and 1."""
    wanted = set(content_terms(claim))
    return len(wanted & set(content_terms(cited))) / len(wanted) if wanted else 0.0


def _verdict(score: float) -> Support:
    if score >= SUPPORTED_FROM:
        return "supported"
    return "partly" if score >= PARTLY_FROM else "unsupported"


def _best_span(claim: str, item: Evidence) -> Span:
    abstract = item.paper.abstract
    spans = split_sentences(abstract) or [Span(0, 0)]
    return max(spans, key=lambda span: containment(claim, span.of(abstract)))
