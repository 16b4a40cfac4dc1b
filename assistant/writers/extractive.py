"""The extractive writer: an answer out of the abstracts' own sentences, no language model."""

from collections.abc import Iterator, Sequence

from assistant.markdown import dated_title, escape
from assistant.reading.answerability import answers
from assistant.reading.comparing import Side, read_sides
from assistant.reading.evidence import gather_evidence
from assistant.reading.finding import asks_yes_or_no
from assistant.reading.listing import relevant_papers
from assistant.reading.naming import is_in_title
from assistant.reading.phrasing import reported, with_lead_in
from assistant.reading.scoring import Candidate, score_sentences, term_weights
from assistant.reading.selecting import readable, select_sentences
from assistant.settings import EXTRACTIVE
from assistant.understanding.question import Form, Question
from assistant.writers.writer import DraftSentence, Evidence, WritingTask
from vectorstore import Hit, Library

MAX_LISTED = 10


class ExtractiveWriter:
    """Deterministic: the same library and question give the same answer, word for word."""

    name = EXTRACTIVE

    def __init__(self, library: Library) -> None:
        self._library = library

    def write(self, task: WritingTask) -> Iterator[DraftSentence]:
        """Yield the answer's sentences; none where the abstracts do not answer."""
        question = task.question
        if question.form is Form.LIST:
            return self._list(question, task.hits)
        if question.form is Form.COMPARISON:
            sides = self._sides(task)
            if sides:
                return _paragraphs(sides)
        return self._passage(task)

    def _passage(self, task: WritingTask) -> Iterator[DraftSentence]:
        """Answer from the paper whose best sentence answers, the sentence that does so first.

        Where no single paper answers, several things that the question names are read one by one.
        """
        question = task.question
        weights = term_weights(question, self._library)
        candidates = score_sentences(question, task.hits, weights, self._library)
        evidence = gather_evidence(question, candidates, weights)
        answering = next((e for e in evidence if answers(question, e, weights)), None)
        if answering:
            selected = select_sentences(question, answering.best, candidates)
            yield from _paragraph(readable(selected))
        else:
            yield from _paragraphs(self._sides(task))

    def _sides(self, task: WritingTask) -> list[Side]:
        """Return what is said of each thing that the question names; empty where it is not that.

        A yes/no question ("Is A safer than B?") is not settled by a paper that mentions A and one
        that mentions B: each must be on its own.
        """
        question = task.question
        sides = read_sides(question, self._library, task.where)
        papers = (side.sentences[0].hit.paper for side in sides)
        if asks_yes_or_no(question) and not all(is_in_title(question, paper) for paper in papers):
            return []
        return sides

    def _list(self, question: Question, hits: Sequence[Hit]) -> Iterator[DraftSentence]:
        """Answer with one line a paper: its title and its best sentence."""
        weights = term_weights(question, self._library)
        candidates = score_sentences(question, hits, weights, self._library)
        relevant = relevant_papers(question, candidates, weights)
        heading = _list_heading(len(relevant))
        for position, candidate in enumerate(relevant[:MAX_LISTED]):
            yield _line(candidate, lead="\n- " if position else f"{heading}- ")


def _list_heading(n_relevant: int) -> str:
    plural = "s" if n_relevant > 1 else ""
    shown = f"The {MAX_LISTED} closest of" if n_relevant > MAX_LISTED else ""
    order = " found" if shown else ", the closest first"
    return f"{shown} {n_relevant} paper{plural}{order}:\n\n".lstrip()


def _paragraphs(sides: Sequence[Side]) -> Iterator[DraftSentence]:
    for position, side in enumerate(sides):
        yield from _paragraph(side.sentences, lead="\n\n" if position else "")


def _paragraph(sentences: Sequence[Candidate], *, lead: str = "") -> Iterator[DraftSentence]:
    """Yield sentences of one paper; the first one says whose they are."""
    for position, candidate in enumerate(sentences):
        claim = reported(candidate.text)
        paper = candidate.hit.paper
        yield DraftSentence(
            text=escape(claim) if position else with_lead_in(claim, paper),
            evidence=(Evidence(paper, candidate.span),),
            claim=claim,
            lead=" " if position else lead,
        )


def _line(candidate: Candidate, *, lead: str) -> DraftSentence:
    paper, claim = candidate.hit.paper, reported(candidate.text)
    return DraftSentence(
        text=f"{dated_title(paper.title, paper.year)}: {escape(claim)}",
        evidence=(Evidence(paper, candidate.span),),
        claim=claim,
        lead=lead,
    )
