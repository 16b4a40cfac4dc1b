"""Failures of tools and resources, each as a sentence that a model or a person can act on."""

import logging
from collections.abc import Iterator

from pydantic import ValidationError

logger = logging.getLogger(__name__)

_MAX_SHOWN_CHARS = 80
_UNEXPECTED = "Citewise failed; its log says why."
_ARGUMENTS = "Arguments"  # so the SDK names the model of a tool's arguments, after the tool


class RequestError(Exception):
    """A request that cannot be met, in words for who made it."""


class UnknownPaperError(RequestError):
    """No paper of the library has the id."""

    def __init__(self, paper_id: str) -> None:
        super().__init__(
            f"No paper has the id {shown(paper_id)}. Take an id from the results of `search`."
        )


def sentence_of(error: BaseException) -> str:
    """Return what to say of an error that the SDK wrapped in others, however often.

    Only messages that were written for a reader are passed on; of others the log has the traceback.
    """
    cause = cause_for_a_reader(error)
    if isinstance(cause, ValidationError):
        return _invalid(cause)
    if cause:
        return str(cause)
    logger.error("A request of an MCP client failed", exc_info=error)
    return _UNEXPECTED


def cause_for_a_reader(error: BaseException) -> BaseException | None:
    """Return the error, or the one behind it, whose message was written for a reader."""
    return next(filter(_is_for_a_reader, _causes(error)), None)


def shown(value: object) -> str:
    """Return a value for a message: on one line, printable, short."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[:_MAX_SHOWN_CHARS]}…"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_for_a_reader(error: BaseException) -> bool:
    from assistant.errors import AssistantError
    from vectorstore.errors import VectorStoreError

    if isinstance(error, ValidationError):
        return error.title.endswith(_ARGUMENTS)
    return isinstance(error, RequestError | AssistantError | VectorStoreError)


def _invalid(error: ValidationError) -> str:
    first = error.errors()[0]
    names = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"]]
    where = "".join(names).removeprefix(".")
    got = "" if first["type"] == "missing" else f" Got {shown(first['input'])}."
    return f"{where or 'arguments'}: {first['msg']}.{got}"
