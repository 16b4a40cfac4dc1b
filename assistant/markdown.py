"""Text of papers, models and people made safe inside Markdown."""

import re

from vectorstore.invisible import without_invisible

# Characters that begin markup somewhere: emphasis, code, links, HTML, tables, headings, math,
# entities.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#]|&(?=#?\w+;))")
_URL = re.compile(r"((?:https?://|(?<!\w)github\.com/)[\w./~%#?=&:+@-]+)")
# What renderers turn into links by themselves, and the character without which they do not.
_BARE_LINK = re.compile(r"((?<!\w)(?:(?:https?|ftp)(?=://)|www(?=\.)))", re.IGNORECASE)


def escape(text: str, *, urls_of: str | None = None) -> str:
    """Return Markdown that shows `text` as it is, on one line, invisible characters dropped.

    Bare URLs are left whole: renderers link them, and a reader can copy them. Where `urls_of` is
    given only those that stand in it are; others are shown, but are no links. What a model writes
    may hold a URL that an abstract told it to make up.
    """
    flat = " ".join(without_invisible(" ".join(text.split())).split())
    known = None if urls_of is None else set(_URL.findall(urls_of))
    return "".join(
        _url(piece, known) if is_url else _plain(piece, has_links=known is None)
        for is_url, piece in ((n % 2 == 1, piece) for n, piece in enumerate(_URL.split(flat)))
    )


def _url(url: str, known: set[str] | None) -> str:
    if known is None or url.rstrip(".:?") in {other.rstrip(".:?") for other in known}:
        return url
    return _plain(url, has_links=False)


def _plain(text: str, *, has_links: bool) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text)
    return escaped if has_links else _BARE_LINK.sub(r"\1\\", escaped)


def plain_text(markdown: str) -> str:
    """Return Markdown made by this module as a reader without markup sees it."""
    return re.sub(r"\\([\\`*_\[\]<>|~$#&:.])|\*", lambda match: match[1] or "", markdown)


def italic(text: str) -> str:
    """Return `text` escaped and in italics."""
    return f"*{escape(text)}*"


def dated_title(title: str, year: int | None) -> str:
    """Return a title in italics with its year, where that is known: "*Pando* (2026)"."""
    return f"{italic(title)} ({year})" if year else italic(title)
