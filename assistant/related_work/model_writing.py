"""A language model writes theme by theme, held to the excerpts, under the same check."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.backends.budget import count_fitting_excerpts
from assistant.backends.chat_backend import ChatBackend
from assistant.backends.tokens import TokenMeter
from assistant.checking.checker import Checker, Verdict
from assistant.citing.excerpts import as_data, excerpt_of, fenced
from assistant.citing.reader import AnswerReader
from assistant.citing.sentences import CitedSentence
from assistant.related_work.plan import Plan, PlannedTheme
from assistant.related_work.relating import own_claim
from assistant.related_work.section import Mark, Paragraph, Part, Sentence
from assistant.related_work.writing import Progress, closed, shares_of
from assistant.writers.writer import DraftSentence, Evidence
from prompts import load_prompt
from vectorstore import Paper

_TASK = "related_work"


class ModelSectionWriter:
    """Has a model write each paragraph; a sentence that is not supported is left out."""

    def __init__(
        self, backend: ChatBackend, checker: Checker, *, prompts: Path | None = None
    ) -> None:
        """Take the template of the directory `prompts`, or else ours; PromptError if it is bad."""
        self.name = backend.name
        self.meter = TokenMeter()
        self._backend = backend
        self._checker = checker
        self._prompt = load_prompt(_TASK, prompts)

    def paragraphs(
        self, plan: Plan, papers: Mapping[str, Paper], progress: Progress
    ) -> Iterator[Paragraph]:
        """Yield the paragraphs as they are ready. Raises BackendError when the model fails."""
        said: set[str] = set()
        for theme, n_words in shares_of(plan):
            members = [papers[paper.paper_id] for paper in theme.papers]
            shown, reply = self._asked(members, plan, theme, n_words)
            sentences = list(
                self._checked(_cited(reply, shown, self._prompt.marks), shown, progress)
            )
            if sentences:
                claim = own_claim(plan, shown, self._checker, said)
                yield Paragraph(theme.name, (*sentences, *closed(claim, sentences, said)))

    def _asked(
        self, papers: Sequence[Paper], plan: Plan, theme: PlannedTheme, n_words: int
    ) -> tuple[Sequence[Paper], str]:
        """Return the papers that were shown, as many as fit, and what the model wrote."""
        marks = self._prompt.marks
        values = {
            "topic": as_data(plan.topic, marks),
            "theme": as_data(theme.name or plan.topic, marks),
            "words": str(n_words),
        }
        excerpts = [excerpt_of(paper, number, marks) for number, paper in enumerate(papers, 1)]
        n_shown = count_fitting_excerpts(
            excerpts,
            system="\n".join(self._prompt.filled(excerpts="", **values)),
            question="",
            context_tokens=self._backend.context_tokens,
            max_output_tokens=self._backend.limits.max_output_tokens,
        )
        system, user = self._prompt.filled(excerpts=fenced(excerpts[:n_shown]), **values)
        return papers[:n_shown], self._backend.complete(system, user, meter=self.meter)

    def _checked(
        self, drafts: Sequence[CitedSentence], papers: Sequence[Paper], progress: Progress
    ) -> Iterator[Sentence]:
        for draft in drafts:
            cited = [papers[number - 1] for number in draft.numbers]
            evidence = tuple(Evidence(paper) for paper in cited)
            verdict = self._checker.check(
                DraftSentence(draft.text, evidence, claim=draft.text), papers
            )
            if verdict.support == "supported" and verdict.evidence:
                yield _sentence(draft.text, verdict)
            else:
                progress.n_dropped += 1


def _cited(reply: str, papers: Sequence[Paper], marks: str) -> list[CitedSentence]:
    reader = AnswerReader(
        [as_data(paper.title) for paper in papers],
        marks="round" if marks == "round" else "square",
        urls_of="\n".join(paper.abstract for paper in papers),
    )
    items = [*reader.read(reply), *reader.end()]
    return [item for item in items if isinstance(item, CitedSentence)]


def _sentence(text: str, verdict: Verdict) -> Sentence:
    """Return the sentence with its citation before the full stop."""
    ids = tuple(dict.fromkeys(paper.paper_id for paper, _ in verdict.evidence))
    body = text.rstrip()
    stop = body[-1] if body.endswith((".", "!", "?")) else "."
    parts: tuple[Part, ...] = (f"{body.rstrip('.!?')} ", Mark(ids), stop)
    return Sentence(parts, verdict.evidence, verdict.support, verdict.score)
