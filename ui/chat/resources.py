"""The page's own files."""

from importlib.resources import files


def static_text(name: str) -> str:
    """Return the text of a file in `ui/chat/static`."""
    return (files("ui.chat") / "static" / name).read_text(encoding="utf-8")


def joined_static(directory: str) -> str:
    """Return all files of a directory of `ui/chat/static` as one, in the order of their names."""
    found = (files("ui.chat") / "static" / directory).iterdir()
    return "\n".join(
        file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)
    )
