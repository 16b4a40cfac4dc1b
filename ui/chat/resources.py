"""The page's own files."""

from importlib.resources import files


def static_text(name: str) -> str:
    """Return the text of a file in `ui/chat/static`."""
    return (files("ui.chat") / "static" / name).read_text(encoding="utf-8")
