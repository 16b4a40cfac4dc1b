"""The drawing's own files."""

from importlib.resources import files

_SCRIPTS = (
    "map_parts.js",
    "map_points.js",
    "map_camera.js",
    "map_labels.js",
    "map_raster.js",
    "map_painting.js",
    "map.js",
)


def papers_css() -> str:
    """Return the styles of the map and the histogram.

    They take `--ink`, `--muted`, `--accent`, `--line` and `--surface` from the page; what is dark
    stands under `.dark`.
    """
    return _static("map.css")


def papers_js() -> str:
    """Return the script that makes `window.citewiseMap.mount(element, payload)`."""
    return "\n".join(map(_static, _SCRIPTS))


def _static(name: str) -> str:
    return (files("ui.papers") / "static" / name).read_text(encoding="utf-8")
