"""How each provider is told what Citewise asks for.

The names of the parameters differ, and each client's own retries are switched off: Citewise retries
itself, because it knows what the reader has seen.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.backends.chat_backend import DEFAULT_CONTEXT_TOKENS
from assistant.backends.providers import PROVIDERS

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What every model is asked for. `context_tokens` is None where the model should know."""

    timeout_seconds: float = 60.0
    max_output_tokens: int = 1_000
    context_tokens: int | None = None
    allow_download: bool = False


def make_known(provider_name: str, model: str, options: ModelOptions) -> "BaseChatModel":
    """Return a chat model of a provider in the table. Raises whatever the provider raises."""
    if provider_name == "huggingface":
        from assistant.backends.local_transformers import LocalTransformersModel

        return LocalTransformersModel.load(
            model,
            max_output_tokens=options.max_output_tokens,
            allow_download=options.allow_download,
        )
    return _make(provider_name, model, _ARGUMENTS[provider_name](options))


def make_other(name: str, options: ModelOptions) -> "BaseChatModel":
    """Return a chat model of any other provider that LangChain knows.

    Most take the usual names. One that does not, and says so, is taken as it comes: the time limits
    of `ChatBackend` hold all the same. Raises whatever the provider raises.
    """
    provider_name, _, model = name.partition(":")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # "timeout was transferred to model_kwargs"
            return _make(provider_name, model, _usual(options))
    except (TypeError, ValueError, UserWarning):
        return _make(provider_name, model, {})


def _make(provider_name: str, model: str, arguments: dict[str, Any]) -> "BaseChatModel":
    """Return the model at temperature 0; at its own where its profile says it takes none."""
    from langchain.chat_models import init_chat_model

    made: BaseChatModel = init_chat_model(
        model, model_provider=provider_name, temperature=0, **arguments
    )
    if (made.profile or {}).get("temperature") is False:
        setattr(made, "temperature", None)  # noqa: B010 (not every chat model has it)
    return made


def _usual(options: ModelOptions) -> dict[str, Any]:
    return {
        "timeout": options.timeout_seconds,
        "max_retries": 0,
        "max_tokens": options.max_output_tokens,
    }


def _openai(options: ModelOptions) -> dict[str, Any]:
    # A server at OPENAI_BASE_URL is not asked for its count of tokens unless told so, and the
    # client does not start without a key.
    key = {} if PROVIDERS["openai"].has_key() else {"api_key": "not-needed"}
    return {**_usual(options), "stream_usage": True, **key}


def _google(options: ModelOptions) -> dict[str, Any]:
    return {
        "timeout": options.timeout_seconds,
        "max_retries": 1,  # attempts in all; 0 would mean the client's default, 5
        "max_output_tokens": options.max_output_tokens,
    }


def _ollama(options: ModelOptions) -> dict[str, Any]:
    return {
        "client_kwargs": {"timeout": options.timeout_seconds},
        "num_predict": options.max_output_tokens,
        # Ollama silently drops the beginning of what is longer than its own default of 4,096.
        "num_ctx": options.context_tokens or DEFAULT_CONTEXT_TOKENS,
    }


_ARGUMENTS: Mapping[str, Callable[[ModelOptions], dict[str, Any]]] = {
    "openai": _openai,
    "anthropic": _usual,
    "google_genai": _google,
    "ollama": _ollama,
}
