"""Text of papers and people made safe where the page shows it."""

import html
from urllib.parse import urlsplit

from vectorstore.invisible import without_invisible


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
