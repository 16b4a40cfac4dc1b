"""One path for a question, whoever asks: understand, retrieve, write, check, answer."""

from collections.abc import Iterable, Iterator, Sequence

from assistant.abstention import abstention_text
from assistant.answer import Answer, AnswerSentence, Citation, Turn
from assistant.checking import check
from assistant.collection.answering import answer_about_collection
from assistant.errors import QuestionError
from assistant.events import (
    Completed,
    Event,
    Retrieved,
    SentenceChecked,
    TextDelta,
    Understood,
    answer_of,
)
from assistant.stopwatch import Stopwatch
from assistant.understanding.question import Form
from assistant.understanding.understand import Understander, Understanding
from assistant.writers.writer import DraftSentence, Writer, WritingTask
from vectorstore import Hit, Library, Paper, SearchFilter, Span

N_NEAREST = 3
LIST_FACTOR = 3  # a list has room for more papers than a passage
_CLOSING = ".!?…"


class Assistant:
    """Answers questions about the papers of one library. Holds no state between questions."""

    def __init__(
        self, library: Library, writer: Writer, *, top_k: int, max_question_chars: int
    ) -> None:
        self.library = library
        self._writer = writer
        self._top_k = top_k
        self._max_question_chars = max_question_chars
        self._understander = Understander(library)

    @property
    def backend(self) -> str:
        """Return the name of the writer."""
        return self._writer.name

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
        Raises QuestionError for a question that is empty or too long.
        """
        check_question(question, max_chars=self._max_question_chars)
        watch = Stopwatch("understand", "retrieve", "write", "check")
        with watch.stage("understand"):
            understood = self._understander.understand(question.strip(), self._usable(history))
        bounds = (where or SearchFilter()).merged_with(understood.where)
        yield Understood(understood.question.text)
        with watch.stage("retrieve"):
            hits = self._retrieve(understood, bounds, top_k or self._top_k)
        yield Retrieved(tuple(hits))
        page = _Page()
        for draft in watch.each("write", self._drafts(understood, bounds, hits)):
            with watch.stage("check"):
                sentence, delta = page.add(draft)
            yield TextDelta(delta)
            yield SentenceChecked(sentence)
        nearest = () if page.sentences else tuple(hit.paper for hit in hits[:N_NEAREST])
        if not page.sentences:
            page.text = abstention_text(nearest)
            yield TextDelta(page.text)
        yield Completed(
            Answer(
                question=question,
                standalone_question=understood.question.text,
                text=page.text,
                abstained=not page.sentences,
                backend=self.backend,
                sentences=tuple(page.sentences),
                citations=tuple(page.citations),
                nearest=nearest,
                timings_ms=watch.milliseconds,
            )
        )

    def _usable(self, history: Sequence[Turn]) -> list[Turn]:
        """Return the turns whose question could be answered: one of 1 MB takes 17 s to analyse."""
        return [turn for turn in history if len(turn.question) <= self._max_question_chars]

    def _retrieve(self, understood: Understanding, bounds: SearchFilter, top_k: int) -> list[Hit]:
        if understood.collection:
            return []
        if understood.question.form is Form.LIST:
            top_k *= LIST_FACTOR
        return self.library.search(understood.question.query, top_k=top_k, where=bounds)

    def _drafts(
        self, understood: Understanding, bounds: SearchFilter, hits: Sequence[Hit]
    ) -> Iterator[DraftSentence]:
        if understood.collection:
            return answer_about_collection(understood.collection, bounds, self.library)
        return self._writer.write(WritingTask(understood.question, tuple(hits)))


def check_question(question: str, *, max_chars: int) -> None:
    """Raise QuestionError for a question that is empty or longer than `max_chars`."""
    if not question.strip():
        raise QuestionError("The question is empty. Ask something about the papers.")
    if len(question) > max_chars:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {max_chars:,} are answered"
            " (CITEWISE_MAX_QUESTION_CHARS)."
        )


class _Page:
    """The answer as it grows: text, sentences, and citations numbered in order of appearance."""

    def __init__(self) -> None:
        self.text = ""
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []

    def add(self, draft: DraftSentence) -> tuple[AnswerSentence, str]:
        """Check a sentence, number what it cites, and return it with the Markdown it adds."""
        verdict = check(draft)
        numbers = tuple(dict.fromkeys(self._number(*located) for located in verdict.evidence))
        sentence = AnswerSentence(draft.text, numbers, verdict.support, verdict.score)
        lead = draft.lead if self.sentences else draft.lead.lstrip()
        delta = lead + _with_markers(draft.text, numbers)
        self.sentences.append(sentence)
        self.text += delta
        return sentence, delta

    def _number(self, paper: Paper, span: Span) -> int:
        for citation in self.citations:
            if (citation.paper.paper_id, citation.span) == (paper.paper_id, span):
                return citation.number
        self.citations.append(Citation(len(self.citations) + 1, paper, span))
        return len(self.citations)


def _with_markers(text: str, numbers: Sequence[int]) -> str:
    """Return the sentence with `[n]` markers before its full stop."""
    marks = "".join(f"[{number}]" for number in numbers)
    if not marks:
        return text
    body = text.rstrip(_CLOSING)
    return f"{body} {marks}{text[len(body) :]}"
