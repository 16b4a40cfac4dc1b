"""What kind of JSON a source holds, told from its first bytes, which may end anywhere."""

import re
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.readers.opened import Opened

_TOKEN = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*:)?|([{}\[\]])', re.DOTALL)
_MAX_TOKENS = 20_000
_MAX_DEPTH = 5  # of fields that are looked at; deeper ones take the path of what they are in


@dataclass(frozen=True, slots=True)
class JsonShape:
    """The outline of a JSON document or of JSON lines.

    `paths` names every field seen: "title" of an object (of each line), "[].title" of the objects
    in an array, "results[].title" of those in an object's array, "paper.title" of an inner object;
    "results[]" is the array itself.
    """

    paths: frozenset[str] = frozenset()

    def has(self, *paths: str) -> bool:
        """Return whether all these fields were seen."""
        return self.paths.issuperset(paths)

    def record_has(self, *fields: str, keys: tuple[str, ...] = ()) -> bool:
        """Return whether its records have all these fields.

        Records are the objects themselves, those of an array, or those of an array under one of
        `keys`.
        """
        prefixes = ["", "[].", *(f"{key}[]." for key in keys)]
        return any(self.has(*(prefix + field for field in fields)) for prefix in prefixes)


def json_shape(opened: Opened) -> JsonShape:
    """Return the outline of what begins as JSON; an empty one for anything else."""
    beginning = opened.beginning
    return _shape(beginning) if beginning.startswith(("{", "[")) else JsonShape()


@lru_cache(maxsize=4)
def _shape(text: str) -> JsonShape:
    paths: set[str] = set()
    stack: list[str] = []  # of each open bracket, the path of what is in it
    key = ""
    for _, found in zip(range(_MAX_TOKENS), _TOKEN.finditer(text), strict=False):
        name, colon, bracket = found.groups()
        if colon:
            key = f"{stack[-1] if stack else ''}{name}"
            if len(stack) <= _MAX_DEPTH:
                paths.add(key)
        elif bracket in ("{", "["):
            stack.append(_inner_path(stack, key, bracket))
            if bracket == "[":
                paths.add(stack[-1][:-1])
            key = ""
        elif bracket and stack:
            stack.pop()
            key = ""
    return JsonShape(frozenset(paths))


def _inner_path(stack: list[str], key: str, bracket: str) -> str:
    """Return the path of what stands in a bracket: after a key, in an array, or at the top."""
    around = stack[-1] if stack else ""
    if len(stack) >= _MAX_DEPTH:
        return around
    if bracket == "[":
        return f"{key or around}[]."
    return f"{key}." if key else around
