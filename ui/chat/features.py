"""What a server offers beyond the conversation; the page draws only that."""

from dataclasses import dataclass, replace
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
    services of live sources are told. `has_login` says that readers signed in, and may sign out.
    """

    allow_upload: bool = False
    max_upload_bytes: int = 50 * MEGABYTE
    backends: tuple[str, ...] = ()
    make_assistant: "Callable[[str, Unsupported], Assistant] | None" = None
    contact: str = ""
    has_login: bool = False

    def with_assistants(self, seen: "Callable[[Assistant], Assistant]") -> "Features":
        """Return the features with `seen` put around each assistant that is made."""
        make = self.make_assistant
        if make is None:
            return self
        return replace(self, make_assistant=lambda llm, policy: seen(make(llm, policy)))
