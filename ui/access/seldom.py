"""Warnings that would come with every request."""

import logging
import time
from collections.abc import Callable

_SECONDS_BETWEEN = 60.0


class SeldomWarning:
    """A warning that is logged at most once a minute, however often it is given."""

    def __init__(
        self, logger: logging.Logger, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._clock = clock
        self._given_at = -_SECONDS_BETWEEN

    def give(self, message: str) -> None:
        """Log the message, unless one was logged just now."""
        now = self._clock()
        if now - self._given_at >= _SECONDS_BETWEEN:
            self._given_at = now
            self._logger.warning("%s", message)
