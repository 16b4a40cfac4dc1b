"""Puts an encoder among those that come with Citewise.

`python -m training.shipping --model DIR --name NAME --version VERSION`

It is compiled to int8 as any other, beside the manifest, which says its version and checksums.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from vectorstore.encoders.compiling import compile_model
from vectorstore.encoders.models import sha256_of
from vectorstore.encoders.shipped import MANIFEST, MANIFEST_NAME, SHIPPED, ShippedModel

MAX_BYTES = 25_000_000  # of a model, all its files


def main(arguments: Sequence[str] | None = None) -> int:
    """Ship a model as NAME-VERSION; one of the same name and version is replaced."""
    parser = argparse.ArgumentParser(prog="training.shipping", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="directory of the model")
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", type=int, required=True)
    chosen = parser.parse_args(arguments)
    n_bytes = ship(chosen.model, chosen.name, chosen.version)
    sys.stdout.write(f"{n_bytes / 1e6:.1f} MB\n")
    return 0


def ship(source: Path, name: str, version: int, *, directory: Path = SHIPPED) -> int:
    """Compile the model at `source` into `directory`; return the bytes of its files.

    Raises ValueError where the compiled form is too large or too unlike the model.
    """
    full_name = f"{name}-{version}"
    directory.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=directory) as unfinished:
        made = Path(unfinished) / full_name
        made.mkdir()
        compile_model(str(source), made)
        n_bytes = sum(file.stat().st_size for file in made.iterdir())
        if n_bytes > MAX_BYTES:
            raise ValueError(f"{n_bytes:,} bytes are more than {MAX_BYTES:,}")
        checksums = {file.name: sha256_of(file) for file in sorted(made.iterdir())}
        shutil.rmtree(directory / full_name, ignore_errors=True)
        made.rename(directory / full_name)
    _enter(full_name, ShippedModel(version=version, sha256=checksums), directory / MANIFEST_NAME)
    return n_bytes


def _enter(name: str, model: ShippedModel, manifest: Path) -> None:
    models = MANIFEST.validate_json(manifest.read_bytes()) if manifest.exists() else {}
    text = MANIFEST.dump_json(dict(sorted({**models, name: model}.items())), indent=2)
    manifest.write_bytes(text + b"\n")


if __name__ == "__main__":
    sys.exit(main())
