"""What a provider's exception says, read the same way whoever raised it.

Providers wrap their errors differently and bring different HTTP clients (openai has its own copy of
httpx), so attributes and class names are looked at along the chain of causes, not types.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.backends.providers import Provider, provider_of

_MAX_CHARS = 400
_STATUS_NAMES = ("status_code", "code", "status", "http_status")
_TIMEOUTS = frozenset({"TimeoutError", "TimeoutException", "APITimeoutError", "Timeout"})
_ANY = Provider(name="", package="", example="")
_CONNECTIONS = frozenset({"ConnectionError", "APIConnectionError", "TransportError"})


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in facts. `status` is that of HTTP; `retry_after` the header as it came."""

    text: str
    status: int | None = None
    retry_after: str = ""
    is_connection: bool = False
    is_timeout: bool = False


def read_failure(error: BaseException) -> Failure:
    """Return what the exception and those that caused it say."""
    chain = list(_causes(error))
    names = {kind.__name__ for link in chain for kind in type(link).__mro__}
    return Failure(
        text=_text(chain),
        status=next((status for link in chain if (status := _status(link))), None),
        retry_after=next((value for link in chain if (value := _retry_after(link))), ""),
        is_connection=bool(names & _CONNECTIONS),
        is_timeout=bool(names & _TIMEOUTS),
    )


def explain(failure: Failure, backend: str) -> str:
    """Return one line: which backend failed, how, and what mends it."""
    remedy = _remedy(failure, backend)
    return f"Backend {backend!r} failed: {_without_keys(failure.text, backend)}{remedy}"


def one_line(error: BaseException) -> str:
    """Return an exception's message without line breaks, bounded."""
    return " ".join(str(error).split())[:_MAX_CHARS] or type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, what caused it, and so on."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _text(chain: list[BaseException]) -> str:
    """Return the outermost message, and the innermost where it says more ("Connection error.")."""
    first, last = one_line(chain[0]), one_line(chain[-1])
    return first if last in first else f"{first} ({last})"


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    found = [getattr(error, name, None) for name in _STATUS_NAMES]
    found += [getattr(response, name, None) for name in _STATUS_NAMES]
    return next((value for value in found if type(value) is int and 400 <= value <= 599), None)


def _retry_after(error: BaseException) -> str:
    headers: Any = getattr(getattr(error, "response", None) or error, "headers", None)
    try:
        pairs = {str(name).casefold(): str(value) for name, value in dict(headers or {}).items()}
    except (TypeError, ValueError):
        return ""
    return pairs.get("retry-after", "")


def _remedy(failure: Failure, backend: str) -> str:
    """Return a sentence with a space before it; "" where there is nothing to advise."""
    provider = provider_of(backend) or _ANY
    if failure.status in (401, 403) or "api key" in failure.text.casefold():
        return f" Check {' or '.join(provider.key_variables) or 'the key of the provider'}."
    if failure.status == 404:
        return f" {provider.if_unknown_model.format(model=backend.partition(':')[2])}"
    if failure.status == 429:
        asked = f" (it says for how long: {failure.retry_after})" if failure.retry_after else ""
        return f" The provider limits requests: wait{asked}, or raise the setting llm_retries."
    if failure.is_timeout:
        return " Raise the setting llm_timeout_seconds, or use a smaller model."
    return f" {provider.if_unreachable}" if failure.is_connection else ""


def _without_keys(text: str, backend: str) -> str:
    """Return the text without the values of the provider's keys, which some servers repeat."""
    for variable in (provider_of(backend) or _ANY).key_variables:
        if len(os.environ.get(variable, "")) > 7:
            text = text.replace(os.environ[variable], "***")
    return text
