"""From a question to the sentences of its answer: search, write, check, and search again."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Thread

from assistant.abstention import is_off_topic
from assistant.backends.tokens import TokenMeter
from assistant.checking.checker import Checker, Verdict
from assistant.citing.phrases import says_nothing_is_said
from assistant.errors import BackendError
from assistant.events import Event, Retrieved, SentenceChecked, TextDelta
from assistant.options import Options
from assistant.page import Page
from assistant.stopwatch import Stopwatch
from assistant.trace import PartTrace, Round, StopReason
from assistant.understanding.comparison import compared_sides
from assistant.understanding.question import Form, Question
from assistant.understanding.refining import Refiner
from assistant.writers.writer import DraftSentence, Rewriting, Writer, WritingTask
from vectorstore import Hit, Library, SearchFilter

_LIST_FACTOR = 3  # a list has room for more papers than a passage


@dataclass(slots=True)
class Inquiry:
    """One question on its way: what bounds it, and what there is of its answer so far.

    `hits` are what all rounds brought, best first within a round; `cut` says why the writer ended
    before it was done, `fell_back` why another one took its place.
    """

    top_k: int
    watch: Stopwatch
    bounds: SearchFilter = SearchFilter()  # noqa: RUF009 (frozen, so it can be shared)
    meter: TokenMeter = field(default_factory=TokenMeter)
    page: Page = field(default_factory=Page)
    hits: list[Hit] = field(default_factory=list)
    parts: list[PartTrace] = field(default_factory=list)
    cut: str = ""
    fell_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigator:
    """Answers questions from the papers of a library. Holds no state between questions.

    After IM-RAG (Yang et al., 2024): a part of a question that stays without supported sentences is
    searched again with another query, within a budget of rounds.
    """

    library: Library
    writer: Writer
    checker: Checker
    refiner: Refiner
    options: Options
    fallback: Writer | None = None

    def investigate(self, parts: Sequence[Question], inquiry: Inquiry) -> Iterator[Event]:
        """Answer one part after the other; yield the events of it.

        Raises BackendError when the writer fails before there is any sentence.
        """
        for part in parts:
            yield from self._answer(part, inquiry)
            if inquiry.cut:
                return

    def check_all(self, drafts: Iterator[DraftSentence], inquiry: Inquiry) -> Iterator[Event]:
        """Check sentences that need no search; yield the events of it."""
        for draft in inquiry.watch.each("write", drafts):
            yield from self._add(draft, self._verdict(draft, (), inquiry), inquiry)

    def _answer(self, part: Question, inquiry: Inquiry) -> Iterator[Event]:
        found: list[Hit] = []
        rounds: list[Round] = []
        stopped: StopReason | None = None
        while stopped is None:
            stopped = yield from self._round(part, found, rounds, inquiry)
        inquiry.parts.append(PartTrace(part.text, tuple(rounds), stopped))

    def _round(
        self, part: Question, found: list[Hit], rounds: list[Round], inquiry: Inquiry
    ) -> Generator[Event, None, StopReason | None]:
        """Search once and write from what is new; return why to stop, or None to go on.

        Adds to `found` and `rounds`.
        """
        queries = self._queries(part, found, inquiry) if rounds else _first_queries(part)
        with inquiry.watch.stage("retrieve"):
            hits = self._search(queries, part, inquiry, known=found)
        if rounds and not hits:
            return "nothing new found"
        found += hits
        inquiry.hits += hits
        yield Retrieved(tuple(hits))
        n_before = inquiry.page.n_supported
        is_off = not rounds and is_off_topic(part, hits)
        if not is_off:
            task = WritingTask(part, tuple(hits), inquiry.bounds, inquiry.meter)
            yield from self._write(task, inquiry)
        n_supported = inquiry.page.n_supported - n_before
        rounds.append(Round(queries, tuple(hit.paper.paper_id for hit in hits), n_supported))
        if n_supported:
            return "supported"
        if is_off:
            return "off topic"
        if inquiry.cut:
            return "backend failed"
        return "round limit" if len(rounds) == self.options.max_rounds else None

    def _queries(self, part: Question, found: Sequence[Hit], inquiry: Inquiry) -> tuple[str, ...]:
        with inquiry.watch.stage("understand"):
            papers = [hit.paper for hit in found]
            return (self.refiner.refined(part, papers, meter=inquiry.meter),)

    def _search(
        self, queries: Sequence[str], part: Question, inquiry: Inquiry, *, known: Sequence[Hit]
    ) -> list[Hit]:
        """Return papers that are not known yet, of each query in turn."""
        top_k = inquiry.top_k * (_LIST_FACTOR if part.form is Form.LIST else 1)
        depth = top_k + len(known)
        rankings = [
            self.library.search(query, top_k=depth, where=inquiry.bounds) for query in queries
        ]
        seen = {hit.paper.paper_id for hit in known}
        merged: dict[str, Hit] = {}
        for rank in range(depth):
            for ranking in rankings:
                if rank < len(ranking) and ranking[rank].paper.paper_id not in seen:
                    merged.setdefault(ranking[rank].paper.paper_id, ranking[rank])
        return list(merged.values())[:top_k]

    def _write(self, task: WritingTask, inquiry: Inquiry) -> Iterator[Event]:
        inquiry.page.begin_paragraph()
        try:
            writer = self.fallback if self.fallback and inquiry.fell_back else self.writer
            yield from self._written(writer, task, inquiry)
        except BackendError as error:
            if self.fallback:
                inquiry.fell_back = str(error)
                inquiry.page.begin_paragraph()
                yield from self._written(self.fallback, task, inquiry)
            elif inquiry.page.sentences:
                inquiry.cut = str(error)
            else:
                raise

    def _written(self, writer: Writer, task: WritingTask, inquiry: Inquiry) -> Iterator[Event]:
        if isinstance(writer, Rewriting):  # a language model: this is done before its first word
            papers = [hit.paper for hit in task.hits]
            Thread(target=self.checker.prepare, args=(papers,), daemon=True).start()
        for draft in inquiry.watch.each("write", writer.write(task)):
            if isinstance(draft, DraftSentence):
                yield from self._judged(draft, writer, task, inquiry)
            elif self.options.unsupported == "mark":
                yield from _told(inquiry.page.grow(draft.text))

    def _judged(
        self, draft: DraftSentence, writer: Writer, task: WritingTask, inquiry: Inquiry
    ) -> Iterator[Event]:
        """Check a sentence; do with it what the options say where it is unsupported."""
        if says_nothing_is_said(draft.text):
            yield from self._add(draft, Verdict("supported", 1.0, ()), inquiry)
            return
        if inquiry.page.repeats(draft):
            return
        verdict = self._verdict(draft, task.hits, inquiry)
        if verdict.support == "unsupported" and self.options.unsupported != "mark":
            if self.options.unsupported == "drop" or not isinstance(writer, Rewriting):
                return
            with inquiry.watch.stage("write"):
                rewritten = writer.rewrite(task, draft, verdict.reason)
            if rewritten is None:
                return
            draft, verdict = rewritten, self._verdict(rewritten, task.hits, inquiry)
            if verdict.support == "unsupported":
                return
        yield from self._add(draft, verdict, inquiry)

    def _verdict(self, draft: DraftSentence, hits: Sequence[Hit], inquiry: Inquiry) -> Verdict:
        with inquiry.watch.stage("check"):
            return self.checker.check(draft, [hit.paper for hit in hits])

    def _add(self, draft: DraftSentence, verdict: Verdict, inquiry: Inquiry) -> Iterator[Event]:
        sentence, delta = inquiry.page.add(draft, verdict)
        yield from _told(delta)
        yield SentenceChecked(sentence)


def _told(delta: str) -> Iterator[TextDelta]:
    if delta:
        yield TextDelta(delta)


def _first_queries(part: Question) -> tuple[str, ...]:
    """Return what is searched first: the question, and the things that it compares."""
    sides = compared_sides(part.text) if part.form is Form.COMPARISON else None
    return (part.query, *sides) if sides else (part.query,)
