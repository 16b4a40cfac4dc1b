"""Line ends and white space."""

import re

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SOFT_BREAK = re.compile("\u00ad[ \t]*+\n\\s*+")
# Chinese and Japanese write no spaces, so a line's end between two of their characters is none.
_WIDE = "\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_WIDE_BREAK = re.compile(f"(?<=[{_WIDE}])[ \t]*+\n\\s*+(?=[{_WIDE}])")


def even_line_ends(text: str) -> str:
    """Return `text` with every line's end as "\\n", and those behind a soft hyphen gone."""
    text = _LINE_END.sub("\n", text)
    return _SOFT_BREAK.sub("", text) if "\u00ad" in text else text


def fold_white_space(text: str) -> str:
    """Return `text` on one line, its words one space apart: lines that were wrapped are one."""
    if "\n" in text:
        text = _WIDE_BREAK.sub("", text)
    return " ".join(text.split())
