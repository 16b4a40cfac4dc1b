"""Thoughts that a reasoning model writes before its answer, where the server leaves them in."""

from enum import Enum, auto

_OPENING, _CLOSING = "<think>", "</think>"


class _State(Enum):
    """What the text so far is."""

    UNDECIDED = auto()
    THOUGHTS = auto()
    BLANK_AFTER = auto()
    ANSWER = auto()


class ThoughtFilter:
    """Takes a leading `<think>...</think>` out of pieces as they come."""

    def __init__(self) -> None:
        self._held = ""  # what cannot be told yet, such as the beginning of a tag
        self._state = _State.UNDECIDED

    def feed(self, piece: str) -> str:
        """Return what of the text so far is answer and has not been returned before."""
        if self._state is _State.ANSWER:
            return piece
        self._held += piece
        if self._state is _State.UNDECIDED:
            self._look_for_opening()
        if self._state is _State.THOUGHTS:
            self._look_for_closing()
        if self._state is _State.BLANK_AFTER:
            self._skip_blank()
        return self._begun()

    def flush(self) -> str:
        """Return what is held back, once no more comes; thoughts without an end are no answer."""
        held = "" if self._state is _State.THOUGHTS else self._held
        self._held = ""
        return held

    def _begun(self) -> str:
        return self.flush() if self._state is _State.ANSWER else ""

    def _look_for_opening(self) -> None:
        begun = self._held.lstrip()
        if begun.startswith(_OPENING):
            self._state, self._held = _State.THOUGHTS, begun.removeprefix(_OPENING)
        elif not _OPENING.startswith(begun):
            self._state = _State.ANSWER

    def _look_for_closing(self) -> None:
        _, found, answer = self._held.partition(_CLOSING)
        if found:
            self._state, self._held = _State.BLANK_AFTER, answer
        else:
            self._held = self._held[-len(_CLOSING) :]

    def _skip_blank(self) -> None:
        self._held = self._held.lstrip()
        if self._held:
            self._state = _State.ANSWER
