"""Models of our own. They come compiled to int8, so that neither torch nor a compiler is needed.

Each is a directory beside the manifest, which holds its version and the sha256 of its files.
`python -m training.shipping` puts them there; docs/models.md says what each was made from.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from vectorstore.encoders.compiled import CompiledEncoder
from vectorstore.encoders.models import sha256_of
from vectorstore.errors import EncoderError, one_line

DEFAULT_ENCODER = "citewise-encoder-2"
_FORMER_ENCODERS = ("citewise-encoder-1",)
DEFAULT_SELECTOR = "citewise-selector-1"

SHIPPED = Path(__file__).with_name("shipped")
MANIFEST_NAME = "manifest.json"

_DAMAGED = "Install Citewise anew: files of this installation are damaged"


class ShippedModel(BaseModel):
    """What the manifest says of a model. `sha256`: of each file, by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    sha256: Mapping[str, str]


MANIFEST = TypeAdapter(dict[str, ShippedModel])


def shipped_models(directory: Path = SHIPPED) -> dict[str, ShippedModel]:
    """Return the models that come with the installation, by name.

    Raises EncoderError where the manifest is missing or damaged.
    """
    try:
        return MANIFEST.validate_json((directory / MANIFEST_NAME).read_bytes())
    except (OSError, ValueError) as error:
        raise EncoderError(f"{_DAMAGED} ({MANIFEST_NAME}: {one_line(error)}).") from None


def is_superseded(name: str) -> bool:
    """Return whether this was the default encoder of an earlier Citewise, and is no more."""
    return name in _FORMER_ENCODERS


def load_shipped(
    name: str, *, n_cores: int | None = None, directory: Path = SHIPPED
) -> CompiledEncoder:
    """Return a model that comes with the installation.

    Raises EncoderError where a file of it is missing or is not the one that was shipped.
    """
    model = directory / name
    for file, expected in shipped_models(directory)[name].sha256.items():
        if (found := sha256_of(model / file)) != expected:
            raise EncoderError(
                f"{_DAMAGED} ({file} of {name} has sha256 {found[:12]}..., not {expected[:12]}...),"
                " or choose another encoder, such as --encoder all-MiniLM-L6-v2."
            )
    try:
        return CompiledEncoder(name, model, n_cores=n_cores)
    except Exception as error:  # OpenVINO raises what it likes
        raise EncoderError(f"The encoder {name} does not run here: {one_line(error)}") from error
