"""Errors about keys, logins and limits. Each message names the command or flag that mends it."""

from assistant.errors import AssistantError


class AccessError(AssistantError):
    """Access cannot be as it was asked for."""


class KeyStoreError(AccessError):
    """The keys cannot be read or written, are damaged, or are of a later Citewise."""


class UnknownKeyError(AccessError):
    """No key has this id."""
