"""How often one visitor of a page may ask."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_IPV6_SITE_BITS = 64  # one customer has at least so many addresses


class QuestionLimiter:
    """Admits `questions` in any row, and then one each `per_seconds / questions`.

    The generic cell rate algorithm (ITU-T I.371): of a caller only the time is kept at which its
    allowance is whole again. At most `max_callers` are remembered; those that asked longest ago are
    forgotten first.
    """

    def __init__(
        self,
        *,
        questions: int = 20,
        per_seconds: float = 60.0,
        max_callers: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = per_seconds / questions
        self._allowance = per_seconds - self._interval
        self._max_callers = max_callers
        self._clock = clock
        self._whole_at: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, caller: str) -> float:
        """Return 0 and count a question of `caller`, or how long it must wait for the next."""
        with self._lock:
            now = self._clock()
            whole_at = max(now, self._whole_at.get(caller, now))
            wait = whole_at - now - self._allowance
            if wait > 0:
                return wait
            self._whole_at[caller] = whole_at + self._interval
            self._whole_at.move_to_end(caller)
            if len(self._whole_at) > self._max_callers:
                self._whole_at.popitem(last=False)
            return 0.0


def caller_of(origin: str, address: str) -> str:
    """Return who is counted together: a page's visitors of one address, or of one IPv6 network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"{origin} {address}"
    if isinstance(ip, ipaddress.IPv6Address):
        network = ipaddress.ip_network((ip, _IPV6_SITE_BITS), strict=False)
        return f"{origin} {network}"
    return f"{origin} {ip}"
