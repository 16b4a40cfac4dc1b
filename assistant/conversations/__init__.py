"""Conversations that are kept: found again, exported, linked to, and judged by their readers."""

from assistant.conversations.conversation import (
    CitedPaper,
    Conversation,
    Exchange,
    Feedback,
    KeptExchange,
    Summary,
    Thumb,
)
from assistant.conversations.errors import (
    ConversationError,
    StoreUnavailableError,
    TooLargeError,
    UnknownConversationError,
)
from assistant.conversations.exchanges import MAX_EXCHANGES, MAX_QUESTION_CHARS
from assistant.conversations.exporting import EXPORTERS, export_json, export_markdown
from assistant.conversations.links import Links
from assistant.conversations.ratings import MAX_COMMENT_CHARS, Ratings
from assistant.conversations.store import (
    CONVERSATIONS_NAME,
    MAX_CONVERSATIONS,
    ConversationStore,
)

__all__ = [
    "CONVERSATIONS_NAME",
    "EXPORTERS",
    "MAX_COMMENT_CHARS",
    "MAX_CONVERSATIONS",
    "MAX_EXCHANGES",
    "MAX_QUESTION_CHARS",
    "CitedPaper",
    "Conversation",
    "ConversationError",
    "ConversationStore",
    "Exchange",
    "Feedback",
    "KeptExchange",
    "Links",
    "Ratings",
    "StoreUnavailableError",
    "Summary",
    "Thumb",
    "TooLargeError",
    "UnknownConversationError",
    "export_json",
    "export_markdown",
]
