"""Numbers in files, for indexes that are mapped into memory."""

from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)

DELETED = 0  # in place of a paper's row, which counts from 1


def load_rows(path: Path, *, height: int) -> Rows:
    """Return the rows that were saved, shape (height, n); none where there is no file."""
    return np.load(path) if path.exists() else np.zeros((height, 0), dtype=np.int64)


def save_rows(path: Path, rows: Rows) -> None:
    """Write rows at once: who reads meanwhile finds the old ones or the new ones."""
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("wb") as file:
        np.save(file, rows)
    temporary.replace(path)


def mapped(path: Path, dtype: type[Number], shape: tuple[int, ...]) -> NDArray[Number]:
    """Return the first numbers of a file, read when they are looked at; it may hold more."""
    if not shape[0]:  # nothing can be mapped
        return np.zeros(shape, dtype=dtype)
    return np.asarray(np.memmap(path, dtype, mode="r", shape=shape))
