"""Questions to ask next, made of the papers that were found for the last one. No language model."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from assistant.answer import Answer
from assistant.reading.matching import jaccard
from assistant.suggesting.candidates import KINDS, Candidate, Material
from assistant.suggesting.judging import can_be_suggested
from assistant.suggesting.relating import Relating
from assistant.suggesting.subjects import is_usable
from vectorstore import Library, Paper, content_terms

_MAX_PAPERS = 8
_MAX_NEAR = 16
_MAX_TRIED_OF_A_KIND = 8
_SAME_FROM = 0.6  # share of words from which two questions are taken to ask the same


def follow_ups(
    answer: Answer, library: Library, *, n: int = 3, asked: Sequence[str] = ()
) -> list[str]:
    """Return up to `n` questions that the library should answer, each of another kind if it can.

    They are made of what the retrieved papers say and the answer does not cite; where that is not
    enough, of papers near the first one cited. `asked` are the
    questions of the conversation so far: none of them is suggested again, nor the answer's own.
    The same answer gives the same suggestions, in about 10 ms (30 ms where it searches).
    """
    before = [answer.question, answer.standalone_question, *asked]
    cited = _usable(_cited(answer, library))
    others = [paper for paper in _usable(_found(answer, library)) if paper not in cited]
    chosen = _chosen(_material(answer, cited, others, library), before, n, library)
    if len(chosen) == n:
        return chosen
    near = [paper for paper in _near(answer, cited, library) if paper not in [*cited, *others]]
    more = _material(answer, [], near, library)
    return chosen + _chosen(more, [*before, *chosen], n - len(chosen), library)


def _chosen(material: Material, before: Sequence[str], n: int, library: Library) -> list[str]:
    """Return up to `n` questions; each kind has its turn before one comes again."""
    chosen: list[str] = []
    used: set[str] = set()
    pools = [islice(kind(material), _MAX_TRIED_OF_A_KIND) for kind in KINDS]
    while pools and len(chosen) < n:
        pool = pools.pop(0)
        found = _next(pool, [*before, *chosen], used, library)
        if found:
            chosen.append(found.text)
            used.add(found.papers[-1].paper_id)
            pools.append(pool)
    return chosen


def _next(
    pool: Iterator[Candidate], before: Sequence[str], used: set[str], library: Library
) -> Candidate | None:
    """Return the pool's next question that is new, and about a paper that none was about yet."""
    return next(
        (
            candidate
            for candidate in pool
            if candidate.papers[-1].paper_id not in used
            and not any(_same(candidate.text, other) for other in before)
            and can_be_suggested(candidate, library)
        ),
        None,
    )


def _same(first: str, second: str) -> bool:
    return jaccard(content_terms(first), content_terms(second)) >= _SAME_FROM


def _material(
    answer: Answer, cited: Sequence[Paper], others: Sequence[Paper], library: Library
) -> Material:
    relating = Relating([*cited, *others], library)
    nearest = relating.by_nearness(others, answer.standalone_question, cited)
    return Material(cited, nearest, relating.are_related, answer.citations)


def _near(answer: Answer, cited: Sequence[Paper], library: Library) -> list[Paper]:
    """Return papers near the one that was cited first, or else near the question."""
    query = cited[0].title if cited else answer.standalone_question
    hits = library.search(query, top_k=_MAX_NEAR)
    return _usable((hit.paper for hit in hits), at_most=_MAX_NEAR)


def _cited(answer: Answer, library: Library) -> list[Paper]:
    """Return the cited papers that the library still holds."""
    papers = [citation.paper for citation in answer.citations]
    known = library.catalogue.get([paper.paper_id for paper in papers])
    return [paper for paper in papers if paper.paper_id in known]


def _found(answer: Answer, library: Library) -> list[Paper]:
    found = [paper_id for part in answer.trace for r in part.rounds for paper_id in r.paper_ids]
    ids = dict.fromkeys([*(paper.paper_id for paper in answer.nearest), *found])
    known = library.catalogue.get(list(ids))
    return [known[paper_id] for paper_id in ids if paper_id in known]


def _usable(papers: Iterable[Paper], at_most: int = _MAX_PAPERS) -> list[Paper]:
    unique = {paper.paper_id: paper for paper in papers}
    return [paper for paper in unique.values() if is_usable(paper)][:at_most]
