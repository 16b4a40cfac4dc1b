"""Places: how many requests are worked on at once, and who gets the next."""

import asyncio
from collections import Counter
from dataclasses import dataclass

_WEIGHT = 0.1  # of the latest request in the mean
_SHARE = 0.75  # of all places that one caller may have
_LONGEST_SAID = 60
_SHORTEST_WAIT = 1.0  # seconds that everybody has


class FullError(Exception):
    """No place, and no room to wait for one."""


@dataclass(eq=False, slots=True)
class _Waiting:
    caller: str
    place: "asyncio.Future[None]"


class Places:
    """A number of places, and a short queue for them; used by one event loop.

    The next place goes to the waiting caller who has the fewest, and of these to the first that
    came. In a full queue the newcomer displaces the last of the caller who waits with the most, if
    that is more than its own. So one who floods the queue waits for itself. The queue is full too
    when its last would wait for longer than a request takes, and for more than a second.
    """

    def __init__(self, n_places: int, max_waiting: int) -> None:
        self._n_places = n_places
        self._max_waiting = max_waiting
        self._most_of_one = max(1, round(n_places * _SHARE))
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []
        self._mean_seconds = 0.1

    @property
    def n_running(self) -> int:
        """Return how many places are taken."""
        return self._held.total()

    @property
    def n_waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def seconds_to_retry(self) -> int:
        """Return when a place is likely to be free, judged by how long requests have taken."""
        return max(1, min(_LONGEST_SAID, round(self._wait_seconds(self.n_waiting + 1))))

    def ask(self, caller: str) -> "asyncio.Future[None]":
        """Return a future that is done when `caller` has a place; then `leave` must follow.

        Its failure with FullError, or its cancellation, means that there is none.
        """
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(caller, place))
        self._give()
        if self._is_overfull():
            self._send_one_away()
        return place

    def leave(self, caller: str, seconds: float) -> None:
        """Give a place back that was held for so long."""
        self._held[caller] -= 1
        if not self._held[caller]:
            del self._held[caller]
        self._mean_seconds += _WEIGHT * (seconds - self._mean_seconds)
        self._give()

    def forget(self, place: "asyncio.Future[None]") -> None:
        """Wait no longer."""
        self._waiting = [waiting for waiting in self._waiting if waiting.place is not place]
        place.cancel()

    def _is_overfull(self) -> bool:
        patience = max(_SHORTEST_WAIT, self._mean_seconds)
        return self.n_waiting > self._max_waiting or self._wait_seconds(self.n_waiting) > patience

    def _wait_seconds(self, n_waiting: int) -> float:
        """Return how long the last of so many is likely to wait."""
        return n_waiting * self._mean_seconds / self._n_places

    def _give(self) -> None:
        while self.n_running < self._n_places:
            able = [one for one in self._waiting if self._held[one.caller] < self._most_of_one]
            if not able:
                break
            chosen = min(able, key=lambda one: self._held[one.caller])
            self._waiting.remove(chosen)
            self._held[chosen.caller] += 1
            chosen.place.set_result(None)

    def _send_one_away(self) -> None:
        counts = Counter(waiting.caller for waiting in self._waiting)
        newest = self._waiting[-1]
        heaviest, most = counts.most_common(1)[0]
        caller = heaviest if most > counts[newest.caller] else newest.caller
        away = next(one for one in reversed(self._waiting) if one.caller == caller)
        self._waiting.remove(away)
        away.place.set_exception(FullError())
