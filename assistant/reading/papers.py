"""What is read of a paper whatever the question is, kept for the next one."""

from dataclasses import dataclass
from functools import lru_cache

from assistant.reading.contribution import contribution_span
from assistant.reading.matching import expanded_terms
from assistant.wording import phrase
from vectorstore import Paper, Span, split_sentences

_MAX_PAPERS = 4_000  # some 10 KB each

# A sentence that begins so needs the one before it.
_DANGLING = phrase(
    r"^(?:\w+, )?(?:(?:this|these|those|such|it|they|both|while|although)\b"
    r"|(?:using|by|with|based on|building on) (?:\w+ing )?(?:this|these)\b)"
    r"|\b(?:this|these|such) (?:limitation|challenge|issue|problem|gap|question|claim)s?\b"
)


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence of an abstract; one that `dangles` is not understood without the one before."""

    span: Span
    terms: frozenset[str]
    dangles: bool


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """The sentences of an abstract, in order, the terms of its title, and where it gets to work.

    `contribution` is the sentence that says what the paper does.
    """

    title_terms: frozenset[str]
    sentences: tuple[ReadSentence, ...]
    contribution: Span


@lru_cache(maxsize=_MAX_PAPERS)
def read_paper(paper: Paper) -> ReadPaper:
    """Return what stands in a paper."""
    abstract = paper.abstract
    return ReadPaper(
        title_terms=expanded_terms(paper.title, paper),
        sentences=tuple(_read(span, paper) for span in split_sentences(abstract)),
        contribution=contribution_span(paper),
    )


def _read(span: Span, paper: Paper) -> ReadSentence:
    text = span.of(paper.abstract)
    return ReadSentence(span, expanded_terms(text, paper), bool(_DANGLING.search(text)))
