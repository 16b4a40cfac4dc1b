"""What a reader types to find an old conversation, as a condition on its row."""

import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Dialect, column, or_, select

from assistant.conversations.schema import CONVERSATIONS, EXCHANGES, SEARCHED
from assistant.conversations.titles import flat

_TRIGRAM = 3
_MAX_WORDS = 12
_MAX_CHARS = 200


def folded(text: str) -> str:
    """Return `text` on one line as search sees it: no capitals, no accents."""
    parts = unicodedata.normalize("NFKD", flat(text).casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def conditions_of(query: str, dialect: Dialect) -> Iterator[ColumnElement[bool]]:
    """Yield a condition for each word of `query` that a conversation must hold.

    A word may be part of one, and stand in a question or an answer of the conversation, or in its
    title. What follows the twelfth word is passed over.
    """
    for word in folded(query)[:_MAX_CHARS].split()[:_MAX_WORDS]:
        has_trigram = dialect.name == "sqlite" and len(word) >= _TRIGRAM
        yield or_(
            CONVERSATIONS.c.folded_title.contains(word, autoescape=True),
            _by_trigrams(word) if has_trigram else _by_reading(word),
        )


def _by_trigrams(word: str) -> ColumnElement[bool]:
    # FTS5's own query language is never reached: the word is a quoted string.
    quoted = '"' + word.replace('"', '""') + '"'
    matching = select(SEARCHED.c.rowid).where(column(SEARCHED.name).match(quoted))
    return CONVERSATIONS.c.conversation_id.in_(
        select(EXCHANGES.c.conversation_id).where(EXCHANGES.c.exchange_id.in_(matching))
    )


def _by_reading(word: str) -> ColumnElement[bool]:
    said = (
        select(EXCHANGES.c.exchange_id)
        .join(SEARCHED)
        .where(
            EXCHANGES.c.conversation_id == CONVERSATIONS.c.conversation_id,
            or_(
                SEARCHED.c.question.contains(word, autoescape=True),
                SEARCHED.c.answer.contains(word, autoescape=True),
            ),
        )
    )
    # Not EXISTS, for which PostgreSQL would read the exchanges of all owners.
    return said.limit(1).scalar_subquery().is_not(None)
