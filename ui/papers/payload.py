"""The map of the collection as the page's script takes it: JSON, at most some 1.3 MB."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from vectorstore.mapping import CollectionMap, MapTheme
from vectorstore.paper import Paper

MAX_POINTS = 10_000
N_COLOURS = 8  # `--theme-0` to `--theme-7` in map.css; after them come the same with squares
_STEPS = 4_095  # places a side: a quarter of a pixel at 1,000
_MAX_TITLE = 200  # characters


def map_payload(drawn: CollectionMap, papers: Mapping[str, Paper]) -> str:
    """Return JSON for `citewiseMap.mount`, safe inside a script element too.

    `papers` gives the titles and years by id; those it lacks are left out, and so are all above
    10,000, evenly. Titles are data: the script shows them as text only.
    """
    known = [at for at, paper_id in enumerate(drawn.paper_ids) if paper_id in papers]
    shown = [known[at] for at in _evenly(len(known))]
    listed = [papers[drawn.paper_ids[at]] for at in shown]
    payload = {
        "n_papers": len(drawn.paper_ids),
        "steps": _STEPS,
        "ids": [paper.paper_id for paper in listed],
        "titles": [_cut(paper.title) for paper in listed],
        "years": [paper.year or 0 for paper in listed],
        "x": _steps(drawn.x[shown]),
        "y": _steps(drawn.y[shown]),
        "theme_of": drawn.theme_of[shown].tolist(),
        "themes": [
            {
                "name": theme.name,
                "phrases": theme.phrases,
                "size": theme.size,
                "x": round(theme.x * _STEPS),
                "y": round(theme.y * _STEPS),
                "colour": colour,
            }
            for theme, colour in zip(drawn.themes, _colours(drawn.themes), strict=True)
        ],
    }
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":  # only ever inside strings
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _evenly(n: int) -> Sequence[int]:
    if n <= MAX_POINTS:
        return range(n)
    places: list[int] = np.linspace(0, n - 1, MAX_POINTS).astype(int).tolist()
    return places


def _steps(values: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> list[int]:
    found: list[int] = np.rint(values.astype(np.float64) * _STEPS).astype(int).tolist()
    return found


def _cut(title: str) -> str:
    return title if len(title) <= _MAX_TITLE else f"{title[: _MAX_TITLE - 1]}…"


def _colours(themes: Sequence[MapTheme]) -> list[int]:
    """Return a number for each theme: no two the same, one colour only far apart.

    A number above the colours is the same colour with another sign.
    """
    taken: list[int] = []
    for theme in themes:
        free = [n for n in range(max(2 * N_COLOURS, len(themes))) if n not in taken]
        # A fresh colour first; else that of the theme farthest away.
        rank = {n: (n >= N_COLOURS, -_gap(theme, n, themes, taken), n) for n in free}
        taken.append(min(free, key=lambda n: rank[n]))
    return taken


def _gap(theme: MapTheme, number: int, themes: Sequence[MapTheme], taken: Sequence[int]) -> float:
    """Return how far the nearest theme of the same colour is."""
    return min(
        (
            (theme.x - other.x) ** 2 + (theme.y - other.y) ** 2
            for other, colour in zip(themes, taken, strict=False)
            if colour % N_COLOURS == number % N_COLOURS
        ),
        default=2.0,
    )
