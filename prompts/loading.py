"""Templates of what is said to a language model: one TOML file a task."""

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, get_args

_PLACE = re.compile(r"\{([a-z_]+)\}")
_NEEDED_KEYS = ("system", "user")

Marks = Literal["square", "round"]


class PromptError(Exception):
    """A prompt template that is missing, lacks a part, or has one that nothing fills."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The two messages of a task, with `{name}` placeholders; other braces are text.

    `marks` says how the template asks for citations: `[1]` or `(1)`.
    """

    system: str
    user: str
    marks: Marks = "square"

    @property
    def places(self) -> frozenset[str]:
        """Return the names of the placeholders."""
        return frozenset(_PLACE.findall(f"{self.system}\n{self.user}"))

    def filled(self, **values: str) -> tuple[str, str]:
        """Return both messages with every placeholder replaced, in one pass.

        What looks like a placeholder inside a value stays as it is. Raises KeyError for a
        placeholder without a value.
        """
        return (
            _PLACE.sub(lambda place: values[place[1]], self.system),
            _PLACE.sub(lambda place: values[place[1]], self.user),
        )


def load_prompt(task: str, directory: Path | None = None) -> Prompt:
    """Return the template of `task`, such as 'answer': that of `directory`, or else ours.

    Raises PromptError, which names the file and what is wrong with it.
    """
    if task not in prompt_names():
        raise PromptError(f"No prompt {task!r}. There are: {', '.join(prompt_names())}.")
    ours = _read(files("prompts").joinpath(f"{task}.toml"))
    if directory is None:
        return ours
    _check_directory(directory)
    source = directory / f"{task}.toml"
    if not source.is_file():
        return ours
    theirs = _read(source)
    _check_places(source, theirs.places, needed=ours.places)
    return theirs


def prompt_names() -> list[str]:
    """Return the tasks that have a template."""
    names = (entry.name for entry in files("prompts").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def _read(source: Traversable | Path) -> Prompt:
    try:
        parts = tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"Prompt {str(source)!r} is no valid TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"Prompt {str(source)!r} cannot be read: {error}.") from None
    for key in _NEEDED_KEYS:
        if not isinstance(parts.get(key), str):
            raise PromptError(f"Prompt {str(source)!r} lacks the key {key!r}, a text.")
    if unknown := parts.keys() - {*_NEEDED_KEYS, "marks"}:
        raise PromptError(
            f"Prompt {str(source)!r} has the unknown key {min(unknown)!r};"
            " known are 'system', 'user' and 'marks'."
        )
    marks = parts.get("marks", "square")
    if marks not in get_args(Marks):
        raise PromptError(f"Prompt {str(source)!r} has marks = {marks!r}; use 'square' or 'round'.")
    return Prompt(parts["system"].strip(), parts["user"].strip(), marks)


def _check_directory(directory: Path) -> None:
    """Raise PromptError for a directory that is not there, or holds a template of no task."""
    if not directory.is_dir():
        raise PromptError(f"There is no directory of prompts {str(directory)!r}.")
    for path in sorted(directory.glob("*.toml")):
        if path.stem not in prompt_names():
            raise PromptError(
                f"Prompt {str(path)!r} is of no known task. There are: {', '.join(prompt_names())}."
            )


def _check_places(source: Path, places: frozenset[str], *, needed: frozenset[str]) -> None:
    if missing := needed - places:
        raise PromptError(f"Prompt {str(source)!r} lacks the placeholder {{{min(missing)}}}.")
    if unknown := places - needed:
        known = " ".join(f"{{{name}}}" for name in sorted(needed))
        raise PromptError(
            f"Prompt {str(source)!r} has the unknown placeholder {{{min(unknown)}}}."
            f" Known are {known}."
        )
