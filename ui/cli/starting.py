"""Opening the library that a command asks about."""

from typing import TYPE_CHECKING

from ui.cli.terminal import note

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings
    from vectorstore import Library


def start_library(settings: "Settings") -> "Library":
    """Return the settings' library; a new one starts with the bundled papers, and says so."""
    from assistant.build import open_or_start_library

    return open_or_start_library(settings, announce=note)


def start_assistant(settings: "Settings") -> "Assistant":
    """Return the assistant over the settings' library."""
    from assistant.build import build_assistant

    return build_assistant(settings, start_library(settings))
