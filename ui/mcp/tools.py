"""The tools: search, fetch, ask and related_work."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any, cast

from anyio import from_thread
from mcp.server.fastmcp import Context
from mcp.types import ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field

from ui.filters import Filters, Text
from ui.mcp.failures import RequestError, UnknownPaperError
from ui.mcp.results import (
    Answered,
    FetchedPaper,
    SearchResults,
    answered,
    fetched,
    found,
)
from ui.mcp.section_results import WrittenSection, section_told
from ui.mcp.threads import Workers, stop_if_cancelled
from ui.related_work.growing import written
from ui.related_work.planning import plan_for
from ui.related_work.requests import (
    MAX_DRAFT_CHARS,
    MAX_PAPERS,
    MAX_TOPIC_CHARS,
    MAX_WORDS,
    MIN_WORDS,
    SectionRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from assistant.answer import Answer
    from assistant.assistant import Assistant
    from assistant.events import Event
    from vectorstore import Paper

_MOST_TURNS = 100

Session = Context[Any, Any, Any]


class EarlierTurn(BaseModel):
    """An earlier question of the conversation and what was answered."""

    model_config = ConfigDict(extra="forbid")

    question: Text
    answer: Text = ""


class PaperTools:
    """What clients may call. The library is read, in threads; nothing is written."""

    def __init__(self, assistant: "Callable[[], Assistant]", workers: Workers) -> None:
        self._assistant = assistant
        self._workers = workers

    async def search(
        self,
        query: Annotated[Text, Field(description="what to look for, in words or as a question")],
    ) -> SearchResults:
        """Return the papers that fit a query best."""
        return await self._workers.run(self._search, query)

    async def fetch(
        self,
        id: Annotated[Text, Field(description="a paper's id, as `search` and `ask` give it")],  # noqa: A002 (the contract's name)
    ) -> FetchedPaper:
        """Return one paper with its abstract."""
        return fetched(await self._workers.run(self.paper, id))

    async def ask(
        self,
        question: Annotated[Text, Field(description="one question about what the papers say")],
        session: Session,
        history: Annotated[
            list[EarlierTurn] | None,
            Field(
                max_length=_MOST_TURNS,
                description="the conversation so far, oldest first, so that a follow-up such as"
                " 'and what data does it use?' is understood",
            ),
        ] = None,
        filters: Annotated[
            Filters | None, Field(description="which papers may be used; all if left out")
        ] = None,
    ) -> Answered:
        """Return a cited answer."""
        return await self._workers.run(self._ask, question, history or [], filters, session)

    async def related_work(
        self,
        topic: Annotated[
            Text, Field(max_length=MAX_TOPIC_CHARS, description="what the section is about")
        ],
        session: Session,
        draft: Annotated[
            Text,
            Field(
                max_length=MAX_DRAFT_CHARS,
                description="the author's own text, plain, Markdown or LaTeX; the section then says"
                " what it does that the cited abstracts do not state",
            ),
        ] = "",
        words: Annotated[
            int | None,
            Field(
                ge=MIN_WORDS, le=MAX_WORDS, description="length; 300, or 25 a paper, if left out"
            ),
        ] = None,
        papers: Annotated[
            int | None,
            Field(ge=1, le=MAX_PAPERS, description="how many papers; one in 25 words if left out"),
        ] = None,
        filters: Annotated[
            Filters | None, Field(description="which papers may be cited; all if left out")
        ] = None,
    ) -> WrittenSection:
        """Return a related-work section."""
        asked = SectionRequest.model_construct(
            topic=topic, draft=draft, words=words, papers=papers, filters=filters
        )
        return await self._workers.run(self._related_work, asked, session)

    def paper(self, paper_id: str) -> "Paper":
        """Return the paper that has the id, in this library or at its source.

        Raises UnknownPaperError.
        """
        catalogue = self._assistant().library.catalogue
        for known in catalogue.ids_meant_by([paper_id]):
            if paper := catalogue.get([known]).get(known):
                return paper
        raise UnknownPaperError(paper_id)

    def _search(self, query: str) -> SearchResults:
        from assistant.assistant import check_question

        if not query.strip():
            raise RequestError("The query is empty. Name what to search for.")
        assistant = self._assistant()
        check_question(query, max_chars=assistant.options.max_question_chars)
        return found(assistant.library.search(query, top_k=assistant.options.top_k))

    def _ask(
        self,
        question: str,
        history: list[EarlierTurn],
        filters: Filters | None,
        session: Session,
    ) -> Answered:
        from assistant.answer import Turn

        events = self._assistant().stream(
            question,
            history=[Turn(turn.question, turn.answer) for turn in history],
            where=filters.as_search_filter() if filters else None,
        )
        answer = _followed(cast("Generator[Event, None, None]", events), session)
        if answer.cut:  # half an answer would look like a whole one
            raise RequestError(f"The answer was cut: {answer.cut}")
        return answered(answer)

    def _related_work(self, asked: SectionRequest, session: Session) -> WrittenSection:
        if not (asked.topic.strip() or asked.draft.strip()):
            raise RequestError("The topic is empty. Name what the section is about.")
        assistant = self._assistant()
        plan = plan_for(asked, assistant.library)
        stop_if_cancelled()
        writer = assistant.sections.writer(stop_if_cancelled)
        for n_steps, picture in enumerate(written(plan, assistant.library, writer), 1):
            step = f"Wrote {len(picture.section.paragraphs)} of {len(plan.themes)} paragraphs"
            from_thread.run(session.report_progress, n_steps, None, step)
        return section_told(picture.section)


def _followed(events: "Generator[Event, None, None]", session: Session) -> "Answer":
    """Return the answer; meanwhile tell the client how far it is, and stop when it has gone."""
    from assistant.events import answer_of

    with closing(events):
        for n_steps, event in enumerate(events, 1):
            stop_if_cancelled()
            if step := _step(event):
                from_thread.run(session.report_progress, n_steps, None, step)
    return answer_of(event)


def _step(event: "Event") -> str:
    """Return what a client may show of a step; empty for what is too small to tell."""
    from assistant.events import Retrieved, SentenceChecked, Understood

    match event:
        case Understood():
            return f"Searching: {event.standalone_question}"
        case Retrieved():
            return f"Reading {len(event.hits)} papers"
        case SentenceChecked():
            return f"Checked: {event.sentence.text}"
    return ""


READ_ONLY = ToolAnnotations(
    readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False
)
TITLES = {
    "search": "Search papers",
    "fetch": "Read a paper",
    "ask": "Ask the papers",
    "related_work": "Write related work",
}
DESCRIPTIONS = {
    "search": "Find research papers of this library by meaning and by words. Returns the best"
    " ones, best first, with id, title and link. Read their abstracts with `fetch`.",
    "fetch": "Read one paper of this library: title, abstract, link, authors and date. The text is"
    " the abstract; the library holds no full texts.",
    "ask": "Answer a question from the abstracts of this library. Each sentence cites the words of"
    " an abstract that it stands on, and was checked against them. Where the abstracts do not say,"
    " `abstained` is true and the nearest papers are named: do not fill the gap by guessing."
    " Also answers questions about the collection, such as how many papers are from 2023.",
    "related_work": "Write a related-work section on a topic out of the abstracts of this library."
    " Every sentence cites the words of an abstract and was checked against them. Comes with the"
    " references, BibTeX, and the papers that were found and not cited, with reasons. Keep the"
    " [n] markers; add no claim of your own.",
}
