"""From the name of a backend to the backend."""

import difflib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.backends.chat_backend import DEFAULT_CONTEXT_TOKENS, ChatBackend
from assistant.backends.entry_points import entry_point_names, load_entry_point
from assistant.backends.failures import one_line
from assistant.backends.limits import Limits, Retries
from assistant.backends.making import ModelOptions, make_known, make_other
from assistant.backends.providers import PROVIDERS, Provider
from assistant.errors import BackendError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_TOTAL_SILENCES = 10  # how many times the longest silence a whole answer may take


def load_backend(
    name: str,
    *,
    timeout_seconds: float = 60.0,
    retries: int = 3,
    max_output_tokens: int = 1_000,
    context_tokens: int | None = None,
    allow_download: bool = False,
    sleep: Callable[[float], object] = time.sleep,
) -> ChatBackend:
    """Return the backend that `name` spells: provider:model, or an entry point's name.

    `timeout_seconds` bounds each silence of the model; ten times that, a whole answer. Where
    `context_tokens` is None the model's own figure holds, or 8,192.

    Raises BackendError when the name is unknown, or lacks a package, a key or a model.
    """
    options = ModelOptions(timeout_seconds, max_output_tokens, context_tokens, allow_download)
    model = _load_model(name, options)
    provider = PROVIDERS.get(name.partition(":")[0])
    return ChatBackend(
        model,
        name,
        context_tokens=context_tokens or _known_context(model) or DEFAULT_CONTEXT_TOKENS,
        limits=Limits(timeout_seconds, timeout_seconds * _TOTAL_SILENCES, max_output_tokens),
        retries=Retries(retries),
        says_when_done=provider is not None and provider.says_when_done,
        sleep=sleep,
    )


def _load_model(name: str, options: ModelOptions) -> "BaseChatModel":
    provider_name, _, model = name.partition(":")
    if provider := PROVIDERS.get(provider_name):
        return _load_known(provider, model, options)
    if provider_name in entry_point_names():
        return load_entry_point(provider_name, model)
    if not model:
        raise BackendError(
            f"Unknown backend {name!r}. Use 'extractive', or provider:model such as"
            f" 'openai:gpt-5-mini' or 'ollama:llama3.2'.{_meant(provider_name)}"
            " `citewise llms` lists what there is."
        )
    return _guarded(name, lambda: make_other(name, options))


def _load_known(provider: Provider, model: str, options: ModelOptions) -> "BaseChatModel":
    name = f"{provider.name}:{model}"
    if not provider.is_installed:
        raise BackendError(f"Backend {name!r} is not installed. Run: {provider.install_line}")
    if not model:
        raise BackendError(f"Backend {name!r} names no model. Write it as {provider.example!r}.")
    if provider.needs_key() and not provider.has_key():
        keys = " or ".join(provider.key_variables)
        server = f", or {provider.address_variables[0]} for another server" if provider.home else ""
        raise BackendError(f"Backend {name!r} cannot be used without a key. Set {keys}{server}.")
    return _guarded(name, lambda: make_known(provider.name, model, options))


def _guarded(name: str, load: Callable[[], "BaseChatModel"]) -> "BaseChatModel":
    """Return what `load` returns; whatever a provider raises becomes a BackendError."""
    try:
        return load()
    except BackendError:
        raise
    except ImportError as error:
        raise BackendError(f"Backend {name!r} is not installed: {one_line(error)}") from error
    except Exception as error:
        meant = _meant(name.partition(":")[0])
        raise BackendError(f"Backend {name!r} cannot be used: {one_line(error)}{meant}") from error


def _meant(provider_name: str) -> str:
    close = difflib.get_close_matches(provider_name, [*PROVIDERS, *entry_point_names()], n=1)
    return f" Did you mean {close[0]!r}?" if close and close[0] != provider_name else ""


def _known_context(model: "BaseChatModel") -> int | None:
    return (model.profile or {}).get("max_input_tokens") or None
