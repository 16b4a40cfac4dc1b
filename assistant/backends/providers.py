"""The providers that Citewise knows, and what each needs. Nothing of theirs is imported here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Provider:
    """One row of the table.

    `package` is the module to find; `extra` is Citewise's own that installs it, "" where the
    default installation has it. Any one of `key_variables` will do; none is needed where one of
    `address_variables` names a server other than those of `home`, the provider's own domain.
    `says_when_done` tells that a stream without a reason for its end was cut. `{model}` in a remedy
    stands for the model's name.
    """

    name: str
    package: str
    example: str
    extra: str = ""
    key_variables: tuple[str, ...] = ()
    address_variables: tuple[str, ...] = ()
    home: str = ""
    says_when_done: bool = True
    if_unreachable: str = "Check the network and the proxy settings."
    if_unknown_model: str = "Check the name of the model {model!r}."

    @property
    def is_installed(self) -> bool:
        """Return whether the package can be found."""
        return find_spec(self.package) is not None

    @property
    def install_line(self) -> str:
        """Return the command that installs the package."""
        return f'pip install "citewise[{self.extra}]"' if self.extra else "pip install citewise"

    def has_key(self, environment: Mapping[str, str] = os.environ) -> bool:
        """Return whether one of the variables holds a key."""
        return any(environment.get(name) for name in self.key_variables)

    def needs_key(self, environment: Mapping[str, str] = os.environ) -> bool:
        """Return whether requests go to the provider itself, which asks for a key."""
        return bool(self.key_variables) and not self._serves_elsewhere(environment)

    def _serves_elsewhere(self, environment: Mapping[str, str]) -> bool:
        addresses = [value for name in self.address_variables if (value := environment.get(name))]
        if not addresses or not self.home:
            return False
        host = urlsplit(addresses[0]).hostname or ""
        return host != self.home and not host.endswith(f".{self.home}")


PROVIDERS: Mapping[str, Provider] = {
    provider.name: provider
    for provider in (
        Provider(
            name="openai",
            package="langchain_openai",
            extra="openai",
            example="openai:gpt-5-mini",
            key_variables=("OPENAI_API_KEY",),
            address_variables=("OPENAI_BASE_URL", "OPENAI_API_BASE"),
            home="openai.com",
            if_unreachable="Check the network, or the server that OPENAI_BASE_URL names.",
            if_unknown_model="Check the name of the model {model!r} and OPENAI_BASE_URL, which"
            " usually ends in /v1.",
        ),
        Provider(
            name="anthropic",
            package="langchain_anthropic",
            extra="anthropic",
            example="anthropic:claude-sonnet-4-5",
            key_variables=("ANTHROPIC_API_KEY",),
        ),
        Provider(
            name="google_genai",
            package="langchain_google_genai",
            extra="google",
            example="google_genai:gemini-2.5-flash",
            key_variables=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        ),
        Provider(
            name="ollama",
            package="langchain_ollama",
            extra="ollama",
            example="ollama:llama3.2",
            if_unreachable="Start it with `ollama serve`, or set OLLAMA_HOST.",
            if_unknown_model="Fetch the model: ollama pull {model}",
        ),
        Provider(
            name="huggingface",
            package="transformers",
            example="huggingface:path/to/model",
        ),
    )
}


def provider_of(backend: str) -> Provider | None:
    """Return the row of the backend `provider:model`; None where the table has none."""
    return PROVIDERS.get(backend.partition(":")[0])
