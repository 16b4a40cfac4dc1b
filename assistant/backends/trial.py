"""One small request, to see whether a backend answers."""

import time
from dataclasses import dataclass, field

from assistant.backends.chat_backend import ChatBackend
from assistant.backends.errors import OutputLimitError
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError

_SYSTEM = "You are tested. Do as you are told, in as few words as you can."
_USER = "Reply with one word: ready"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came back. `is_cut` says that the model wrote until its limit."""

    backend: str
    reply: str
    first_token_ms: float
    total_ms: float
    is_cut: bool = False
    meter: TokenMeter = field(default_factory=TokenMeter)


def try_backend(backend: ChatBackend) -> Trial:
    """Send one request and return what came of it.

    Raises BackendError when the backend fails or writes nothing.
    """
    meter, pieces, first, is_cut = TokenMeter(), [], 0.0, False
    start = time.perf_counter()
    try:
        for piece in backend.stream(_SYSTEM, _USER, meter=meter):
            first = first or _since(start)
            pieces.append(piece)
    except OutputLimitError:
        if not pieces:
            raise
        is_cut = True
    if not pieces:
        raise BackendError(f"Backend {backend.name!r} answered, but wrote no text.")
    return Trial(backend.name, "".join(pieces), first, _since(start), is_cut, meter)


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1_000
