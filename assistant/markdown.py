"""Text of papers and people made safe inside Markdown."""

import re

# Characters that begin markup somewhere: emphasis, code, links, HTML, tables, headings, math,
# entities.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#]|&(?=#?\w+;))")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def escape(text: str) -> str:
    """Return Markdown that shows `text` as it is, on one line, control characters dropped.

    Bare URLs are left whole: renderers link them, and a reader can copy them.
    """
    flat = _CONTROL.sub("", " ".join(text.split()))
    pieces = re.split(r"((?:https?://|(?<!\w)github\.com/)[\w./~%#?=&:+@-]+)", flat)
    return "".join(
        piece if is_url else _SPECIAL.sub(r"\\\1", piece)
        for is_url, piece in ((n % 2 == 1, piece) for n, piece in enumerate(pieces))
    )


def plain_text(markdown: str) -> str:
    """Return Markdown made by this module as a reader without markup sees it."""
    return re.sub(r"\\([\\`*_\[\]<>|~$#&])|\*", lambda match: match[1] or "", markdown)


def italic(text: str) -> str:
    """Return `text` escaped and in italics."""
    return f"*{escape(text)}*"


def dated_title(title: str, year: int | None) -> str:
    """Return a title in italics with its year, where that is known: "*Pando* (2026)"."""
    return f"{italic(title)} ({year})" if year else italic(title)
