"""What models put around an answer: thoughts, a chat template's tokens, JSON."""

import json
import re
from collections.abc import Iterator

from vectorstore.invisible import without_invisible

_THOUGHTS = ("think", "thinking", "thought", "reasoning", "analysis", "scratchpad")
_WRAPPERS = ("answer", "response", "output", "final")  # their tags are dropped, not what they hold
# What small models let slip when they do not stop: all that follows is another turn.
_ENDS = (
    "</s>", "<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>", "<|end_of_text|>",
    "<|im_start|>", "<|start_header_id|>", "<end_of_turn>", "<start_of_turn>",
)  # fmt: skip
_DROPPED = {
    **{f"<{name}>": "" for name in _WRAPPERS},
    **{f"</{name}>": "" for name in (*_WRAPPERS, *_THOUGHTS)},
    "<s>": "",
}
_OPENINGS = {f"<{name}>": f"</{name}>" for name in _THOUGHTS}
_TAGS = (*_DROPPED, *_OPENINGS, *_ENDS)

_ANSWER_KEYS = "answer|response|text|content|output|result|reply"
_JSON = re.compile(rf'(?:```\w*\s*)?\{{\s*"(?:{_ANSWER_KEYS})"\s*:\s*"', re.IGNORECASE)
_MAX_OPENING_CHARS = 100
_JSON_BEGUN = re.compile(r'(?:`{1,3}|```\w{0,10}\s*)?(?:\{\s*(?:"\w{0,12}(?:"\s*(?::\s*)?)?)?)?')


class TagFilter:
    """Takes out thoughts and the tokens of chat templates; ends the text where the turn ends."""

    def __init__(self) -> None:
        self.is_done = False
        self._held = ""  # what may yet be a tag
        self._closing = ""  # the tag that ends the thoughts we are in

    def feed(self, char: str) -> Iterator[str]:
        """Yield the characters that are the answer's and can be told to be."""
        self._held += _visible(char)
        if self._closing:
            self._skip_thoughts()
        while self._held and not self._closing and not self.is_done:
            tag = self._held.lower()
            if tag in _TAGS:
                self._take(tag)
            elif any(known.startswith(tag) for known in _TAGS):
                return
            else:
                yield self._held[0]
                self._held = self._held[1:]

    def end(self) -> Iterator[str]:
        """Yield what was held back; thoughts without an end are no answer."""
        if not self._closing and not self.is_done:
            yield from self._held

    def _take(self, tag: str) -> None:
        self._held = ""
        self._closing = _OPENINGS.get(tag, "")
        self.is_done = tag in _ENDS

    def _skip_thoughts(self) -> None:
        if self._held.lower().endswith(self._closing):
            self._held = self._closing = ""
        else:
            self._held = self._held[-len(self._closing) :]


class JsonFilter:
    """Takes the text out of an answer that came as JSON: {"answer": "Zebras run [1]."}."""

    def __init__(self) -> None:
        self.is_done = False
        self._held = ""  # what may yet be the start of JSON, or an escape in it
        self._mode = "start"

    def feed(self, char: str) -> Iterator[str]:
        """Yield the answer's characters."""
        if self.is_done:
            return
        if self._mode == "text":
            yield char
            return
        if self._mode == "start" and not self._held and char.isspace():
            return
        self._held += char
        if self._mode == "json":
            yield from self._decode()
        elif _JSON.fullmatch(self._held):
            self._mode, self._held = "json", ""
        elif len(self._held) > _MAX_OPENING_CHARS or not _JSON_BEGUN.fullmatch(self._held):
            self._mode = "text"
            yield from self._held

    def end(self) -> Iterator[str]:
        """Yield what was held back of a text that turned out to be no JSON."""
        if self._mode == "start":
            yield from self._held

    def _decode(self) -> Iterator[str]:
        if self._held == '"':
            self.is_done = True
        elif not self._held.startswith("\\"):
            yield self._held
            self._held = ""
        elif len(self._held) == (6 if self._held.startswith("\\u") else 2):
            yield from _unescaped(self._held)
            self._held = ""


def _unescaped(escape: str) -> str:
    try:
        return _visible(str(json.loads(f'"{escape}"')))
    except json.JSONDecodeError:
        return escape  # as in LaTeX inside of badly made JSON


def _visible(char: str) -> str:
    """Return the character; nothing for one that is not seen, a space for any white space."""
    return " " if char.isspace() and char != "\n" else without_invisible(char)
