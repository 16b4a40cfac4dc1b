"""From the assistant's events to pictures of the conversation, a few a second."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.events import Completed, Event, Retrieved, SentenceChecked, TextDelta, Understood
from ui.chat.conversation import Conversation, Exchange
from ui.chat.thread.steps import found_line
from vectorstore import Hit, SearchFilter, VectorStoreError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

logger = logging.getLogger(__name__)

SEARCHING = "Searching…"
WAITING = "Waiting for its turn…"
UNEXPECTED = "Something went wrong on the server. Its log says what; asking again may help."
_SECONDS_BETWEEN_PICTURES = 0.05  # each one is sent to the browser: a word a picture is a waste


def converse(
    assistant: "Assistant | Callable[[], Assistant]",
    conversation: Conversation,
    question: str,
    where: SearchFilter,
    *,
    top_k: int | None = None,
    again: bool = False,
    status: str = SEARCHING,
) -> Iterator[Conversation]:
    """Yield the conversation as the answer to `question` grows.

    `assistant` may be what makes one. An error ends it with a picture that tells the reader;
    nothing is raised. `again` says that it takes the place of an exchange that is kept already,
    `status` what the reader is told first.
    """
    bounds: dict[str, Any] = {"history": conversation.history(), "where": where or None}
    if top_k:
        bounds["top_k"] = top_k
    asked = conversation.asking(question, status, where, again=again)
    yield asked
    for exchange in _exchanges(assistant, asked.exchanges[-1], bounds):
        yield asked.with_latest(exchange)


def _exchanges(
    assistant: "Assistant | Callable[[], Assistant]", exchange: Exchange, bounds: dict[str, Any]
) -> Iterator[Exchange]:
    try:
        shown = time.monotonic()
        answering = assistant() if callable(assistant) else assistant
        for event in answering.stream(exchange.question, **bounds):
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
        case Understood(standalone_question=standalone):
            return replace(exchange, reading=standalone)
        case Retrieved(hits=hits):
            found = _merged(exchange.hits, hits)
            return replace(exchange, hits=found, status=f"{found_line(found)}, reading…")
        case SentenceChecked(sentence=sentence):
            return replace(exchange, sentences=(*exchange.sentences, sentence))
        case TextDelta(text=text):
            return replace(exchange, text=exchange.text + text)
        case Completed(answer=answer):
            return replace(exchange, text=answer.text, answer=answer, sentences=answer.sentences)
    return exchange


def _merged(known: tuple[Hit, ...], new: tuple[Hit, ...]) -> tuple[Hit, ...]:
    ids = {hit.paper.paper_id for hit in known}
    return (*known, *(hit for hit in new if hit.paper.paper_id not in ids))


def _is_due(event: Event, shown: float) -> bool:
    """Return whether to show what came: how it was understood is shown with what was found."""
    if isinstance(event, TextDelta):
        return time.monotonic() - shown >= _SECONDS_BETWEEN_PICTURES
    return isinstance(event, Retrieved | Completed)
