"""The sentences of a paper that could stand in a section, and how well each would."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.reading.abbreviations import abbreviations
from assistant.reading.contribution import contribution_span, is_contribution
from assistant.reading.finding import finding_probability
from assistant.related_work.fitness import depends_on_text_before, leans_on_text_before, says_little
from assistant.related_work.shortening import shortened
from assistant.related_work.subjects import product_of
from assistant.related_work.turned import Turned
from assistant.related_work.turning import turn
from assistant.related_work.worth import content_stems
from vectorstore import Paper, Span, split_sentences, words

_FINDING_FROM = 0.5
_IN_TITLE = 2  # words
_UNSPACED = re.compile(r"(?<=[\w)]{3})\.(?=[A-Z][a-z]*[\s,])")
# Abbreviations that nobody spells out any more.
_KNOWN = frozenset("AI ASR BERT CoT LLM LLMs LM LMs ML MT NER NLP NMT POS QA RAG".split())
_IN_THIS_PAPER = re.compile(r"\bin this (?:paper|work|study|article)\b", re.IGNORECASE)
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
    """A sentence of an abstract that can be reported.

    `position` counts the abstract's sentences from 0. `follows` says that it is worded to stand
    behind one that names who speaks, `depends` that it needs the very sentence before.
    `n_unexplained` of its abbreviations are spelled out elsewhere in the abstract. Where it
    `is_background` it tells neither what the paper does nor what it finds.
    """

    paper: Paper
    span: Span
    position: int
    turned: Turned
    introduces: bool
    follows: bool
    depends: bool
    says_little: bool
    n_unexplained: int
    is_background: bool
    is_shortened: bool = False

    @property
    def is_standing(self) -> bool:
        """Return whether it may be the first sentence on its paper."""
        return not self.follows and not self.depends

    @property
    def is_off_title(self) -> bool:
        """Return whether it names neither who speaks nor what the title does."""
        shared = content_stems(self.quote) & content_stems(self.paper.title)
        return self.turned.place == "end" and not self.follows and len(shared) < _IN_TITLE

    @property
    def quote(self) -> str:
        """Return the sentence as the abstract has it."""
        return self.span.of(self.paper.abstract)


@lru_cache(maxsize=1_000)
def candidates_of(paper: Paper) -> tuple[Candidate, ...]:
    """Return the sentences of a paper that can be reported, and shorter forms of them."""
    spans = [part for span in split_sentences(paper.abstract) for part in _parted(paper, span)]
    introducing = contribution_span(paper)
    found = (_candidate(paper, spans, position, introducing) for position in range(len(spans)))
    return tuple(form for candidate in found if candidate for form in _forms(candidate))


def _forms(candidate: Candidate) -> Iterator[Candidate]:
    yield candidate
    for turned in shortened(candidate.turned):
        yield replace(candidate, turned=turned, is_shortened=True)


def _parted(paper: Paper, span: Span) -> Iterator[Span]:
    """Yield the sentences of a span in which no space follows the full stop, as in some sources."""
    start = span.start
    for match in _UNSPACED.finditer(paper.abstract, span.start, span.end):
        yield Span(start, match.end())
        start = match.end()
    yield Span(start, span.end)


def is_reportable(paper: Paper) -> bool:
    """Return whether a sentence of the paper can stand alone and tells what it does or finds."""
    return any(
        each.is_standing and not each.is_background and not each.is_off_title
        for each in candidates_of(paper)
    )


def _candidate(
    paper: Paper, spans: Sequence[Span], position: int, introducing: Span
) -> Candidate | None:
    span = spans[position]
    sentence = span.of(paper.abstract)
    turned = turn(sentence, paper)
    follows = turned is None
    turned = turned or turn(sentence, paper, follows=True)
    if turned is None:
        return None
    is_own = follows or turned.place != "end" or _is_own(sentence)
    if not is_own and _OF_OTHERS.search(sentence):
        return None
    is_finding = finding_probability(sentence, position, len(spans)) >= _FINDING_FROM
    return Candidate(
        paper=paper,
        span=span,
        position=position,
        turned=turned,
        introduces=introducing.start <= span.start < introducing.end and is_own,
        follows=follows,
        depends=_depends(turned, paper, span),
        says_little=says_little(sentence),
        n_unexplained=_n_unexplained(paper, sentence),
        is_background=not is_own and not (is_finding and span > introducing),
    )


def _is_own(sentence: str) -> bool:
    return is_contribution(sentence) or _IN_THIS_PAPER.search(sentence) is not None


def _depends(turned: Turned, paper: Paper, span: Span) -> bool:
    """Return whether the sentence needs the one before: for what it points at, or for a name."""
    sentence = span.of(paper.abstract)
    at_end = turned.place == "end" and depends_on_text_before(sentence)
    return at_end or leans_on_text_before(sentence, turned.claim) or _leaves_unnamed(paper, span)


def _n_unexplained(paper: Paper, sentence: str) -> int:
    """Return how many of its abbreviations neither the sentence nor the title explains."""
    said = {match.group() for match in words(sentence)} - _KNOWN
    return sum(
        short in said and long_form not in sentence and short not in paper.title
        for short, long_form in abbreviations(paper.abstract).items()
    )


def _leaves_unnamed(paper: Paper, span: Span) -> bool:
    """Return whether it speaks of what another sentence introduced by a name of its own."""
    name = product_of(paper)
    if not name or name in paper.title or name not in span.of(paper.abstract):
        return False
    return paper.abstract.find(name) < span.start
