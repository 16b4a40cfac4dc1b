"""The sentence in which an abstract says what its paper does."""

import re

from vectorstore import Paper, Span, split_sentences

_ACTOR = (
    r"(?:we|this (?:paper|work|study|article|thesis|survey|review)|the (?:paper|current study"
    r"|authors?)|our (?:method|approach|work|framework|paper|study))"
)
_DEED = (
    r"(?:introduc|propos|present|develop|describ|provid|releas|construct|contribut|investigat"
    r"|study|studies|conduct|demonstrat|explor|analy[sz]|address|examin|formaliz|tackle|carry out"
    r"|quantif|survey|collect and review|learn|offer|begin to|design)"
)
_CONTRIBUTION = re.compile(rf"\b{_ACTOR}\b[^.;]{{0,80}}?\b{_DEED}", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\b(?:we|paper|work|study|thesis)\b[^.;]{0,40}?\b(?:introduc|propos|present)", re.IGNORECASE
)


def is_contribution(sentence: str) -> bool:
    """Return whether a sentence says what the paper's authors did or made."""
    return bool(_CONTRIBUTION.search(sentence))


def contribution_span(paper: Paper) -> Span:
    """Return the sentence that introduces what is new; else the first deed; else the first one."""
    spans = split_sentences(paper.abstract) or [Span(0, len(paper.abstract))]
    for pattern in (_INTRODUCES, _CONTRIBUTION):
        for span in spans:
            if pattern.search(span.of(paper.abstract)):
                return span
    return spans[0]
