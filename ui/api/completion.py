"""An answer as OpenAI's completion object, whole or in chunks."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from assistant.answer import Answer
from assistant.errors import BackendError
from assistant.events import Completed, Event, TextDelta
from ui.api.citing import annotations, citation_fields
from ui.api.requests import Message
from ui.api.usage import usage


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion: what its chunks have in common. `created` is in Unix seconds."""

    model: str
    messages: Sequence[Message]
    include_usage: bool = False
    completion_id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer) -> dict[str, Any]:
        """Return the object `chat.completion`.

        Raises BackendError for an answer that was cut: half of one would look like a whole one.
        """
        if answer.cut:
            raise BackendError(answer.cut)
        message = {
            "role": "assistant",
            "content": answer.text,
            "refusal": None,
            "annotations": annotations(answer),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        counted = usage(self.messages, answer)
        head = self._head("chat.completion")
        return {**head, "choices": [choice], "usage": counted, **citation_fields(answer)}

    def chunks(self, events: Iterable[Event]) -> Iterator[dict[str, Any]]:
        """Yield the objects `chat.completion.chunk`: role, content, finish, and usage if asked for.

        The last character of the text is held back until the answer is complete, so that the
        citations come with content and yet nothing waits for them. Raises BackendError behind the
        text of an answer that was cut.
        """
        yield self._chunk({"role": "assistant", "content": ""})
        held = ""
        for event in events:
            if isinstance(event, TextDelta):
                text = held + event.text
                ready, held = text[:-1], text[-1:]
                if ready:
                    yield self._chunk({"content": ready})
            elif isinstance(event, Completed):
                yield from self._last_chunks(held, event.answer)
                return
        raise RuntimeError("the answer's events ended before it was complete")

    def _last_chunks(self, held: str, answer: Answer) -> Iterator[dict[str, Any]]:
        delta = {"content": held, "annotations": annotations(answer)}
        yield {**self._chunk(delta), **citation_fields(answer)}
        if answer.cut:
            raise BackendError(answer.cut)
        yield self._chunk({}, finish_reason="stop")
        if self.include_usage:
            counted = usage(self.messages, answer)
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
