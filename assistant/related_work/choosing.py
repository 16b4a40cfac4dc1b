"""Which sentences of which papers make up a paragraph of a given length."""

from collections import Counter
from collections.abc import Callable, Sequence

from assistant.related_work.candidates import Candidate, candidates_of
from assistant.related_work.worth import Worth, stems_of
from vectorstore import Paper

_INTRODUCES, _NAMES = 0.08, 0.08  # a sentence that says what is new, one that names who did it
_SAYS_LITTLE, _UNEXPLAINED, _OFF_TITLE = 0.15, 0.06, 0.3
_NEAR_PAPER, _N_ENCODED = 0.3, 4
_MAX_SENTENCES = 4  # a paper
_TOO_LONG = 0.1  # for each share of the length beyond the paper's own

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
            + _NAMES * (candidate.turned.place != "end")
            - _SAYS_LITTLE * candidate.says_little
            - _UNEXPLAINED * candidate.n_unexplained
            - _OFF_TITLE * candidate.is_off_title
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
        possible = self._worth_telling([each for each in self._pool if self._fits(each)])
        if not possible:
            return None
        used = Counter(each.paper.paper_id for each in self._chosen)
        fewest = min(used[each.paper.paper_id] for each in possible)
        turn = [each for each in possible if used[each.paper.paper_id] == fewest]
        return max(turn, key=self._value)

    def _worth_telling(self, possible: Sequence[Candidate]) -> list[Candidate]:
        """Return what papers do and find; of one that tells neither, what it says is known.

        Where words are left, what is known comes after all else, if it is on the paper's subject.
        """
        told = {
            each.paper.paper_id for each in [*self._chosen, *possible] if not each.is_background
        }
        telling = [
            each for each in possible if not each.is_background or each.paper.paper_id not in told
        ]
        return telling or [each for each in possible if not each.is_off_title]

    def _value(self, candidate: Candidate) -> float:
        over = candidate.turned.n_words / self._share - 1
        return (
            self._worth.gain(_text(candidate), self._written)
            + self._own[id(candidate)]
            - _TOO_LONG * max(0.0, over)
        )

    def _fits(self, candidate: Candidate) -> bool:
        used = sum(each.paper.paper_id == candidate.paper.paper_id for each in self._chosen)
        if used >= _MAX_SENTENCES:
            return False
        if self._chosen and self._total + candidate.turned.n_words / 2 > self._n_words:
            return False
        before = [
            each
            for each in self._chosen
            if each.paper.paper_id == candidate.paper.paper_id
            and each.position < candidate.position
        ]
        if candidate.follows and not any(each.turned.place != "end" for each in before):
            return False
        return not candidate.depends or any(
            each.position == candidate.position - 1 for each in before
        )


def _near(
    papers: Sequence[Paper], pool: Sequence[Candidate], nearness: Nearness, worth: Worth
) -> dict[tuple[str, int], float]:
    """Return how near sentences are to their paper's title, by paper and position.

    Only the best few of each paper are encoded, which is what takes the time; others count as far.
    """
    near: dict[tuple[str, int], float] = {}
    for paper in papers:
        own = [
            each for each in pool if each.paper.paper_id == paper.paper_id and not each.is_shortened
        ]
        best = sorted(own, key=lambda each: -worth.gain(_text(each), {}))[:_N_ENCODED]
        cosines = nearness(paper.title, [each.quote for each in best])
        near |= {
            (paper.paper_id, each.position): cosine
            for each, cosine in zip(best, cosines, strict=True)
        }
    return near


def _text(candidate: Candidate) -> str:
    return candidate.turned.text
