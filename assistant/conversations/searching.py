"""What a reader types to find an old conversation, as a condition of SQLite."""

import unicodedata

from assistant.conversations.titles import flat

_TRIGRAM = 3
_MAX_WORDS = 12
_MAX_CHARS = 200

# FTS5's own query language is never reached: each word is a quoted string.
_BY_TRIGRAMS = (
    "conversation_id IN (SELECT conversation_id FROM exchanges WHERE exchange_id IN"
    " (SELECT rowid FROM searched WHERE searched MATCH ?))"
)
_BY_READING = (  # words of one or two letters have no trigram
    "EXISTS (SELECT 1 FROM exchanges JOIN searched ON searched.rowid = exchange_id"
    " WHERE exchanges.conversation_id = conversations.conversation_id"
    r" AND (question LIKE ? ESCAPE '\' OR answer LIKE ? ESCAPE '\'))"
)


def folded(text: str) -> str:
    """Return `text` on one line as search sees it: no capitals, no accents."""
    parts = unicodedata.normalize("NFKD", flat(text).casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def condition_of(query: str) -> tuple[str, list[str]]:
    """Return a condition that every word of `query` meets, and its values.

    A word may be part of one, and stand in a question or an answer of the conversation, or in its
    title. What follows the twelfth word is passed over.
    """
    conditions, values = ["1"], []
    for word in folded(query)[:_MAX_CHARS].split()[:_MAX_WORDS]:
        pattern = f"%{_escaped(word)}%"
        in_title = r"folded_title LIKE ? ESCAPE '\'"
        if len(word) < _TRIGRAM:
            conditions.append(f"({in_title} OR {_BY_READING})")
            values += [pattern, pattern, pattern]
        else:
            conditions.append(f"({in_title} OR {_BY_TRIGRAMS})")
            values += [pattern, '"' + word.replace('"', '""') + '"']
    return " AND ".join(conditions), values


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
