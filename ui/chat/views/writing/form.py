"""What the Write view is made of."""

from ui.chat.resources import static_text
from ui.related_work.requests import (
    MAX_DRAFT_CHARS,
    MAX_PAPERS,
    MAX_TOPIC_CHARS,
    MAX_WORDS,
    MIN_WORDS,
)

_BOUNDS = {
    "{max_topic}": MAX_TOPIC_CHARS,
    "{max_draft}": MAX_DRAFT_CHARS,
    "{min_words}": MIN_WORDS,
    "{max_words}": MAX_WORDS,
    "{max_papers}": MAX_PAPERS,
}


def writing_html() -> str:
    """Return the view; `static/script/76_writing_plan.js` and those after it make it work."""
    page = static_text("views/writing.html")
    for name, bound in _BOUNDS.items():
        page = page.replace(name, str(bound))
    return page
