"""One path for a question, whoever asks: understand, retrieve, write, check, answer."""

from collections.abc import Iterable, Iterator, Sequence

from assistant.abstention import Abstention, abstain
from assistant.answer import Answer, Turn
from assistant.checking.checker import Checker
from assistant.collection.answering import answer_about_collection
from assistant.errors import QuestionError
from assistant.events import Completed, Event, Retrieved, TextDelta, Understood, answer_of
from assistant.investigating import Inquiry, Investigator
from assistant.markdown import escape
from assistant.options import Options
from assistant.reading.comparing import unmentioned_sides
from assistant.related_work.section_writers import SectionWriters
from assistant.stopwatch import Stopwatch
from assistant.understanding.parts import parts_of
from assistant.understanding.question import analyse
from assistant.understanding.refining import Refiner, RuleRefiner
from assistant.understanding.rewriting import Rewriter
from assistant.understanding.understand import Understander, Understanding
from assistant.writers.writer import Writer
from vectorstore import Library, SearchFilter


class Assistant:
    """Answers questions about the papers of one library. Holds no state between questions."""

    def __init__(
        self,
        library: Library,
        writer: Writer,
        *,
        options: Options | None = None,
        rewriter: Rewriter | None = None,
        checker: Checker | None = None,
        refiner: Refiner | None = None,
        fallback: Writer | None = None,
        sections: SectionWriters | None = None,
    ) -> None:
        self.library = library
        self.sections = sections or SectionWriters(library)
        self.options = options or Options()
        self._understander = Understander(library, rewriter=rewriter)
        self._investigator = Investigator(
            library=library,
            writer=writer,
            checker=checker or Checker(library.similarities),
            refiner=refiner or RuleRefiner(),
            options=self.options,
            fallback=fallback,
        )

    @property
    def backend(self) -> str:
        """Return the name of the writer."""
        return self._investigator.writer.name

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: SearchFilter | None = None,
        top_k: int | None = None,
    ) -> Answer:
        """Return the answer to `question`; see `stream` for the arguments and errors."""
        *_, last = self.stream(question, history=history, where=where, top_k=top_k)
        return answer_of(last)

    def turns_of(self, questions: Iterable[str]) -> list[Turn]:
        """Return the conversation that asking these questions one after another makes."""
        turns: list[Turn] = []
        for question in questions:
            turns.append(self.ask(question, history=turns).as_turn())
        return turns

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: SearchFilter | None = None,
        top_k: int | None = None,
    ) -> Iterator[Event]:
        """Yield the events of one answer; the last one is `Completed`.

        `history` is the conversation so far, oldest first; `where` bounds the papers, beside what
        the question itself asks for; `top_k` is how many papers are retrieved.
        Raises QuestionError for a question that is empty or too long, BackendError when a language
        model fails before it has given a sentence.
        """
        check_question(question, max_chars=self.options.max_question_chars)
        watch = Stopwatch("understand", "retrieve", "write", "check")
        inquiry = Inquiry(watch=watch, top_k=top_k or self.options.top_k)
        with watch.stage("understand"):
            understood = self._understander.understand(
                question.strip(), self._usable(history), meter=inquiry.meter
            )
        inquiry.bounds = (where or SearchFilter()).merged_with(understood.where)
        yield Understood(understood.standalone)
        yield from self._investigated(understood, inquiry)
        abstention = None
        if not inquiry.page.sentences:
            abstention = abstain(understood.question, inquiry.hits)
            yield TextDelta(inquiry.page.close(abstention.text))
        elif untold := _untold(inquiry) + self._unmentioned_sides(understood, inquiry):
            yield TextDelta(inquiry.page.close(untold))
        yield Completed(self._answer(question, understood, inquiry, abstention))

    def _usable(self, history: Sequence[Turn]) -> list[Turn]:
        """Return the turns whose question could be answered: one of 1 MB takes 17 s to analyse."""
        return [turn for turn in history if len(turn.question) <= self.options.max_question_chars]

    def _investigated(self, understood: Understanding, inquiry: Inquiry) -> Iterator[Event]:
        if not understood.collection:
            parts = [analyse(part) for part in parts_of(understood.question.text)]
            yield from self._investigator.investigate(parts, inquiry)
            return
        yield Retrieved(())
        drafts = answer_about_collection(understood.collection, inquiry.bounds, self.library)
        yield from self._investigator.check_all(drafts, inquiry)

    def _unmentioned_sides(self, understood: Understanding, inquiry: Inquiry) -> str:
        """Return the line that names what was to be compared and no paper cited mentions."""
        if understood.collection or inquiry.cut:
            return ""
        papers = [citation.paper for citation in inquiry.page.citations]
        names = unmentioned_sides(understood.question, papers, self.library)
        sides = " or ".join(f"*{escape(name)}*" for name in names)
        return f"\n\nNo abstract cited here mentions {sides}." if names else ""

    def _answer(
        self,
        question: str,
        understood: Understanding,
        inquiry: Inquiry,
        abstention: Abstention | None,
    ) -> Answer:
        page = inquiry.page
        fallback = self._investigator.fallback
        return Answer(
            question=question,
            standalone_question=understood.standalone,
            text=page.text,
            abstained=abstention is not None,
            backend=fallback.name if fallback and inquiry.fell_back else self.backend,
            sentences=tuple(page.sentences),
            citations=tuple(page.citations),
            nearest=abstention.nearest if abstention else (),
            timings_ms=inquiry.watch.milliseconds,
            trace=tuple(inquiry.parts),
            tokens=inquiry.meter,
            abstention=abstention.kind if abstention else None,
            cut=inquiry.cut,
            fell_back=inquiry.fell_back,
        )


def check_question(question: str, *, max_chars: int) -> None:
    """Raise QuestionError for a question that is empty or longer than `max_chars`."""
    if not question.strip():
        raise QuestionError("The question is empty. Ask something about the papers.")
    if len(question) > max_chars:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {max_chars:,} are answered"
            " (CITEWISE_MAX_QUESTION_CHARS)."
        )


def _untold(inquiry: Inquiry) -> str:
    """Return the line that names the parts of the question which stayed without an answer."""
    untold = [part.part for part in inquiry.parts if not any(r.n_supported for r in part.rounds)]
    if not untold or inquiry.cut or len(untold) == len(inquiry.parts):
        return ""
    questions = " ".join(f"*{escape(part)}*" for part in untold)
    return f"\n\nWhat the abstracts do not say: {questions}"
