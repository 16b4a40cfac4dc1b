"""An answer as OpenAI's completion object, whole or in chunks."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import uuid4

from assistant.errors import BackendError
from assistant.events import Completed, Event
from ui.api.citing import annotations, citation_fields
from ui.api.requests import Message
from ui.api.shortening import Ending, Shortener, TextBounds
from ui.api.usage import usage

_UNBOUNDED = TextBounds()


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion: what its chunks have in common. `created` is in Unix seconds."""

    model: str
    messages: Sequence[Message]
    include_usage: bool = False
    bounds: TextBounds = _UNBOUNDED
    completion_id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, events: Iterable[Event]) -> dict[str, Any]:
        """Return the object `chat.completion`.

        Raises BackendError for an answer that was cut: half of one would look like a whole one.
        """
        *_, ending = self._told(events)
        if not isinstance(ending, Ending):
            raise TypeError(f"the answer ended with {ending!r}")
        _refuse_failed(ending)
        message = {
            "role": "assistant",
            "content": ending.answer.text,
            "refusal": None,
            "annotations": annotations(ending.answer),
        }
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": ending.finish_reason,
        }
        counted = usage(self.messages, ending.answer)
        head = self._head("chat.completion")
        return {**head, "choices": [choice], "usage": counted, **citation_fields(ending.answer)}

    def chunks(self, events: Iterable[Event]) -> Iterator[dict[str, Any]]:
        """Yield the objects `chat.completion.chunk`: role, content, finish, and usage if asked for.

        The first one comes with the first event, so that a bad question raises instead. The last
        character of the text is held back until the answer is complete, so that the citations come
        with content and yet nothing waits for them. Raises BackendError behind the text of an
        answer that was cut.
        """
        events = iter(events)
        first = list(_first_of(events))
        yield self._chunk({"role": "assistant", "content": ""})
        held = ""
        for told in self._told(chain(first, events)):
            if isinstance(told, Ending):
                yield from self._last_chunks(held, told)
            else:
                text = held + told
                ready, held = text[:-1], text[-1:]
                if ready:
                    yield self._chunk({"content": ready})

    def _told(self, events: Iterable[Event]) -> Iterator[str | Ending]:
        """Yield the text that the client gets, piece by piece, and how it ends."""
        shortener = Shortener(self.bounds)
        for event in events:
            if isinstance(event, Completed):
                ending = shortener.end(event.answer)
                yield ending.rest
                yield ending
                return
            yield shortener.take(event)
        raise RuntimeError("the answer's events ended before it was complete")

    def _last_chunks(self, held: str, ending: Ending) -> Iterator[dict[str, Any]]:
        delta = {"content": held, "annotations": annotations(ending.answer)}
        yield {**self._chunk(delta), **citation_fields(ending.answer)}
        _refuse_failed(ending)
        yield self._chunk({}, finish_reason=ending.finish_reason)
        if self.include_usage:
            counted = usage(self.messages, ending.answer)
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": counted}

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        no_usage_yet = {"usage": None} if self.include_usage else {}
        return {**self._head("chat.completion.chunk"), "choices": [choice], **no_usage_yet}

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.completion_id,
            "object": kind,
            "created": self.created,
            "model": self.model,
        }


def _first_of(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        return


def _refuse_failed(ending: Ending) -> None:
    """Raise BackendError where the language model failed before the client had all it wanted."""
    if ending.answer.cut and not ending.is_shortened:
        raise BackendError(ending.answer.cut)
