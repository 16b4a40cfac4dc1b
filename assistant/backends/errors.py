"""What a backend's failure is called where the caller may want to know it from others."""

from assistant.errors import BackendError


class ContextError(BackendError):
    """Not even one excerpt fits into what the model can read at once."""


class CutShortError(BackendError):
    """The model did not finish: its time, its connection or its output limit ended first."""


class OutputLimitError(CutShortError):
    """The model wrote as much as it may."""


class RefusedError(BackendError):
    """The provider's own filter ended the answer."""
