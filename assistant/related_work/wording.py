"""Chosen sentences as a reader reads them: who is named, what follows what."""

from collections.abc import Iterator, Sequence

from assistant.related_work.alternatives import introduced, stated
from assistant.related_work.candidates import Candidate
from assistant.related_work.connectives import Dates
from assistant.related_work.section import Mark, Part
from assistant.related_work.shortening import shortened
from assistant.related_work.turned import Turned
from assistant.related_work.turning import turn
from vectorstore import Paper

_MANY_ALIKE = 2  # sentences in a row that begin with who did it: the next one may begin otherwise


def worded(chosen: Sequence[Candidate]) -> Iterator[tuple[Candidate, tuple[Part, ...]]]:
    """Yield each chosen sentence of a paragraph with its words and citations."""
    paragraph = _Paragraph()
    for at, candidate in enumerate(chosen):
        is_followed = any(
            each.paper.paper_id == candidate.paper.paper_id for each in chosen[at + 1 : at + 2]
        )
        yield candidate, paragraph.parts_of(candidate, is_followed=is_followed)


class _Paragraph:
    """What the paragraph has said so far."""

    def __init__(self) -> None:
        self._last: Paper | None = None
        self._is_named = False  # who did the last paper's work, in a sentence on it
        self._n_alike = 0
        self._dates = Dates()

    def parts_of(self, candidate: Candidate, *, is_followed: bool) -> tuple[Part, ...]:
        paper, turned = candidate.paper, candidate.turned
        goes_on = self._last is not None and self._last.paper_id == paper.paper_id
        if goes_on and self._is_named:
            turned = _following(candidate) or turned
        elif not is_followed and self._n_alike >= _MANY_ALIKE:
            turned = self._varied(candidate)
        lead, named = self._who(turned, paper, goes_on=goes_on)
        self._is_named = (goes_on and self._is_named) or turned.place != "end"
        self._n_alike = self._n_alike + 1 if turned.place == "subject" and not turned.before else 0
        self._last = paper
        return _parts(turned, paper, f"{lead}{turned.before}", named)

    def _varied(self, candidate: Candidate) -> Turned:
        """Return the sentence so that it does not begin with who did it, where that can be."""
        named_first = (
            None if candidate.is_shortened else introduced(candidate.quote, candidate.paper)
        )
        return named_first or stated(candidate.turned) or candidate.turned

    def _who(self, turned: Turned, paper: Paper, *, goes_on: bool) -> tuple[str, str]:
        """Return what the dates say before the sentence, and the words for who did it."""
        before = None if goes_on else self._last
        if turned.place != "subject":
            return "", turned.named
        if paper.authors:
            is_plain = before is not None and not turned.before
            return (self._dates.lead(paper, before) if is_plain else ""), turned.named
        return "", self._dates.named(turned.named, paper, before)


def _following(candidate: Candidate) -> Turned | None:
    """Return the sentence as it stands behind another on its paper, as short as it was chosen."""
    turned = turn(candidate.quote, candidate.paper, follows=True)
    if not turned or not candidate.is_shortened:
        return turned
    n_words = candidate.turned.n_words
    return min(shortened(turned), key=lambda each: abs(each.n_words - n_words), default=turned)


def _parts(turned: Turned, paper: Paper, before: str, named: str) -> tuple[Part, ...]:
    mark = Mark((paper.paper_id,))
    if turned.place == "end":
        return (f"{before} ", mark, turned.after)
    if turned.place == "subject" and paper.authors:
        found: tuple[Part, ...] = (before, Mark((paper.paper_id,), authors=named), turned.after)
    else:
        found = (f"{before}{named} " if named else before, mark, turned.after)
    return tuple(part for part in found if part != "")
