"""Backends that other packages bring, by the entry-point group `citewise.llms`.

An entry point names a callable that takes what stands behind the colon of `name:model`, "" for a
bare `name`, and returns a LangChain chat model.
"""

from collections.abc import Callable
from importlib import metadata
from typing import TYPE_CHECKING, Any

from assistant.backends.failures import one_line
from assistant.errors import BackendError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

GROUP = "citewise.llms"


def entry_point_names() -> tuple[str, ...]:
    """Return the names that are taken, sorted; nothing is imported."""
    return tuple(sorted({point.name for point in metadata.entry_points(group=GROUP)}))


def load_factory(name: str) -> Callable[[str], Any]:
    """Return the callable of the entry point; imports its package.

    Raises BackendError when it cannot be imported or called.
    """
    (point, *_) = metadata.entry_points(group=GROUP, name=name)
    owner = point.dist.name if point.dist else point.value
    try:
        factory: object = point.load()
    except Exception as error:
        raise BackendError(
            f"Backend {name!r} of {owner!r} cannot be imported: {type(error).__name__}:"
            f" {one_line(error)}. Update or remove that package."
        ) from error
    if not callable(factory):
        raise BackendError(
            f"Backend {name!r} of {owner!r} is {point.value!r}, which cannot be called; it must"
            " take a model's name and return a LangChain chat model."
        )
    return factory


def load_entry_point(name: str, model: str) -> "BaseChatModel":
    """Return the chat model that the entry point makes of `model`.

    Raises BackendError when it cannot be made.
    """
    from langchain_core.language_models import BaseChatModel

    try:
        made = load_factory(name)(model)
    except BackendError:
        raise
    except Exception as error:
        raise BackendError(f"Backend {name!r} cannot be used: {one_line(error)}") from error
    if not isinstance(made, BaseChatModel):
        raise BackendError(
            f"Backend {name!r} made a {type(made).__name__!r}, and no LangChain chat model."
        )
    return made
