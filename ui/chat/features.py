"""What a server offers beyond the conversation; the page draws only that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    """`allow_upload` lets whoever opens the page add papers.

    `backends` are the writers that a reader may choose from, as `--llm` spells them; the first is
    the server's own.
    """

    allow_upload: bool = False
    backends: tuple[str, ...] = ()
