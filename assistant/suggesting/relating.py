"""Whether papers are on the same thing, by the rarer words that they share."""

import math
from collections.abc import Sequence

from assistant.reading.matching import paper_terms
from assistant.suggesting.subjects import defined_terms
from vectorstore import Library, Paper, content_terms

# A word that only one paper of the library has weighs nearly 1, one that half of them have 0.1 to
# 0.2. Chosen on the pairs of papers that have names in the bundled library and in one of the ACL.
_MIN_RELATED = 0.7
_TERM_SHARED = 0.7


class Relating:
    """Relates papers to each other by what stands in their titles. For one set of papers."""

    def __init__(self, papers: Sequence[Paper], library: Library) -> None:
        self._terms = {p.paper_id: frozenset(content_terms(p.title)) for p in papers}
        every = sorted(frozenset().union(*self._terms.values()))
        n_papers = max(1, library.catalogue.n_papers())
        self._weights = {
            term: math.log((n_papers + 1) / (frequency + 0.5)) / math.log(n_papers + 1)
            for term, frequency in library.document_frequencies(every).items()
        }

    def are_related(self, one: Paper, other: Paper) -> bool:
        """Return whether the papers are on the same thing."""
        shared = self._terms[one.paper_id] & self._terms[other.paper_id]
        defined = {term.text for term in defined_terms(one)} & {
            term.text for term in defined_terms(other)
        }
        return self._weight(shared) + _TERM_SHARED * len(defined) >= _MIN_RELATED

    def by_nearness(
        self, papers: Sequence[Paper], question: str, cited: Sequence[Paper]
    ) -> list[Paper]:
        """Return `papers`, those whose titles have most to do with question and cited papers first.

        A word of the question counts as much again.
        """
        asked = frozenset(content_terms(question))
        held = asked.union(*map(paper_terms, cited))

        def nearness(paper: Paper) -> float:
            title = self._terms[paper.paper_id]
            shared = self._weight(title & held) + self._weight(title & asked)
            return shared / math.sqrt(1 + len(title))

        return sorted(papers, key=nearness, reverse=True)

    def _weight(self, terms: frozenset[str]) -> float:
        return sum(max(0.0, self._weights.get(term, 0.0)) for term in terms)
