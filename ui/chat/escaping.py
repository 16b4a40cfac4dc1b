"""Text of papers and people made safe where the page shows it."""

import html
import re
from urllib.parse import urlsplit

from vectorstore.invisible import without_invisible

# All but letters, digits and the marks that begin nothing; a full stop only where a sentence ends.
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ?,;'.\x80-\U0010ffff]|(?<=\d)\.|\.(?=\S)")


def literal(text: str) -> str:
    """Return Markdown that shows `text` as typed, lines kept.

    Character references stand for themselves in Markdown: they cannot begin a list, a link, markup
    or math, and no bare URL is left to be turned into a link.
    """
    lines = (line.strip() for line in without_invisible(text).strip().splitlines())
    return "<br>".join(_NOT_PLAIN.sub(lambda found: f"&#{ord(found[0])};", line) for line in lines)


def html_text(text: str) -> str:
    """Return HTML that shows `text`, also inside a quoted attribute."""
    return html.escape(without_invisible(text), quote=True)


def web_link(url: str) -> str | None:
    """Return `url` where a browser may follow it, None for every other scheme."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else None
