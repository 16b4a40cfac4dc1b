"""Errors of the assistant. Each message names the bad value and what mends it."""


class AssistantError(Exception):
    """Base of everything the assistant raises on purpose."""


class QuestionError(AssistantError):
    """A question that cannot be asked: empty, or far too long."""


class BackendError(AssistantError):
    """A language-model backend that is unknown, not installed, or failed."""


class EvaluationError(AssistantError):
    """A file of questions that cannot be read."""


class SettingsError(AssistantError):
    """A setting that is unknown or out of bounds."""
