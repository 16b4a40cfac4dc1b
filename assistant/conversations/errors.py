"""Errors of the kept conversations. None of them is a reason not to answer a question."""

from assistant.errors import AssistantError


class ConversationError(AssistantError):
    """Base of what goes wrong with kept conversations; a face logs it and answers all the same."""


class UnknownConversationError(ConversationError):
    """No such conversation, exchange or link, or it is another reader's."""


class TooLargeError(ConversationError):
    """A text that is longer than what is kept, or one exchange too many."""


class StoreUnavailableError(ConversationError):
    """The file or the server cannot be used, is damaged, or is of a later Citewise."""
