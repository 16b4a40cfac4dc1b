"""The check of an answer's sentences: attribute, verify, calibrate.

After DAVinCI (dual attribution and verification in claim inference): each sentence is tied to words
of an abstract, those are compared with it, and the result is a calibrated probability.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answer import Support
from assistant.checking.analysis import analyse, without_marks
from assistant.checking.comparison import N_COMPARED, Similarities
from assistant.checking.judging import Entailment, Judge, Judgement
from assistant.checking.numbers import missing_numbers
from assistant.checking.overlap import soft_share
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Paper, Span, split_sentences

_N_ATTRIBUTED_TO = 2  # excerpts that are read for a sentence without a mark, the likeliest first
_CLEARLY_LESS = 0.2  # of the claim: a sentence with so much less than the best is not encoded
_WORTH_TWO = 0.15  # what a second sentence must add to the share of the claim to be cited too
_PER_MISSING_NUMBER = 0.3  # of a claim, in a sentence that it might stand on
_MARKDOWN = re.compile(r"\\(?=[^a-zA-Z0-9\s])|[*`]+")
_NOTHING_CITED = "This sentence cites nothing, and no excerpt was found that supports it."


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a sentence is supported, and by which words.

    `score` is the probability, between 0 and 1, that it is. `reason` tells a reader what is wrong;
    it is empty where the sentence is supported. `attributed` says that the writer cited nothing and
    the check found these words.
    """

    support: Support
    score: float
    evidence: tuple[tuple[Paper, Span], ...]
    attributed: bool = False
    reason: str = ""


class Checker:
    """Ties sentences to words of abstracts and judges whether those support them.

    `similarities` gives the cosine similarity of a text to each of several; `entailment` is a model
    of natural-language inference that is asked too.
    """

    def __init__(self, similarities: Similarities, entailment: Entailment | None = None) -> None:
        self._similarities = similarities
        self._judge = Judge(similarities, entailment)

    def check(self, sentence: DraftSentence, excerpts: Sequence[Paper] = ()) -> Verdict:
        """Return the verdict on a sentence.

        Evidence without a span gets the words of its abstract that are most like the claim; the
        title of a cited paper counts as cited. A sentence that cites nothing is attributed to the
        one of `excerpts` that supports it, if one does.
        """
        claim = plain(sentence.claim or sentence.text)
        if sentence.from_catalogue:
            return Verdict("supported", 1.0, tuple(_placed(claim, it) for it in sentence.evidence))
        if not sentence.evidence:
            return self._attribute(claim, excerpts)
        return self._verify(claim, sentence.evidence)

    def prepare(self, excerpts: Sequence[Paper]) -> None:
        """Encode the sentences of excerpts, which a check of what stands on them compares.

        They stay encoded for a while, so that the check need not wait for it.
        """
        sentences = [
            span.of(paper.abstract)
            for paper in excerpts
            for span in split_sentences(paper.abstract)
        ]
        if sentences:
            self._similarities(sentences[0], sentences)

    def _verify(self, claim: str, evidence: Sequence[Evidence]) -> Verdict:
        located = tuple(self._located(claim, item) for item in evidence)
        judgement = self._judged(claim, located)
        return Verdict(judgement.support, judgement.score, located, reason=judgement.reason)

    def _attribute(self, claim: str, excerpts: Sequence[Paper]) -> Verdict:
        """Return the verdict by the excerpt that supports the claim best; or that none does.

        One that supports it only partly would be a citation that nobody stands up for.
        """
        wanted = analyse(without_marks(claim)).content
        likely = sorted(excerpts, key=lambda paper: -_share_of_abstract(wanted, paper))
        tried = (self._verify(claim, [Evidence(p)]) for p in likely[:_N_ATTRIBUTED_TO])
        supporting = [verdict for verdict in tried if verdict.support == "supported"]
        if not supporting:
            return Verdict("unsupported", 0.0, (), reason=_NOTHING_CITED)
        best = max(supporting, key=lambda verdict: verdict.score)
        return Verdict(best.support, best.score, best.evidence, attributed=True)

    def _judged(self, claim: str, located: Sequence[tuple[Paper, Span]]) -> Judgement:
        quotes = [span.of(paper.abstract) for paper, span in located]
        titles = dict.fromkeys(paper.title for paper, _ in located)
        return self._judge.judge(claim, quotes if _holds(quotes, claim) else [*quotes, *titles])

    def _located(self, claim: str, item: Evidence) -> tuple[Paper, Span]:
        return item.paper, item.span or self._best_span(claim, item.paper)

    def _best_span(self, claim: str, paper: Paper) -> Span:
        """Return the sentence that is most like the claim, or two where both are needed.

        What the title holds need not stand in it: claims name the paper, abstracts seldom do.
        """
        abstract = paper.abstract
        spans = split_sentences(abstract)
        if len(spans) < 2:
            return spans[0] if spans else Span(0, 0)
        content = analyse(without_marks(claim)).content
        of_title = analyse(paper.title).content
        wanted = [term for term in content if term not in of_title] or content
        shares = {
            span: _share(wanted, span, abstract)
            - _PER_MISSING_NUMBER * len(missing_numbers(claim, span.of(abstract)))
            for span in spans
        }
        likely = sorted(spans, key=lambda span: -shares[span])[:N_COMPARED]
        likely = [span for span in likely if shares[span] > shares[likely[0]] - _CLEARLY_LESS]
        best = likely[0] if len(likely) == 1 else self._most_alike(claim, likely, shares, abstract)
        pairs = [Span(a.start, b.end) for a, b in pairwise(spans) if best in (a, b)]
        both = max(pairs, key=lambda span: _share(wanted, span, abstract))
        return both if _share(wanted, both, abstract) >= shares[best] + _WORTH_TWO else best

    def _most_alike(
        self, claim: str, spans: Sequence[Span], shares: Mapping[Span, float], abstract: str
    ) -> Span:
        similarities = self._similarities(claim, [span.of(abstract) for span in spans])
        alike = dict(zip(spans, similarities, strict=True))
        return max(spans, key=lambda span: shares[span] + alike[span])


def plain(markdown: str) -> str:
    """Return the text of a sentence without Markdown's escapes and emphasis."""
    return " ".join(_MARKDOWN.sub("", markdown).split())


def _holds(quotes: Sequence[str], claim: str) -> bool:
    """Return whether the quotes have every word of the claim, so that no title need be read."""
    held = {stem for quote in quotes for stem in analyse(quote).content}
    return held.issuperset(analyse(without_marks(claim)).content)


def _placed(claim: str, item: Evidence) -> tuple[Paper, Span]:
    """Return the words that share most with a claim that they need not support."""
    abstract, wanted = item.paper.abstract, analyse(without_marks(claim)).content
    spans = split_sentences(abstract) or [Span(0, 0)]
    return item.paper, item.span or max(spans, key=lambda it: _share(wanted, it, abstract))


def _share(wanted: Sequence[str], span: Span, abstract: str) -> float:
    return soft_share(wanted, analyse(span.of(abstract)).content)


def _share_of_abstract(wanted: Sequence[str], paper: Paper) -> float:
    spans = split_sentences(paper.abstract)
    return max((_share(wanted, span, paper.abstract) for span in spans), default=0.0)
