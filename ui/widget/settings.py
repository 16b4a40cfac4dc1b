"""Who may ask through the widget, and how often."""

from dataclasses import dataclass, field
from typing import Protocol

from ui.access.buckets import Buckets, Counting
from ui.access.rate import Rate
from ui.widget.keys import PublishableKeys

_OF_A_VISITOR = Rate(20, 60)


class Authoriser(Protocol):
    """Knows the publishable keys."""

    def allows(self, key: str, origin: str) -> bool:
        """Return whether a page of `origin` may ask with `key`, which is "" where it sent none."""
        ...


@dataclass(frozen=True, slots=True)
class WidgetSettings:
    """By default nobody may ask.

    `origins` are as `parse_origin` returns them. The server's own page, opened on this machine, is
    listed without being named: that is the demo.
    """

    origins: frozenset[str] = frozenset()
    authoriser: Authoriser = field(default_factory=PublishableKeys)
    buckets: Counting = field(default_factory=Buckets)
    rate: Rate = _OF_A_VISITOR
