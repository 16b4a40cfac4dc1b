"""What a library remembers of a live source: a service's name and what was asked of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveState:
    """A live source that was added, as `citewise sync` repeats it.

    `max_papers` bounds its papers; None means the source's own bound. `added_at` and `read_at` are
    moments in ISO 8601, UTC; `read_at` is None until the source was read to its end. `resume` says
    where an interrupted reading goes on; empty when nothing is left over.
    """

    name: str
    max_papers: int | None
    added_at: str
    read_at: str | None
    resume: str
