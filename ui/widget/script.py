"""The widget's script: its parts and its style, joined into one file of no dependency."""

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

# Lines that hold a comment only, and indentation: readers of the source need them, browsers do not.
# No part may hold a string of several lines.
_FOR_READERS = re.compile(r"^[ \t]*(?://.*\n)?|^[ \t]*\n", re.MULTILINE)
_CSS_FOR_READERS = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Script:
    """The script in bytes, as it is and packed by gzip. `version` changes with every byte."""

    source: bytes
    packed: bytes
    version: str


@cache
def widget_script() -> Script:
    """Return the script, joined once."""
    source = _joined().encode("utf-8")
    packed = gzip.compress(source, compresslevel=9, mtime=0)
    return Script(source, packed, sha256(source).hexdigest()[:16])


def static_text(name: str) -> str:
    """Return the text of a file in `ui/widget/static`."""
    return (files("ui.widget") / "static" / name).read_text(encoding="utf-8")


def _joined() -> str:
    code = "".join(_FOR_READERS.sub("", part) for part in _parts("script"))
    style = json.dumps(_CSS_FOR_READERS.sub(" ", "".join(_parts("style"))))
    return f'(() => {{\n"use strict";\nconst STYLE = {style};\n{code}}})();\n'


def _parts(directory: str) -> list[str]:
    """Return the texts of a directory of `static`, in the order of their files' names."""
    found = (files("ui.widget") / "static" / directory).iterdir()
    return [part.read_text(encoding="utf-8") for part in sorted(found, key=lambda part: part.name)]
