"""Another way to search for what was not found."""

import logging
from collections.abc import Sequence
from typing import Protocol

from assistant.backends.chat_backend import ChatBackend
from assistant.backends.tokens import TokenMeter
from assistant.citing.excerpts import as_data
from assistant.errors import BackendError
from assistant.understanding.lexicon import GENERIC_NOUNS
from assistant.understanding.question import Question
from prompts import Prompt
from vectorstore import Paper, stem, words

logger = logging.getLogger(__name__)

_MAX_QUERY_CHARS = 300


class Refiner(Protocol):
    """Says what else to search when a search did not bring the answer."""

    def refined(self, question: Question, found: Sequence[Paper], *, meter: TokenMeter) -> str:
        """Return another query for `question`; `found` is what the first one brought."""


class RuleRefiner:
    """Leaves out the words that say what is asked, and keeps those that say of what."""

    def refined(
        self,
        question: Question,
        found: Sequence[Paper],  # noqa: ARG002
        *,
        meter: TokenMeter,  # noqa: ARG002
    ) -> str:
        """Return the question's words of content, in their order."""
        telling = set(question.terms) - GENERIC_NOUNS
        kept = [
            word.group()
            for word in words(question.text)
            if word.group() in question.names or stem(word.group()) in telling
        ]
        return " ".join(kept) or question.text


class ChatModelRefiner:
    """Asks a model for the query; falls back to the rule where the model gives none."""

    def __init__(self, backend: ChatBackend, prompt: Prompt, fallback: Refiner) -> None:
        self._backend = backend
        self._prompt = prompt
        self._fallback = fallback

    def refined(self, question: Question, found: Sequence[Paper], *, meter: TokenMeter) -> str:
        """Return the query that the model writes; see `Refiner`."""
        titles = "\n".join(as_data(paper.title) for paper in found)
        system, user = self._prompt.filled(question=as_data(question.text), titles=titles)
        try:
            reply = self._backend.complete(system, user, meter=meter)
        except BackendError as error:
            logger.warning("No other query from %s: %s", self._backend.name, error)
            reply = ""
        query = " ".join(reply.split()).strip("\"'`")
        if 0 < len(query) <= _MAX_QUERY_CHARS:
            return query
        return self._fallback.refined(question, found, meter=meter)
