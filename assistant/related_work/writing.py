"""A plan becomes a section: sentences of abstracts in the third person, each one checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from assistant.checking.checker import Checker, Verdict
from assistant.checking.comparison import Similarities
from assistant.related_work.candidates import Candidate
from assistant.related_work.choosing import Chooser
from assistant.related_work.errors import PlanError
from assistant.related_work.plan import Claim, Considered, Plan, PlannedTheme
from assistant.related_work.relating import closing_sentence, own_claim, quoted
from assistant.related_work.section import Paragraph, Section, Sentence
from assistant.related_work.wording import worded
from assistant.settings import EXTRACTIVE
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Paper

_UNSAID = "No sentence of its abstract could be reported and supported within the length."


@dataclass(slots=True)
class Progress:
    """What was written and what was left out so far."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    n_dropped: int = 0


class SectionWriter(Protocol):
    """Turns a plan into paragraphs."""

    @property
    def name(self) -> str:
        """Return the name of the backend, as `--llm` takes it."""

    def paragraphs(
        self, plan: Plan, papers: Mapping[str, Paper], progress: Progress
    ) -> Iterator[Paragraph]:
        """Yield the paragraphs as they are ready; every sentence of them is supported."""


class ExtractiveSectionWriter:
    """Writes without a language model: the same plan gives the same section, word for word."""

    name = EXTRACTIVE

    def __init__(self, checker: Checker, similarities: Similarities) -> None:
        self._checker = checker
        self._similarities = similarities

    def paragraphs(
        self, plan: Plan, papers: Mapping[str, Paper], progress: Progress
    ) -> Iterator[Paragraph]:
        """Yield the paragraphs as they are ready; themes without a sentence give none."""
        said: set[str] = set()
        for theme, n_words in shares_of(plan):
            members = [papers[paper.paper_id] for paper in theme.papers]
            claim = own_claim(plan, members, self._checker, said)
            n_left = n_words - len(quoted(claim).split()) if claim else n_words
            sentences = self._sentences(members, plan, max(n_words // 2, n_left), progress)
            if sentences:
                yield Paragraph(theme.name, (*sentences, *closed(claim, sentences, said)))

    def _sentences(
        self, papers: Sequence[Paper], plan: Plan, n_words: int, progress: Progress
    ) -> list[Sentence]:
        verdicts: dict[int, Verdict] = {}

        def accept(candidate: Candidate) -> bool:
            verdict = verdicts[id(candidate)] = self._check(candidate)
            progress.n_dropped += verdict.support != "supported"
            return verdict.support == "supported"

        chosen = Chooser(papers, plan.topic, n_words, self._similarities).choose(accept)
        return [
            Sentence(
                parts=parts,
                evidence=verdicts[id(candidate)].evidence,
                support=verdicts[id(candidate)].support,
                score=verdicts[id(candidate)].score,
            )
            for candidate, parts in worded(chosen)
        ]

    def _check(self, candidate: Candidate) -> Verdict:
        claim = candidate.turned.claim
        evidence = (Evidence(candidate.paper, candidate.span),)
        return self._checker.check(DraftSentence(claim, evidence, claim=claim))


def closed(
    claim: Claim | None, sentences: Sequence[Sentence], said: set[str]
) -> Iterator[Sentence]:
    """Yield the closing sentence of a theme, if there is one, and note its claim as `said`."""
    if claim:
        said.add(claim.text)
        yield closing_sentence(claim, sentences)


def write_section(plan: Plan, papers: Mapping[str, Paper], writer: SectionWriter) -> Section:
    """Return the section of a plan. Raises PlanError; see `check_plan`."""
    plan = check_plan(plan, papers)
    progress = Progress()
    for paragraph in writer.paragraphs(plan, papers, progress):
        progress.paragraphs.append(paragraph)
    return finished(plan, papers, progress, writer.name)


def finished(plan: Plan, papers: Mapping[str, Paper], progress: Progress, backend: str) -> Section:
    """Return the section of paragraphs that were written, its papers numbered as they are cited."""
    sentences = [each for paragraph in progress.paragraphs for each in paragraph.sentences]
    cited = list(dict.fromkeys(each for sentence in sentences for each in sentence.paper_ids))
    unsaid = (
        Considered(paper_id, papers[paper_id].title, _UNSAID)
        for paper_id in plan.paper_ids
        if paper_id not in cited
    )
    return Section(
        plan=plan,
        paragraphs=tuple(progress.paragraphs),
        papers=tuple(papers[paper_id] for paper_id in cited),
        considered=(*unsaid, *plan.considered),
        backend=backend,
        n_dropped=progress.n_dropped,
    )


def check_plan(plan: Plan, papers: Mapping[str, Paper]) -> Plan:
    """Return the plan with each paper in one theme only.

    Raises PlanError for a plan without papers, and for one that names papers that are not there.
    """
    missing = [paper_id for paper_id in plan.paper_ids if paper_id not in papers]
    if missing:
        raise PlanError(
            f"The plan names {missing[0]!r}, which is not in the library."
            " Add the paper with `citewise add`, or take it out of the plan."
        )
    if not plan.paper_ids:
        raise PlanError(
            f"The plan for {plan.topic!r} has no paper. Widen the topic, or add papers to the"
            " library with `citewise add`."
        )
    seen: set[str] = set()
    themes = []
    for theme in plan.themes:
        new = {paper.paper_id: paper for paper in theme.papers if paper.paper_id not in seen}
        seen |= new.keys()
        if new:
            themes.append(PlannedTheme(theme.name, tuple(new.values())))
    return replace(plan, themes=tuple(themes))


def shares_of(plan: Plan) -> Iterator[tuple[PlannedTheme, int]]:
    """Yield each theme and its share of the words, by its papers."""
    n_papers = sum(len(theme.papers) for theme in plan.themes)
    for theme in plan.themes:
        yield theme, max(1, round(plan.words * len(theme.papers) / n_papers))
