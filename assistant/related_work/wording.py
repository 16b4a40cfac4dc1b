"""Chosen sentences as a reader reads them: who is named, what follows what."""

from collections.abc import Iterator, Sequence

from assistant.related_work.candidates import Candidate
from assistant.related_work.section import Mark, Part
from assistant.related_work.shortening import shortened
from assistant.related_work.subjects import Subject, subject_of
from assistant.related_work.turning import Turned, turn
from vectorstore import Paper

_LATER_FROM = 2  # years after the paper before


def worded(chosen: Sequence[Candidate]) -> Iterator[tuple[Candidate, tuple[Part, ...]]]:
    """Yield each chosen sentence of a paragraph with its words and citations."""
    paragraph = _Paragraph()
    for candidate in chosen:
        yield candidate, paragraph.parts_of(candidate)


class _Paragraph:
    """What the paragraph has said so far."""

    def __init__(self) -> None:
        self._last: Paper | None = None
        self._is_named = False  # the last paper's authors, in a sentence on it
        self._studies: dict[str, int] = {}
        self._has_said_later = False

    def parts_of(self, candidate: Candidate) -> tuple[Part, ...]:
        paper = candidate.paper
        goes_on = self._last is not None and self._last.paper_id == paper.paper_id
        turned = candidate.turned
        if goes_on and self._is_named:
            turned = _following(candidate) or turned
        subject = subject_of(paper)
        lead = self._later(paper, turned, subject) if not goes_on else ""
        parts = _parts(turned, paper, subject, self._named(turned, subject), lead)
        self._is_named = (goes_on and self._is_named) or turned.place == "subject"
        self._last = paper
        return parts

    def _named(self, turned: Turned, subject: Subject) -> str:
        """Return the words for who did it: a second "A 2024 study" is "Another 2024 study"."""
        if turned.place != "subject" or subject.kind == "authors" or not turned.named:
            return turned.named
        n_before = self._studies.get(subject.text, 0)
        self._studies[subject.text] = n_before + 1
        article = ("A", "Another", "A further")[min(n_before, 2)]
        named = f"{article}{subject.text[1:]}"
        return named[0].lower() + named[1:] if turned.before else named

    def _later(self, paper: Paper, turned: Turned, subject: Subject) -> str:
        """Return "Later, " where the years say so, once a paragraph."""
        is_plain = turned.place == "subject" and not turned.before and subject.kind == "authors"
        before = self._last.year if self._last else None
        if self._has_said_later or not is_plain or before is None or paper.year is None:
            return ""
        self._has_said_later = paper.year >= before + _LATER_FROM
        return "Later, " if self._has_said_later else ""


def _following(candidate: Candidate) -> Turned | None:
    """Return the sentence as it stands behind another on its paper, as short as it was chosen."""
    turned = turn(candidate.quote, candidate.paper, follows=True)
    return (shortened(turned) or turned) if turned and candidate.is_shortened else turned


def _parts(
    turned: Turned, paper: Paper, subject: Subject, named: str, lead: str
) -> tuple[Part, ...]:
    mark = Mark((paper.paper_id,))
    if turned.place == "end":
        return (f"{turned.before} ", mark, turned.after)
    before = f"{lead}{turned.before}"
    if turned.place == "subject" and subject.kind == "authors":
        found: tuple[Part, ...] = (before, Mark((paper.paper_id,), authors=named), turned.after)
    else:
        found = (f"{before}{named} " if named else before, mark, turned.after)
    return tuple(part for part in found if part != "")
