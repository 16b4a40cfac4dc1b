"""What a map of the collection is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.mapping.repulsion import Points

_MAX_COMPARED = 1_000
_NEAR = 0.05


@dataclass(frozen=True, slots=True)
class MapTheme:
    """A theme: its name, phrases that tell it from others, where it is densest, its papers."""

    name: str
    phrases: tuple[str, ...]
    x: float
    y: float
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class CollectionMap:
    """All papers as points in the unit square, near ones near; distances afar mean little.

    `x`, `y` and `theme_of`, which counts `themes` from 0, are in the order of `paper_ids`, and so
    is `is_laid_out`: false for a paper that was placed on a map that was there before. `generation`
    is the catalogue's, and `encoder` the name of what made the vectors.
    """

    generation: int
    encoder: str
    paper_ids: tuple[str, ...]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    theme_of: NDArray[np.int64]
    is_laid_out: NDArray[np.bool_]
    n_laid_out: int
    themes: tuple[MapTheme, ...]

    @property
    def points(self) -> Points:
        """Return the places, shape (n, 2)."""
        return np.stack([self.x, self.y], axis=1)


def densest(points: Points) -> tuple[float, float]:
    """Return where most of the points are: a theme may be several islands, its mean in none."""
    some = points[np.linspace(0, len(points) - 1, min(len(points), _MAX_COMPARED)).astype(int)]
    distances = np.linalg.norm(some[:, None] - some[None], axis=2)
    nearness = np.exp(-((distances / _NEAR) ** 2))
    around = points[np.linalg.norm(points - some[nearness.sum(axis=1).argmax()], axis=1) <= _NEAR]
    x, y = around.mean(axis=0)
    return float(x), float(y)
