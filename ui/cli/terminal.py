"""Text for a terminal: no markup, no control characters, notes on standard error."""

import json
import re
import sys
from typing import Any

# C0 and C1 controls but newline and tab, the marks that reorder text, and halves of characters.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return `text` without what a terminal would obey."""
    return _UNSAFE.sub("", text)


def write(text: str = "", *, end: str = "\n") -> None:
    """Print text to standard output at once."""
    sys.stdout.write(safe(text) + end)
    sys.stdout.flush()


def write_json(value: Any) -> None:
    """Print JSON to standard output."""
    is_unicode = (sys.stdout.encoding or "").casefold().startswith("utf")
    sys.stdout.write(json.dumps(value, ensure_ascii=not is_unicode, indent=2) + "\n")
    sys.stdout.flush()  # a closed pipe is noticed here, not when Python ends


def note(text: str) -> None:
    """Print a line to standard error, where it is in no pipe's way."""
    sys.stderr.write(f"{safe(text)}\n")
    sys.stderr.flush()
