"""How often: 60/min."""

import argparse
import re
from dataclasses import dataclass

_SECONDS = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3_600, "hour": 3_600}
_RATE = re.compile(r"([1-9][0-9]{0,5})\s*/\s*([a-z]+)")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` requests in `seconds`, all of them at once if need be."""

    count: int
    seconds: int

    @property
    def a_second(self) -> float:
        """Return how many requests a second come back to one who has used them up."""
        return self.count / self.seconds

    def __str__(self) -> str:
        names = {1: "s", 60: "min", 3_600: "h"}
        return f"{self.count}/{names.get(self.seconds, f'{self.seconds} s')}"


def parse_rate(text: str) -> Rate:
    """Return the rate that an argument names; raises ArgumentTypeError."""
    match = _RATE.fullmatch(text.strip().casefold())
    if not match or match[2] not in _SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no rate such as 60/min, 5/s or 1000/h")
    return Rate(int(match[1]), _SECONDS[match[2]])
