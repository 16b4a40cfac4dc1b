"""From the assistant's events to pictures of the conversation, a few a second."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.events import Completed, Event, Retrieved, TextDelta, Understood
from ui.chat.conversation import Conversation, Exchange
from vectorstore import SearchFilter, VectorStoreError

if TYPE_CHECKING:
    from assistant.answer import Turn
    from assistant.assistant import Assistant

logger = logging.getLogger(__name__)

SEARCHING = "Searching…"
UNEXPECTED = "Something went wrong on the server. Its log says what; asking again may help."
_SECONDS_BETWEEN_PICTURES = 0.05  # each one is sent to the browser: a word a picture is a waste


def converse(
    assistant: "Assistant", conversation: Conversation, question: str, where: SearchFilter
) -> Iterator[Conversation]:
    """Yield the conversation as the answer to `question` grows.

    An error ends it with a picture that tells the reader; nothing is raised.
    """
    history = conversation.history()
    asked = conversation.asking(question, SEARCHING)
    yield asked
    for exchange in _exchanges(assistant, asked.exchanges[-1], history, where):
        yield asked.with_latest(exchange)


def _exchanges(
    assistant: "Assistant", exchange: Exchange, history: list["Turn"], where: SearchFilter
) -> Iterator[Exchange]:
    try:
        shown = time.monotonic()
        for event in assistant.stream(exchange.question, history=history, where=where or None):
            exchange = _after(exchange, event)
            if _is_due(event, shown):
                yield exchange
                shown = time.monotonic()
    except (AssistantError, VectorStoreError) as error:
        yield replace(exchange, failure=str(error))
    except Exception:
        logger.exception("The answer to %r failed", exchange.question)
        yield replace(exchange, failure=UNEXPECTED)


def _after(exchange: Exchange, event: Event) -> Exchange:
    match event:
        case Understood(standalone_question=standalone) if standalone != exchange.question:
            return replace(exchange, status=f"Searching for “{standalone}”…")
        case Retrieved(hits=hits):
            return replace(exchange, status=_found(len(hits)))
        case TextDelta(text=text):
            return replace(exchange, text=exchange.text + text)
        case Completed(answer=answer):
            return replace(exchange, text=answer.text, answer=answer)
    return exchange


def _is_due(event: Event, shown: float) -> bool:
    if isinstance(event, TextDelta):
        return time.monotonic() - shown >= _SECONDS_BETWEEN_PICTURES
    return isinstance(event, Understood | Retrieved | Completed)


def _found(n_papers: int) -> str:
    if not n_papers:
        return "Looking through the catalogue…"
    return f"Found {n_papers} {'paper' if n_papers == 1 else 'papers'}, reading…"
