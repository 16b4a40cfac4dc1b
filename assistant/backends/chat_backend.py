"""A chat model as Citewise uses it: a system text and a user text in, text out."""

import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from assistant.backends.errors import CutShortError
from assistant.backends.failures import explain, read_failure
from assistant.backends.limits import Limits, Retries
from assistant.backends.reply import Reply
from assistant.backends.stream_reader import read_within
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

DEFAULT_CONTEXT_TOKENS = 8_192


class ChatBackend:
    """Holds no state between requests, so that threads can share it.

    `context_tokens` is what instructions, question, excerpts and answer may take together. `sleep`
    waits between retries.
    """

    def __init__(
        self,
        model: "BaseChatModel",
        name: str,
        *,
        context_tokens: int = DEFAULT_CONTEXT_TOKENS,
        limits: Limits | None = None,
        retries: Retries | None = None,
        says_when_done: bool = False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self.limits = limits or Limits()
        self._model = model
        self._retries = retries or Retries()
        self._says_when_done = says_when_done
        self._sleep = sleep

    def stream(self, system: str, user: str, *, meter: TokenMeter) -> Iterator[str]:
        """Yield the pieces of what the model writes, as they come; count them in `meter`.

        A request that fails for a passing reason before its first piece is made again. Closing the
        iterator ends the request.

        Raises BackendError when the model fails, also in the middle; CutShortError when it did not
        finish, after all that it wrote was yielded.
        """
        n_failed = 0
        while True:
            pieces, has_begun = self._request(system, user, meter), False
            try:
                for piece in pieces:
                    has_begun = True
                    yield piece
                return
            except BackendError as error:
                raise type(error)(f"Backend {self.name!r} failed: {error}") from error
            except Exception as error:
                n_failed += 1
                failure = read_failure(error)
                wait = None if has_begun else self._retries.wait_seconds(n_failed, failure)
                if wait is None:
                    kind = CutShortError if has_begun else BackendError
                    raise kind(explain(failure, self.name)) from error
            finally:
                pieces.close()
            self._sleep(wait)

    def complete(self, system: str, user: str, *, meter: TokenMeter) -> str:
        """Return the whole of what the model writes; errors as in `stream`."""
        return "".join(self.stream(system, user, meter=meter))

    def _request(self, system: str, user: str, meter: TokenMeter) -> Generator[str, None, None]:
        """Make one request; yield its text, without thoughts."""
        from langchain_core.messages import HumanMessage, SystemMessage

        messages = [SystemMessage(system), HumanMessage(user)]
        chunks = read_within(lambda: self._open(messages), self.limits)
        reply = Reply(self.limits, says_when_done=self._says_when_done)
        try:
            yield from reply.read(chunks)
        finally:
            chunks.close()
            reply.count(meter, asked=f"{system}\n{user}")

    def _open(self, messages: "list[BaseMessage]") -> "Iterator[AIMessageChunk]":
        return self._model.stream(messages)
