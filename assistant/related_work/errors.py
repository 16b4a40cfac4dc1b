"""What goes wrong about plans and drafts. Each message says what mends it."""

from assistant.errors import AssistantError


class PlanError(AssistantError):
    """A plan that cannot be read, or names what is not there."""


class DraftError(AssistantError):
    """A draft that cannot be read, or says nothing to search for."""
