"""An assistant for each way of answering that readers may choose."""

from threading import Lock
from typing import TYPE_CHECKING

from ui.chat.views.choices import Choices

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.options import Unsupported
    from ui.chat.features import Features


class Assistants:
    """The server's own assistant, and those that are made when a reader first chooses them."""

    def __init__(self, own: "Assistant", features: "Features") -> None:
        self._own = own
        self._features = features
        self._made: dict[tuple[str, Unsupported], Assistant] = {}
        self._lock = Lock()

    def of(self, choices: Choices) -> "Assistant":
        """Return the assistant that answers as chosen.

        Raises BackendError, which says how to mend it, where a writer cannot be had.
        """
        make = self._features.make_assistant
        own_llm = self._features.backends[0] if self._features.backends else ""
        llm = choices.llm or own_llm
        unsupported = choices.unsupported or self._own.options.unsupported
        if make is None or (llm, unsupported) == (own_llm, self._own.options.unsupported):
            return self._own
        with self._lock:  # two readers who choose one at once wait for one model, not two
            if (llm, unsupported) not in self._made:
                self._made[llm, unsupported] = make(llm, unsupported)
            return self._made[llm, unsupported]
