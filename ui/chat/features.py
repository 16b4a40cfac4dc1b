"""What a server offers beyond the conversation; the page draws only that."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.assistant import Assistant
    from assistant.options import Unsupported

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Features:
    """`allow_upload` lets whoever opens the page add papers, of `max_upload_bytes` at once.

    `backends` are the writers that a reader may choose from, as `--llm` spells them; the first is
    the server's own. `make_assistant` makes the assistant of one of them and a check policy, over
    the server's library; without it readers get the server's own. `contact` is the address that
    services of live sources are told.
    """

    allow_upload: bool = False
    max_upload_bytes: int = 50 * MEGABYTE
    backends: tuple[str, ...] = ()
    make_assistant: "Callable[[str, Unsupported], Assistant] | None" = None
    contact: str = ""
