"""Question and evidence in, a cited and checked answer out. Knows no web framework.

What is listed here is loaded when it is first used, so that `import assistant` is instant.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Answer, AnswerSentence, Citation, Turn
    from assistant.assistant import Assistant
    from assistant.build import build_assistant, open_library
    from assistant.errors import AssistantError, BackendError, QuestionError, SettingsError
    from assistant.options import Options
    from assistant.settings import Settings, load_settings

__all__ = [
    "Answer",
    "AnswerSentence",
    "Assistant",
    "AssistantError",
    "BackendError",
    "Citation",
    "Options",
    "QuestionError",
    "Settings",
    "SettingsError",
    "Turn",
    "build_assistant",
    "load_settings",
    "open_library",
]

if not TYPE_CHECKING:  # mypy would let every name pass
    _MODULES = {
        "answer": ("Answer", "AnswerSentence", "Citation", "Turn"),
        "assistant": ("Assistant",),
        "build": ("build_assistant", "open_library"),
        "errors": ("AssistantError", "BackendError", "QuestionError", "SettingsError"),
        "options": ("Options",),
        "settings": ("Settings", "load_settings"),
    }
    _HOMES = {name: module for module, names in _MODULES.items() for name in names}

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
