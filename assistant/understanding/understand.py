"""Understanding a question: what it refers back to, which papers it bounds, what kind it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.abstention import ABSTENTION
from assistant.answer import Turn
from assistant.collection.parsing import parse_collection_question
from assistant.collection.query import CollectionQuery, Operation
from assistant.understanding.followups import refers_back, standalone
from assistant.understanding.question import Question, analyse
from assistant.understanding.timespan import find_timespan
from assistant.wording import phrase
from vectorstore import Library, Paper, SearchFilter

_MAX_TURNS = 6  # what a follow-up can still refer to
_TOP_K = 3

_POLITENESS = phrase(r"^(?:(?:thanks|thank you|great|ok|okay|please|hi|hello|hey)\b[,.!]*\s*)+")
_THESE = phrase(
    r"\b(?:of|among|from) (?:these|them|those)\b"
    r"|\b(?:these|those) (?:papers|articles|studies|works|publications)\b"
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question ready to be searched, follow-ups completed.

    `where` are the bounds that the question itself sets; `collection` is None for a question about
    what papers say.
    """

    question: Question
    where: SearchFilter
    collection: CollectionQuery | None


class Understander:
    """Understands questions about the papers of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def understand(self, question: str, history: Sequence[Turn] = ()) -> Understanding:
        """Return what is asked; `history` is the conversation so far, oldest first."""
        question = " ".join(question.split())
        if question.isupper():  # or every word would be read as a name
            question = question.lower()
        question = _POLITENESS.sub("", question) or question
        history = list(history)[-_MAX_TURNS:]
        these = history[-1].paper_ids if history and _THESE.search(question) else ()
        complete = question if these else self._standalone(question, history)
        span = find_timespan(complete, today=_today())
        collection = parse_collection_question(complete, span)
        where = SearchFilter()
        if collection:
            where = collection.where
        elif span:
            where = SearchFilter(published_from=span.start, published_to=span.end)
        if these:
            where = where.merged_with(SearchFilter(paper_ids=frozenset(these)))
        return Understanding(analyse(complete), where, collection)

    def _standalone(self, question: str, history: Sequence[Turn]) -> str:
        if not history or not refers_back(question) or self._is_about_collection(question):
            return question
        *earlier, last = history
        previous = self._standalone(last.question, earlier)
        return standalone(question, previous, self._papers_of(last, previous))

    def _is_about_collection(self, question: str) -> bool:
        """Return whether it is a question about the whole collection, whatever was said before."""
        query = parse_collection_question(question, find_timespan(question, today=_today()))
        return query is not None and query.operation in {Operation.COUNT, Operation.EXTREME}

    def _papers_of(self, turn: Turn, standalone_question: str) -> list[Paper]:
        """Return the papers that the turn's answer cited, or else those found for its question."""
        if turn.answer.startswith(ABSTENTION):
            return []
        if turn.paper_ids:
            known = self._library.catalogue.get(turn.paper_ids)
            return [known[paper_id] for paper_id in turn.paper_ids if paper_id in known]
        return [hit.paper for hit in self._library.search(standalone_question, top_k=_TOP_K)]


def _today() -> date:
    return datetime.now(UTC).date()
