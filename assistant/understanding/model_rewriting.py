"""Follow-ups completed by a language model; by rule where what it writes is no such question."""

import logging
import re
from collections.abc import Sequence

from assistant.answer import Turn
from assistant.backends.chat_backend import ChatBackend
from assistant.backends.tokens import TokenMeter
from assistant.citing.excerpts import as_data
from assistant.errors import BackendError
from assistant.understanding.rewriting import Rewriter
from assistant.wording import phrase
from prompts import Prompt
from vectorstore import STOPWORDS, Paper, stem, words

logger = logging.getLogger(__name__)

_MAX_TURNS = 6
_MAX_ANSWER_CHARS = 400  # the first sentences say what it was about
_MAX_ADDED_CHARS = 300
_MIN_KEPT = 0.5  # of the question's own words
_LABEL = phrase(r"^(?:(?:rewritten|standalone|stand-alone) )?(?:question|answer|rewrite): ")
_NO_QUESTION = phrase(
    r"\b(?:as an ai|sorry|i(?:['’]m| am) unable|i (?:can ?not|can['’]t|do not|don['’]t))\b"
    r"|^(?:here is|here['’]s|sure|certainly|of course)\b"
)
_FENCES = re.compile(r"[<>]")


class ChatModelRewriter:
    """Asks a language model; `fallback` takes over when it fails or replies with no question."""

    def __init__(self, backend: ChatBackend, prompt: Prompt, fallback: Rewriter) -> None:
        self._backend = backend
        self._fallback = fallback
        self._prompt = prompt

    def rewrite(
        self,
        question: str,
        history: Sequence[Turn],
        papers: Sequence[Paper] = (),
        *,
        meter: TokenMeter | None = None,
    ) -> str:
        """Return the question standing alone; see `Rewriter`."""
        if not history:
            return question
        system, user = self._prompt.filled(
            conversation="\n".join(map(_said, history[-_MAX_TURNS:])),
            papers="\n".join(_fenced(paper.title) for paper in papers) or "none",
            question=_fenced(question),
        )
        try:
            reply = self._backend.complete(system, user, meter=meter or TokenMeter())
        except BackendError as error:
            logger.warning("%s completed no question: %s", self._backend.name, error)
            return self._fallback.rewrite(question, history, papers)
        return _question_of(reply, question) or self._fallback.rewrite(question, history, papers)


def _said(turn: Turn) -> str:
    answer = turn.answer[:_MAX_ANSWER_CHARS]
    return f"User: {_fenced(turn.question)}" + (f"\nAnswer: {_fenced(answer)}" if answer else "")


def _fenced(text: str) -> str:
    """Return text on one line that cannot close its fence."""
    return as_data(_FENCES.sub(" ", text))


def _question_of(reply: str, question: str) -> str | None:
    """Return the question that a model replied; None where the reply is no such question.

    It must be one line, not much longer than the question, and keep half of its own words.
    """
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    text = _LABEL.sub("", lines[0]).strip(" \"'`“”*").strip()
    if not text or len(text) > len(question) + _MAX_ADDED_CHARS or _NO_QUESTION.search(text):
        return None
    own, kept = _content(question), _content(text)
    return text if kept and len(own & kept) >= _MIN_KEPT * len(own) else None


def _content(text: str) -> set[str]:
    found = (word.group() for word in words(text))
    return {stem(word) for word in found if word.casefold() not in STOPWORDS}
