"""The directory of compiled models: each is made once, by whichever process needs it first."""

import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from vectorstore.encoders.compiled import CompiledEncoder
from vectorstore.encoders.models import identity_of, source_of
from vectorstore.errors import EncoderError, one_line

logger = logging.getLogger(__name__)

# How the compiler's process ends: the model has no compiled form, or only this time none was made.
UNFIT, UNLUCKY = 1, 2

_FAILURE_NAME = "failure.txt"
_CHECKSUM_NAME = "sha256.txt"
_UNFINISHED_PREFIX = "unfinished-"
_UNFINISHED_SECONDS = 24 * 3_600  # no compiler runs for so long
_LAYOUT = 2  # raised when what a compiled model consists of changes


class CompilationError(EncoderError):
    """A model has no compiled form on this machine; the message says why."""


def load_compiled(
    name: str, models: Path, *, allow_download: bool = False, n_cores: int | None = None
) -> CompiledEncoder:
    """Return the compiled form of an encoder out of the directory `models`; made if need be.

    Raises CompilationError where there can be none, EncoderError where there is no such model.
    """
    source = source_of(name, allow_download=allow_download)
    directory = models / _key(source)
    try:
        if not directory.is_dir():
            models.mkdir(parents=True, exist_ok=True)
            with FileLock(models / f"{directory.name}.lock"):
                if not directory.is_dir():
                    _compile(name, source, directory)
    except OSError as error:
        raise CompilationError(f"{str(models)!r} cannot be written ({error.strerror})") from None
    failure = directory / _FAILURE_NAME
    if failure.exists():
        raise CompilationError(failure.read_text(encoding="utf-8"))
    try:
        _check(directory)
        return CompiledEncoder(name, directory, n_cores=n_cores)
    except Exception as error:  # a damaged file raises what it likes
        shutil.rmtree(directory, ignore_errors=True)  # the next start makes it anew
        reason = one_line(error)  # OpenVINO's has many
        raise CompilationError(f"{str(directory)!r} cannot be loaded: {reason}") from error


def _key(source: str) -> str:
    """Return a name that no other model, machine or version has."""
    facts = (
        identity_of(source),
        version("openvino"),
        version("nncf"),
        platform.machine(),
        str(_LAYOUT),
    )
    return sha256("\n".join(facts).encode()).hexdigest()[:32]


def _compile(name: str, source: str, directory: Path) -> None:
    """Make `directory`, whole, in another process.

    It holds the reason instead where the model is to blame; CompilationError for other reasons.
    """
    logger.info("Compiling the encoder %s for this CPU, once: half a minute or so ...", name)
    _remove_leftovers(directory.parent)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=_UNFINISHED_PREFIX) as unfinished:
        made = Path(unfinished) / "model"
        made.mkdir()
        ended = subprocess.run(  # noqa: S603 (our own module)
            [sys.executable, "-m", "vectorstore.encoders.compiling", source, str(made)],
            env=_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        reason = (ended.stderr.strip().splitlines() or ["it failed"])[-1]
        if ended.returncode not in (0, UNFIT):
            raise CompilationError(f"the compiler ended with {ended.returncode}: {reason}")
        if ended.returncode == UNFIT:
            (made / _FAILURE_NAME).write_text(reason, encoding="utf-8")
        else:
            (made / _CHECKSUM_NAME).write_text(_checksum(made), encoding="utf-8")
        made.rename(directory)


def _remove_leftovers(models: Path) -> None:
    """Remove what starters that were killed left behind."""
    for path in models.glob(f"{_UNFINISHED_PREFIX}*"):
        with suppress(FileNotFoundError):  # another process may have been quicker
            if time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                shutil.rmtree(path)


def _check(directory: Path) -> None:
    """Raise ValueError where a file changed: OpenVINO would take other weights as they are."""
    if (directory / _CHECKSUM_NAME).read_text(encoding="utf-8") != _checksum(directory):
        raise ValueError("its checksum is another")


def _checksum(directory: Path) -> str:
    """Return a digest of all files of a compiled model."""
    facts = []
    for path in sorted(directory.iterdir()):
        if path.name != _CHECKSUM_NAME:
            with path.open("rb") as file:
                facts.append(f"{path.name} {file_digest(file, 'sha256').hexdigest()}")
    return sha256("\n".join(facts).encode()).hexdigest()


def _environment() -> dict[str, str]:
    """Return the environment of the compiler: it must neither fetch nor report anything."""
    package_parent = str(Path(__file__).resolve().parents[2])
    paths = [package_parent, os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "HF_HUB_OFFLINE": "1",
    }
