"""Who may ask through the widget, and how often."""

from dataclasses import dataclass, field
from typing import Protocol

from ui.widget.keys import PublishableKeys
from ui.widget.limits import QuestionLimiter


class Authoriser(Protocol):
    """Knows the publishable keys."""

    def allows(self, key: str, origin: str) -> bool:
        """Return whether a page of `origin` may ask with `key`, which is "" where it sent none."""
        ...


class Limiter(Protocol):
    """Counts questions."""

    def seconds_to_wait(self, caller: str) -> float:
        """Return 0 and count a question of `caller`, or how long it must wait for the next."""
        ...


@dataclass(frozen=True, slots=True)
class WidgetSettings:
    """By default nobody may ask.

    `origins` are as `parse_origin` returns them. The server's own page, opened on this machine, is
    listed without being named: that is the demo.
    """

    origins: frozenset[str] = frozenset()
    authoriser: Authoriser = field(default_factory=PublishableKeys)
    limiter: Limiter = field(default_factory=QuestionLimiter)
