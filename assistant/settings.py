"""The settings, read once: flags over environment over file."""

import os
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy import URL

from assistant.errors import SettingsError
from assistant.options import Unsupported
from vectorstore import DEFAULT_ENCODER
from vectorstore.catalogue import CATALOGUE_NAME
from vectorstore.database import Place, parse_address, place_of

EXTRACTIVE = "extractive"
_SECRETS = ("chroma_token", "database_url")  # never shown


class Settings(BaseSettings):
    """Every setting is an environment variable `CITEWISE_<NAME>` and a key of the TOML file."""

    model_config = SettingsConfigDict(env_prefix="CITEWISE_", extra="forbid", frozen=True)

    library: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("citewise") / "library",
        description="Directory of the library.",
    )
    llm: str = Field(
        default=EXTRACTIVE,
        min_length=1,
        description="Who writes: extractive, or provider:model as LangChain spells it.",
    )
    encoder: str = Field(
        default=DEFAULT_ENCODER,
        min_length=1,
        description="The one that comes with Citewise, or a sentence-transformers model by name or"
        " path.",
    )
    encoder_dimension: int | None = Field(
        default=None,
        ge=1,
        description="As many of the first numbers of a vector are kept; all if empty.",
    )
    selector: str | None = Field(
        default=None,
        description="Encoder to which a question is near the sentence that answers it, by name or"
        " path; the one that comes with Citewise if not set and the encoder comes with it too; the"
        " encoder itself if empty.",
    )
    encoder_cache: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("citewise") / "encoders",
        description="Directory of the encoders compiled for this machine.",
    )
    chroma_url: str = Field(
        default="",
        description="Address of the Chroma server that holds the dense index; in the library if"
        " empty.",
    )
    chroma_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token that the Chroma server, or the proxy before it, asks for.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="Address of the PostgreSQL database that holds papers, conversations and keys,"
        " which several machines may share; files in the library if empty.",
    )
    reranker: str = Field(
        default="",
        description="Cross-encoder, by name or path, that reads the best papers with the question;"
        " none if empty.",
    )
    allow_download: bool = Field(
        default=False, description="Whether a model may be fetched from the Hugging Face hub."
    )
    chat_llms: tuple[str, ...] = Field(
        default=(),
        description="Language models that readers of the chat may choose beside the server's own.",
    )
    max_upload_megabytes: int = Field(
        default=50, ge=1, le=10_000, description="Size of what is added in the chat at once."
    )
    contact: str = Field(
        default="",
        pattern=r"^([!#-'*-;=?A-~]+@[0-9A-Za-z.-]+)?$",
        description="E-mail address that services of live sources are told, so that they can write"
        " to who asks too much; none if empty.",
    )
    top_k: int = Field(default=8, ge=1, le=100, description="Papers retrieved for a question.")
    max_question_chars: int = Field(
        default=4_000, ge=1, le=100_000, description="Longest question that is answered."
    )
    max_rounds: int = Field(
        default=2,
        ge=1,
        le=5,
        description="Searches for a part of a question, while it stays without support.",
    )
    unsupported: Unsupported = Field(
        default="mark",
        description="What becomes of sentences that their sources do not support: mark, drop, or"
        " retry (the model is asked once more, then they are dropped).",
    )
    verifier: str = Field(
        default="",
        description="Cross-encoder for entailment, by name or path, that the check of sentences"
        " asks too; none if empty.",
    )
    prompts: Path | None = Field(
        default=None, description="Directory of prompt templates that replace the built-in ones."
    )
    llm_timeout_seconds: float = Field(
        default=60.0, gt=0, le=3_600, description="Longest wait for a language model."
    )
    llm_retries: int = Field(
        default=3,
        ge=0,
        le=10,
        description="Times that a request is sent again when a model is busy or out of reach.",
    )
    llm_context_tokens: int | None = Field(
        default=None,
        ge=512,
        description="Tokens of question, excerpts and answer together; the model's own if not set.",
    )
    llm_max_output_tokens: int = Field(
        default=1_000,
        ge=16,
        le=100_000,
        description="Longest answer of a language model, in tokens.",
    )
    llm_fallback: bool = Field(
        default=False,
        description="Whether the extractive writer takes over when a language model fails.",
    )

    @property
    def database(self) -> URL | None:
        """Return the PostgreSQL database; raises DatabaseError for another kind of address."""
        address = self.database_url.get_secret_value()
        return parse_address(address) if address else None

    @property
    def catalogue(self) -> Place:
        """Return where the library's papers are kept."""
        return self.place(CATALOGUE_NAME)

    def place(self, name: str) -> Place:
        """Return where a part of the library is kept: the database, or a file of that name."""
        return place_of(name, self.library, self.database)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (given by keyword)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read flags first, then the environment, then the TOML file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, file


def settings_file() -> Path:
    """Return the TOML file that is read: CITEWISE_CONFIG, or the user's own where it exists.

    Raises SettingsError when the variable names no file.
    """
    named = os.environ.get("CITEWISE_CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"CITEWISE_CONFIG names {named!r}, and there is no such file.")
    return Path(named) if named else platformdirs.user_config_path("citewise") / "citewise.toml"


def load_settings(**flags: Any) -> Settings:
    """Return the settings; flags that are None were not given.

    Raises SettingsError, which names the setting and its bounds.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        value = "what it is" if name in _SECRETS else repr(first["input"])
        raise SettingsError(
            f"Setting {name!r} cannot be {value}: {first['msg']}."
            f" Set it by flag, by CITEWISE_{name.upper()}, or in {str(settings_file())!r}."
        ) from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"Cannot read {str(settings_file())!r}: {error}.") from None
