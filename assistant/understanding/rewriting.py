"""Questions made to stand alone: what a conversation leaves out is put in."""

from collections.abc import Sequence
from typing import Protocol

from assistant.answer import Turn
from assistant.backends.tokens import TokenMeter
from assistant.understanding.conversation import complete
from assistant.understanding.followups import refers_back, standalone, stands_for_paper
from vectorstore import Paper


class Rewriter(Protocol):
    """Completes follow-up questions. Holds no state between questions, so threads can share it."""

    def rewrite(
        self,
        question: str,
        history: Sequence[Turn],
        papers: Sequence[Paper] = (),
        *,
        meter: TokenMeter | None = None,
    ) -> str:
        """Return the question as one would put it with nothing said before.

        `history` is the conversation, oldest first; `papers` are those of its last answer, in
        order; `meter` counts what is spent. A question that stands alone comes back as it is.
        """
        ...


class RuleRewriter:
    """Completes follow-ups by rule: no model, no network, well under a millisecond."""

    def rewrite(
        self,
        question: str,
        history: Sequence[Turn],
        papers: Sequence[Paper] = (),
        *,
        meter: TokenMeter | None = None,  # noqa: ARG002 (nothing is spent)
    ) -> str:
        """Return the question standing alone; see `Rewriter`."""
        if not history or not refers_back(question):
            return question
        previous = history[-1].question
        if papers and stands_for_paper(question, previous):
            return standalone(question, previous, papers)
        return " ".join(complete(question, history).split())
