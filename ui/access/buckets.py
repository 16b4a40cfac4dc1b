"""Token buckets: how often each caller may come."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ui.access.rate import Rate


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left after a request. `wait_seconds` is 0 where it was admitted."""

    rate: Rate
    remaining: int
    reset_seconds: float
    wait_seconds: float = 0.0

    @classmethod
    def of(cls, rate: Rate, tokens: float, *, is_admitted: bool) -> "Allowance":
        """Return what a bucket with so many tokens left says to one who was admitted, or not."""
        reset = (rate.count - tokens) / rate.a_second
        if is_admitted:
            return cls(rate, int(tokens), reset)
        return cls(rate, 0, reset, (1 - tokens) / rate.a_second)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return it as clients read it: as OpenAI's and GitHub's do, and as the IETF drafts it."""
        reset = math.ceil(self.reset_seconds)
        shown = {
            "x-ratelimit-limit": str(self.rate.count),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(reset),
            "ratelimit-policy": f'"default";q={self.rate.count};w={self.rate.seconds}',
            "ratelimit": f'"default";r={self.remaining};t={reset}',
        }
        if self.wait_seconds:
            shown["retry-after"] = str(math.ceil(self.wait_seconds))
        return [(name.encode(), value.encode()) for name, value in shown.items()]


class Counting(Protocol):
    """Counts requests: in this process, or in all that share a database."""

    async def take(self, caller: str, rate: Rate) -> Allowance:
        """Count a request of `caller`, unless its bucket is empty."""
        ...


class Buckets:
    """One bucket a caller: full at first, refilled evenly.

    At most `max_callers` are remembered, about 200 bytes each; those that came longest ago are
    forgotten first, and begin anew with a full bucket. Used by one event loop.
    """

    def __init__(
        self, *, max_callers: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_callers = max_callers
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when

    def __len__(self) -> int:
        return len(self._kept)

    async def take(self, caller: str, rate: Rate) -> Allowance:
        """Count a request of `caller`, unless its bucket is empty."""
        tokens = self._tokens(caller, rate)
        if tokens < 1:
            return Allowance.of(rate, tokens, is_admitted=False)
        self._keep(caller, tokens - 1)
        return Allowance.of(rate, tokens - 1, is_admitted=True)

    def _tokens(self, caller: str, rate: Rate) -> float:
        tokens, when = self._kept.get(caller, (float(rate.count), 0.0))
        return min(float(rate.count), tokens + (self._clock() - when) * rate.a_second)

    def _keep(self, caller: str, tokens: float) -> None:
        self._kept[caller] = (tokens, self._clock())
        self._kept.move_to_end(caller)
        if len(self._kept) > self._max_callers:
            self._kept.popitem(last=False)
