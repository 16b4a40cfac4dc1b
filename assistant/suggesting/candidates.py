"""Questions that could be suggested, by kind, each with the papers that should answer it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from assistant.answer import Citation
from assistant.suggesting.subjects import Term, defined_terms, own_name, takes_do
from assistant.suggesting.titles import title_questions
from assistant.wording import phrase
from vectorstore import Paper, split_sentences

_CODE = re.compile(r"(?i:\bcode\b).*https?://|https?://.*(?i:\bcode\b)|\bgithub\.com/")
_FOUND = phrase(
    r"\b(?:experiment|evaluation|result|empirical|analys[ei]s)\w*\b.*\b(?:show|demonstrate|reveal"
    r"|indicate|confirm|find|achieve|outperform)|\b(?:outperform|surpass|achieve)s\b"
)
_TRIED_ON = re.compile(
    r"\b(?:[Ee]xperiment|[Ee]valuat|[Vv]alidat|[Tt]est|[Bb]enchmark)\w* [^.]*\b(?:on|across|over)\b"
    r"[^.]* (?:[A-Z][\w-]*[A-Z0-9]|dataset|benchmark)"
)
# What a thing does that has limits, and what is said to be of it.
_FALLS_SHORT = phrase(
    r"\s(?:(?:\w+ly|also|can|may|often|still) )?(?:struggles?|fails?|lacks?|suffers?|cannot"
    r"|(?:is|are) (?:limited|prone)|ha(?:s|ve) (?:\w+ )?limitations?)\b"
)
_LIMITS_OF = phrase(r"\b(?:limitations?|drawbacks?|shortcomings?|weaknesses) of (?:the |an? )?")


@dataclass(frozen=True, slots=True)
class Material:
    """What suggestions are made of: the papers cited and those found besides, nearest first.

    `are_related` tells whether two papers are on the same thing, so that one would compare them.
    """

    cited: Sequence[Paper]
    others: Sequence[Paper]
    are_related: Callable[[Paper, Paper], bool]
    citations: Sequence[Citation] = ()

    @property
    def papers(self) -> list[Paper]:
        """Return all papers, those cited first."""
        return [*self.cited, *self.others]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the papers any of which should answer it; all of them for a comparison."""

    text: str
    papers: tuple[Paper, ...]


def aspects(material: Material) -> Iterator[Candidate]:
    """Ask what cited papers say besides what was cited: their results, data and code."""
    for paper, (asks, cue) in product(material.cited, _ASPECTS):
        name = own_name(paper)
        if name and any(cue.search(sentence) for sentence in _uncited(paper, material)):
            verb, be = ("do", "are") if takes_do(name) else ("does", "is")
            yield Candidate(asks.format(name=name, does=verb, be=be), (paper,))


_ASPECTS = (
    ("What results {does} {name} achieve?", _FOUND),
    ("What {be} {name} evaluated on?", _TRIED_ON),
    ("Where is the code of {name}?", _CODE),
)


def promised_by_others(material: Material) -> Iterator[Candidate]:
    """Ask what the titles of papers that were found, and not cited, promise."""
    for paper in material.others:
        yield from (Candidate(text, (paper,)) for text in title_questions(paper))


def promised_by_cited(material: Material) -> Iterator[Candidate]:
    """Ask what the titles of cited papers promise."""
    for paper in material.cited:
        yield from (Candidate(text, (paper,)) for text in title_questions(paper))


def comparisons(material: Material) -> Iterator[Candidate]:
    """Ask how what a cited paper brings differs from what a paper on the same brings."""
    papers = material.papers
    for one, other in product(material.cited or papers[:1], papers):
        a, b = own_name(one), own_name(other)
        if a and b and a != b and material.are_related(one, other):
            yield Candidate(f"How do {a} and {b} differ?", (one, other))


def limits(material: Material) -> Iterator[Candidate]:
    """Ask for the limitations of what an abstract says has some."""
    for paper in material.papers:
        sentences = list(_uncited(paper, material))
        for term in defined_terms(paper):
            if any(_says_limited(term, sentence) for sentence in sentences):
                verb = "do" if takes_do(term.text) else "does"
                yield Candidate(f"What limitations {verb} {term.said} have?", (paper,))


def _says_limited(term: Term, sentence: str) -> bool:
    """Return whether the sentence says of the term, and not of what stands near it, that it is."""
    names = {n.casefold().removesuffix("s") for n in (term.text, term.short)}
    ends = tuple(f"{name}{ending}" for name in names for ending in ("", "s", ")", "s)"))
    before = (sentence[: m.start()].casefold() for m in _FALLS_SHORT.finditer(sentence))
    after = (sentence[m.end() :].casefold() for m in _LIMITS_OF.finditer(sentence))
    return any(b.endswith(ends) for b in before) or any(a.startswith(tuple(names)) for a in after)


def lists(material: Material) -> Iterator[Candidate]:
    """Ask which papers study a term that several of those found define."""
    of_term: dict[str, list[Paper]] = {}
    for paper in material.papers:
        for term in defined_terms(paper):
            of_term.setdefault(term.many, []).append(paper)
    for many, papers in of_term.items():
        if many and len(papers) > 1:
            yield Candidate(f"Which papers study {many}?", tuple(papers))


def names(material: Material) -> Iterator[Candidate]:
    """Ask what something is that a paper brings, or defines."""
    for paper in material.others:
        name = own_name(paper)
        if name and name in paper.title:  # else it says nothing to a reader
            yield Candidate(f"What {'are' if takes_do(name) else 'is'} {name}?", (paper,))
        for term in defined_terms(paper):
            if term.is_own:
                be = "are" if takes_do(term.text) else "is"
                yield Candidate(f"What {be} {term.said}?", (paper,))


KINDS: tuple[Callable[[Material], Iterator[Candidate]], ...] = (
    aspects,
    promised_by_others,
    comparisons,
    limits,
    lists,
    promised_by_cited,
    names,
)


def _uncited(paper: Paper, material: Material) -> Iterator[str]:
    """Yield the sentences of a paper that the answer does not cite."""
    spans = [c.span for c in material.citations if c.paper.paper_id == paper.paper_id]
    for span in split_sentences(paper.abstract):
        if not any(span.start < cited.end and cited.start < span.end for cited in spans):
            yield span.of(paper.abstract)
