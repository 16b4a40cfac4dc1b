"""Which sentences of which papers make up a paragraph of a given length."""

from collections import Counter
from collections.abc import Callable, Sequence

from assistant.related_work.candidates import Candidate, candidates_of
from assistant.related_work.worth import Worth, stems_of
from vectorstore import Paper

_INTRODUCES, _DEPENDS, _LEANS = 0.05, 0.05, 0.15
_NEAR_PAPER, _N_ENCODED = 0.1, 3
_TOO_LONG = 0.06  # for each share of the length beyond the paper's own

Nearness = Callable[[str, Sequence[str]], Sequence[float]]  # of a title to sentences, cosines
Accept = Callable[[Candidate], bool]


class Chooser:
    """Chooses the sentences of one paragraph."""

    def __init__(
        self, papers: Sequence[Paper], topic: str, n_words: int, nearness: Nearness
    ) -> None:
        self._n_words = n_words
        self._share = n_words / max(1, len(papers))  # of a paper, if all have the same
        self._order = {paper.paper_id: place for place, paper in enumerate(papers)}
        self._worth = Worth(papers, topic, n_words)
        self._pool = [candidate for paper in papers for candidate in candidates_of(paper)]
        near = _near(papers, self._pool, nearness, self._worth)
        self._own = {
            id(candidate): _NEAR_PAPER
            * near.get((candidate.paper.paper_id, candidate.position), 0.0)
            + _INTRODUCES * candidate.introduces
            - _DEPENDS * candidate.depends
            - _LEANS * candidate.leans
            for candidate in self._pool
        }
        self._chosen: list[Candidate] = []
        self._written: Counter[str] = Counter()
        self._total = 0

    def choose(self, accept: Accept) -> list[Candidate]:
        """Return the sentences in the order in which they are written.

        Every paper gets one before any gets two. A sentence that `accept` refuses is not tried
        again. The paragraph ends where the next one would lead farther from the length.
        """
        while candidate := self._next():
            self._pool.remove(candidate)
            if accept(candidate):
                self._take(candidate)
        return sorted(
            self._chosen, key=lambda each: (self._order[each.paper.paper_id], each.position)
        )

    def _take(self, candidate: Candidate) -> None:
        self._chosen.append(candidate)
        self._pool = [
            each
            for each in self._pool
            if (each.paper.paper_id, each.position)
            != (candidate.paper.paper_id, candidate.position)
        ]
        self._written.update(stems_of(_text(candidate)))
        self._total += candidate.turned.n_words

    def _next(self) -> Candidate | None:
        possible = [each for each in self._pool if self._fits(each)]
        if not possible:
            return None
        used = Counter(each.paper.paper_id for each in self._chosen)
        fewest = min(used[each.paper.paper_id] for each in possible)
        turn = [each for each in possible if used[each.paper.paper_id] == fewest]
        return max((each for each in turn if self._may_speak(each, turn)), key=self._value)

    def _may_speak(self, candidate: Candidate, turn: Sequence[Candidate]) -> bool:
        """Return whether it says what its paper does, or no other sentence of the paper does."""
        return candidate.is_telling or not any(
            each.is_telling and each.paper is candidate.paper for each in turn
        )

    def _value(self, candidate: Candidate) -> float:
        over = candidate.turned.n_words / self._share - 1
        return (
            self._worth.gain(_text(candidate), self._written)
            + self._own[id(candidate)]
            - _TOO_LONG * max(0.0, over)
        )

    def _fits(self, candidate: Candidate) -> bool:
        if self._chosen and self._total + candidate.turned.n_words / 2 > self._n_words:
            return False
        return not candidate.depends or any(
            each.paper is candidate.paper and each.position == candidate.position - 1
            for each in self._chosen
        )


def _near(
    papers: Sequence[Paper], pool: Sequence[Candidate], nearness: Nearness, worth: Worth
) -> dict[tuple[str, int], float]:
    """Return how near sentences are to their paper's title, by paper and position.

    Only the best few of each paper are encoded, which is what takes the time; others count as far.
    """
    near: dict[tuple[str, int], float] = {}
    for paper in papers:
        own = [each for each in pool if each.paper is paper and not each.is_shortened]
        best = sorted(own, key=lambda each: -worth.gain(_text(each), {}))[:_N_ENCODED]
        cosines = nearness(paper.title, [each.quote for each in best])
        near |= {
            (paper.paper_id, each.position): cosine
            for each, cosine in zip(best, cosines, strict=True)
        }
    return near


def _text(candidate: Candidate) -> str:
    turned = candidate.turned
    return f"{turned.before} {turned.named} {turned.after}"
