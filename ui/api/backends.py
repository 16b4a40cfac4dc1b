"""Who may answer: the server's own assistant, and those of other backends that are offered."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from ui.api.failures import ApiError, Failure

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MODEL = "citewise"


class Backends:
    """The server's own assistant, and by the names of their backends those that clients may pick.

    `others` may make an assistant when it is first looked up: see `MadeWhenAsked`.
    """

    def __init__(self, own: "Assistant", others: "Mapping[str, Assistant] | None" = None) -> None:
        self.own = own
        self._others = others or {}

    @property
    def names(self) -> list[str]:
        """Return the names of the backends, the server's own first."""
        return list(dict.fromkeys([self.own.backend, *self._others]))

    def chosen(self, model: str, backend: str | None) -> str:
        """Return the backend that a request means; `model` may name it too, unless it is citewise.

        Raises ApiError for what is not served, and where the two contradict each other.
        """
        if model != MODEL and model not in self.names:
            raise _unknown("model", model, [MODEL, *self.names])
        if backend is not None and backend not in self.names:
            raise _unknown("backend", backend, self.names)
        if backend and model not in (MODEL, backend):
            message = f"backend: {backend!r} is not the model {model!r}. Name one of them."
            raise ApiError(400, Failure(message, param="backend", code="ambiguous_backend"))
        return backend or (self.own.backend if model == MODEL else model)

    def assistant_of(self, name: str) -> "Assistant":
        """Return the assistant of a backend; it may have to be made first, which takes a while.

        Raises BackendError where it cannot be had.
        """
        return self.own if name == self.own.backend else self._others[name]


class MadeWhenAsked(Mapping[str, "Assistant"]):
    """Assistants by the names of their backends, each made when it is first looked up, once."""

    def __init__(self, names: Iterable[str], make: "Callable[[str], Assistant]") -> None:
        self._names = tuple(names)
        self._make = make
        self._made: dict[str, Assistant] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> "Assistant":
        if name not in self._names:
            raise KeyError(name)
        with self._lock:  # two requests that want one at once wait for one, not two
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _unknown(field: str, name: str, known: list[str]) -> ApiError:
    offered = " or ".join(repr(each) for each in known)
    message = f"The {field} {name!r} does not exist here. Use {offered}."
    return ApiError(404, Failure(message, param=field, code=f"{field}_not_found"))
