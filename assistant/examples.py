"""Example questions made from the library at hand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice

from assistant.suggesting.candidates import Candidate
from assistant.suggesting.judging import can_be_suggested
from assistant.suggesting.relating import Relating
from assistant.suggesting.subjects import defined_terms, is_usable, own_name, takes_do
from assistant.suggesting.titles import title_questions
from vectorstore import Library, Paper

_MAX_PAPERS_READ = 500
_MAX_PAPERS_COMPARED = 60
_MAX_TRIED = 12  # of a kind
_N_EXAMPLES = 4


def example_questions(library: Library) -> list[str]:
    """Return up to four questions that the library can answer; none for an empty one.

    Each is of another kind where the papers allow it: one about what a paper brings, one that lists
    papers, one that compares, one about the collection. Nothing is encoded.
    """
    papers = library.catalogue.papers()[:_MAX_PAPERS_READ]
    readable = [paper for paper in papers if is_usable(paper)]
    named = [paper for paper in readable if own_name(paper) and own_name(paper) in paper.title]
    kinds = (
        chain(_promises(named), _names(named)),
        _lists(readable),
        chain(_comparisons(named[:_MAX_PAPERS_COMPARED], library), _promises(readable)),
    )
    chosen: list[str] = []
    for kind in kinds:
        new = (candidate for candidate in kind if candidate.text not in chosen)
        tried = islice(new, _MAX_TRIED)
        chosen += islice((c.text for c in tried if can_be_suggested(c, library)), 1)
    return [*chosen, *_by_year(papers)][:_N_EXAMPLES]


def _promises(papers: Sequence[Paper]) -> Iterator[Candidate]:
    for paper in papers:
        yield from (Candidate(text, (paper,)) for text in title_questions(paper))


def _names(papers: Sequence[Paper]) -> Iterator[Candidate]:
    for paper in papers:
        name = own_name(paper)
        yield Candidate(f"What {'are' if takes_do(name) else 'is'} {name}?", (paper,))


def _lists(papers: Sequence[Paper]) -> Iterator[Candidate]:
    """Ask for papers on what most of them define an abbreviation of."""
    defined = Counter(chain.from_iterable({t.many for t in defined_terms(p)} for p in papers))
    for many, n_papers in defined.most_common():
        if many and n_papers > 1:
            yield Candidate(f"Which papers study {many}?", ())


def _comparisons(papers: Sequence[Paper], library: Library) -> Iterator[Candidate]:
    """Ask how two that are on the same thing differ; where none are, how any two do."""
    relating = Relating(papers, library)
    pairs = sorted(combinations(papers, 2), key=lambda pair: not relating.are_related(*pair))
    for one, other in pairs:
        yield Candidate(f"How do {own_name(one)} and {own_name(other)} differ?", (one, other))


def _by_year(papers: Sequence[Paper]) -> list[str]:
    years = Counter(paper.year for paper in papers if paper.year)
    return [f"Which papers were published in {year}?" for year, _ in years.most_common(1)]
