"""How long a model may be silent, how long it may write, and how often it is asked again."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from assistant.backends.failures import Failure

_CHARS_A_TOKEN = 8  # more than any model's average: only one that ignores its limit gets there
_RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 529})  # 529: Anthropic is overloaded


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request.

    `silence_seconds` is the longest wait for the first and for each next piece, and
    `total_seconds` the longest time from request to end. `max_output_tokens` is also told to the
    provider.
    """

    silence_seconds: float = 60.0
    total_seconds: float = 600.0
    max_output_tokens: int = 1_000

    @property
    def max_output_chars(self) -> int:
        """Return where the output of a model is cut that does not keep to its tokens."""
        return self.max_output_tokens * _CHARS_A_TOKEN


@dataclass(frozen=True, slots=True)
class Retries:
    """When a request is made again: exponential backoff with jitter, or what the server asks for.

    A server that asks for more than `longest_wait_seconds` is not waited for.
    """

    n_retries: int = 3
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 30.0
    jitter: Callable[[], float] = random.random  # from 0 to 1

    def wait_seconds(self, n_failed: int, failure: Failure) -> float | None:
        """Return the wait after the `n_failed`th failure in a row; None to give up."""
        if n_failed > self.n_retries or not _may_pass(failure):
            return None
        asked = parse_retry_after(failure.retry_after, now=datetime.now(UTC))
        if asked > self.longest_wait_seconds:
            return None
        backoff = self.first_wait_seconds * 2 ** (n_failed - 1) * (0.5 + self.jitter() / 2)
        return float(max(asked, min(backoff, self.longest_wait_seconds)))


def _may_pass(failure: Failure) -> bool:
    if failure.status is not None:
        return failure.status in _RETRIED_STATUSES
    return failure.is_connection and not failure.is_timeout


def parse_retry_after(value: str, *, now: datetime) -> float:
    """Return the seconds that a Retry-After header asks for: a number, or an HTTP date.

    0 where it is absent, past, or neither (RFC 9110, section 10.2.3).
    """
    try:
        seconds = float(value)
    except ValueError:
        seconds = _seconds_until(value, now)
    return max(seconds, 0.0) if math.isfinite(seconds) else 0.0


def _seconds_until(value: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(value)
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
