"""Understanding a question: what it refers back to, which papers it bounds, what kind it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from assistant.abstention import ABSTENTION
from assistant.answer import Turn
from assistant.backends.tokens import TokenMeter
from assistant.collection.parsing import parse_collection_question
from assistant.collection.query import CollectionQuery, Operation
from assistant.understanding.followups import refers_back
from assistant.understanding.question import Question, analyse
from assistant.understanding.rewriting import Rewriter, RuleRewriter
from assistant.understanding.timespan import find_timespan
from assistant.wording import phrase
from vectorstore import Library, Paper, SearchFilter

_MAX_TURNS = 6  # what a follow-up can still refer to
_TOP_K = 3

_POLITENESS = phrase(r"^(?:(?:thanks|thank you|great|ok|okay|please|hi|hello|hey)\b[,.!]*\s*)+")
_ALL = "(?:all )?(?:of )?(?:the|these|your) (?:papers|abstracts|collection|library|literature)"
_BY_ALL = phrase(
    rf"^(?:according to|based on) {_ALL}, |(?:,? according to|, based on) {_ALL}(?=[,;?.!]|$)"
)
_THESE = phrase(
    r"\b(?:of|among|from) (?:these|them|those)\b"
    r"|\b(?:these|those) (?:papers|articles|studies|works|publications)\b"
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question ready to be searched, follow-ups completed.

    `standalone` is the whole of it. `where` are the bounds that it sets, of which `question` is
    free; `collection` is None for a question about what papers say.
    """

    standalone: str
    question: Question
    where: SearchFilter
    collection: CollectionQuery | None


class Understander:
    """Understands questions about the papers of one library.

    `rewriter` completes the question asked. The earlier ones, where they need it, are completed by
    rule: a language model is asked once a question.
    """

    def __init__(self, library: Library, *, rewriter: Rewriter | None = None) -> None:
        self._library = library
        self._rules = RuleRewriter()
        self._rewriter = rewriter or self._rules

    def understand(
        self, question: str, history: Sequence[Turn] = (), *, meter: TokenMeter | None = None
    ) -> Understanding:
        """Return what is asked; `history` is the conversation so far, oldest first.

        `meter` counts the tokens that completing a follow-up spends.
        """
        question = " ".join(question.split())
        if question.isupper():  # or every word would be read as a name
            question = question.lower()
        question = _POLITENESS.sub("", question) or question
        history = list(history)[-_MAX_TURNS:]
        these = history[-1].paper_ids if history and _THESE.search(question) else ()
        question = _BY_ALL.sub("", question) or question
        complete = question if these else self._standalone(question, history, meter)
        span = find_timespan(complete, today=_today())
        collection = parse_collection_question(complete, span)
        asked, where = complete, SearchFilter()
        if collection:
            where = collection.where
        elif span:
            asked = span.taken_from(complete)
            where = SearchFilter(published_from=span.start, published_to=span.end)
        if these:
            where = where.merged_with(SearchFilter(paper_ids=frozenset(these)))
        return Understanding(complete, analyse(asked), where, collection)

    def _standalone(self, question: str, history: Sequence[Turn], meter: TokenMeter | None) -> str:
        if not self._leans_on(question, history):
            return question
        turns = self._completed(history)
        papers = self._papers_of(turns[-1])
        return self._rewriter.rewrite(question, turns, papers, meter=meter)

    def _completed(self, history: Sequence[Turn]) -> list[Turn]:
        """Return the turns with their questions standing alone."""
        turns: list[Turn] = []
        for turn in history:
            text = turn.question
            if self._leans_on(text, turns):
                text = self._rules.rewrite(text, turns, self._papers_of(turns[-1]))
            turns.append(replace(turn, question=text))
        return turns

    def _leans_on(self, question: str, history: Sequence[Turn]) -> bool:
        is_follow_up = bool(history) and refers_back(question)
        return is_follow_up and not self._is_about_collection(question)

    def _is_about_collection(self, question: str) -> bool:
        """Return whether it is a question about the whole collection, whatever was said before."""
        query = parse_collection_question(question, find_timespan(question, today=_today()))
        return query is not None and query.operation in {Operation.COUNT, Operation.EXTREME}

    def _papers_of(self, turn: Turn) -> list[Paper]:
        """Return the papers that the turn's answer cited, or else those found for its question."""
        if turn.answer.startswith(ABSTENTION):
            return []
        if turn.paper_ids:
            known = self._library.catalogue.get(turn.paper_ids)
            return [known[paper_id] for paper_id in turn.paper_ids if paper_id in known]
        return [hit.paper for hit in self._library.search(turn.question, top_k=_TOP_K)]


def _today() -> date:
    return datetime.now(UTC).date()
