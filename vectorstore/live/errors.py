"""What may go wrong with live sources."""

from vectorstore.errors import ReadError


class LiveError(ReadError):
    """A service cannot be reached, refuses, or answers with what is no answer."""


class LiveNameError(ReadError):
    """The name of a live source is malformed; the message shows the right form."""


class TryAgainError(Exception):
    """An answer that may be better the next time.

    `wait_seconds` is what the service asks for, None where it asks for nothing; `max_tries` how
    often to ask at most. `is_of_host` says that no other request to the host would fare better.
    """

    def __init__(
        self,
        reason: str,
        *,
        wait_seconds: float | None = None,
        max_tries: int = 5,
        is_of_host: bool = True,
    ) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds
        self.max_tries = max_tries
        self.is_of_host = is_of_host
