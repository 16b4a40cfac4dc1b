"""The sentences of a paper that could stand in a section, and how well each would."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.reading.contribution import contribution_span, is_contribution
from assistant.reading.finding import finding_probability
from assistant.related_work.fitness import depends_on_text_before, leans_on_text_before
from assistant.related_work.shortening import shortened
from assistant.related_work.turning import Turned, turn
from vectorstore import Paper, Span, split_sentences

_FINDING_FROM = 0.5
# What was missing before the paper, or is claimed by others: cited, it would seem to be its word.
_OF_OTHERS = re.compile(
    r"\b(?:missing|lack\w*|unclear|unknown|unexplored|under-?explored|unaddressed|neglect\w*"
    r"|overlook\w*|underst(?:ood|udied)|few|little|limited|limitation\w*|challeng\w*|fail\w*"
    r"|struggl\w*|suffer\w*|recent(?:ly)?|previous(?:ly)?|prior|existing|current(?:ly)?"
    r"|however|yet|despite|although|often|usually|typically|traditional\w*|remains?|still"
    r"|has been|have been|increasing\w*|growing|promising|question\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of an abstract that can be turned, as the first on its paper, or a later one.

    `position` counts the abstract's sentences from 0. `finding` is how probably it tells a result,
    between 0 and 1. `depends` where an earlier sentence must have named its subject, `leans` where
    it speaks of "this limitation" or the like.
    """

    paper: Paper
    span: Span
    position: int
    turned: Turned
    is_contribution: bool
    introduces: bool
    is_after_contribution: bool
    finding: float
    depends: bool
    leans: bool
    is_shortened: bool = False

    @property
    def is_telling(self) -> bool:
        """Return whether it says what the paper does or finds, and not what others do."""
        is_own = self.is_contribution or self.turned.place != "end"
        return is_own or (self.is_after_contribution and self.finding >= _FINDING_FROM)

    @property
    def quote(self) -> str:
        """Return the sentence as the abstract has it."""
        return self.span.of(self.paper.abstract)


def candidates_of(paper: Paper) -> list[Candidate]:
    """Return the sentences of a paper that can be reported, some without their last clause too."""
    spans = split_sentences(paper.abstract)
    introducing = contribution_span(paper)
    found = (_candidate(paper, spans, position, introducing) for position in range(len(spans)))
    whole = [candidate for candidate in found if candidate]
    shorter = ((each, shortened(each.turned)) for each in whole)
    return [
        *whole,
        *(replace(each, turned=turned, is_shortened=True) for each, turned in shorter if turned),
    ]


def _candidate(
    paper: Paper, spans: Sequence[Span], position: int, introducing: Span
) -> Candidate | None:
    span = spans[position]
    sentence = span.of(paper.abstract)
    turned = turn(sentence, paper)
    if turned is None:
        return None
    candidate = Candidate(
        paper=paper,
        span=span,
        position=position,
        turned=turned,
        is_contribution=is_contribution(sentence),
        introduces=span == introducing,
        is_after_contribution=span > introducing,
        finding=finding_probability(sentence, position, len(spans)),
        depends=depends_on_text_before(sentence),
        leans=leans_on_text_before(turned.claim),
    )
    return None if not candidate.is_telling and _OF_OTHERS.search(sentence) else candidate
