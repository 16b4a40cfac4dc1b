"""Work beside the event loop: a search or an answer must not keep other clients waiting."""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from assistant.assistant import Assistant

T = TypeVar("T")

# Threads of our own: what clients of MCP ask for cannot use up those that serve the chat. Eight
# keep the cores busy while some wait for a language model.
_MOST_AT_ONCE = 8


class Workers:
    """Runs functions in threads, a few at a time; others wait for their turn."""

    def __init__(self) -> None:
        from anyio import CapacityLimiter

        self._limiter = CapacityLimiter(_MOST_AT_ONCE)

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Return what `function` returns; one that is cancelled is left to end by itself.

        It ends at its next `stop_if_cancelled`.
        """
        from anyio import to_thread

        return await to_thread.run_sync(
            partial(function, *arguments), abandon_on_cancel=True, limiter=self._limiter
        )


def stop_if_cancelled() -> None:
    """Raise the event loop's cancellation in a worker whose client no longer wants the result."""
    from anyio import from_thread

    from_thread.check_cancelled()


class Opening:
    """An assistant that is opened when it is first needed, once; a failure is tried again."""

    def __init__(self, open_assistant: "Callable[[], Assistant]") -> None:
        self._open = open_assistant
        self._lock = Lock()
        self._opened: Assistant | None = None

    def __call__(self) -> "Assistant":
        """Return the assistant; whoever asks meanwhile waits for it."""
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened
