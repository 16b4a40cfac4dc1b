"""Text for a terminal: no markup, no control characters, notes on standard error."""

import json
import sys
from typing import Any


def safe(text: str) -> str:
    """Return `text` without what a terminal would obey, and without what hides in it."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text  # so that usage is shown before the packages are loaded
    from vectorstore.invisible import without_invisible

    return without_invisible(text)


def write(text: str = "", *, end: str = "\n") -> None:
    """Print text to standard output at once."""
    sys.stdout.write(safe(text) + end)
    sys.stdout.flush()


def write_json(value: Any) -> None:
    """Print JSON to standard output.

    It says all that `value` holds; what a terminal would obey or hide stands as `\\u009b`.
    """
    from vectorstore.invisible import INVISIBLE

    is_unicode = (sys.stdout.encoding or "").casefold().startswith("utf")
    text = json.dumps(value, ensure_ascii=not is_unicode, indent=2)
    sys.stdout.write(INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n")
    sys.stdout.flush()  # a closed pipe is noticed here, not when Python ends


def note(text: str) -> None:
    """Print a line to standard error, where it is in no pipe's way."""
    sys.stderr.write(f"{safe(text)}\n")
    sys.stderr.flush()
