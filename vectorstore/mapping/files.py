"""A map on disk. It is derived: one that is missing or damaged is made again."""

import json
import os
import secrets
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path

import numpy as np

from vectorstore.mapping.collection_map import CollectionMap, MapTheme

MAP_NAME = "map.npz"
_FORMAT = 1  # raised when a map is drawn otherwise


def save_map(path: Path, drawn: CollectionMap) -> None:
    """Write a map at once: who reads meanwhile finds the old one or the new one.

    Raises OSError where the directory cannot be written.
    """
    about = {
        "format": _FORMAT,
        "generation": drawn.generation,
        "encoder": drawn.encoder,
        "n_laid_out": drawn.n_laid_out,
        "paper_ids": drawn.paper_ids,
        "themes": [asdict(theme) for theme in drawn.themes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with temporary.open("wb") as file:
            np.savez(
                file,
                about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
                x=drawn.x,
                y=drawn.y,
                theme_of=drawn.theme_of,
                is_laid_out=drawn.is_laid_out,
            )
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load_map(path: Path) -> CollectionMap | None:
    """Return the map that was saved; None where there is none, or none that can be used."""
    try:
        # Opened here: numpy leaves a damaged file open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            drawn = _map_of(arrays)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error):
        return None
    lengths = {len(drawn.x), len(drawn.y), len(drawn.theme_of), len(drawn.is_laid_out)}
    return drawn if lengths == {len(drawn.paper_ids)} else None


def _map_of(arrays: "np.lib.npyio.NpzFile") -> CollectionMap:
    about = json.loads(arrays["about"].tobytes())
    if about["format"] != _FORMAT:
        raise ValueError(f"a map of format {about['format']!r}, where {_FORMAT} is read")
    return CollectionMap(
        generation=int(about["generation"]),
        encoder=str(about["encoder"]),
        paper_ids=tuple(about["paper_ids"]),
        x=arrays["x"].astype(np.float32),
        y=arrays["y"].astype(np.float32),
        theme_of=arrays["theme_of"].astype(np.int64),
        is_laid_out=arrays["is_laid_out"].astype(np.bool_),
        n_laid_out=int(about["n_laid_out"]),
        themes=tuple(
            MapTheme(**{**theme, "phrases": tuple(theme["phrases"])}) for theme in about["themes"]
        ),
    )
