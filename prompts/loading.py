"""Templates of what is said to a language model: one TOML file a task."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


class PromptError(Exception):
    """A prompt template that is missing or lacks a part."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The two messages of a task, with `{name}` placeholders."""

    system: str
    user: str


def load_prompt(task: str) -> Prompt:
    """Return the template of `task`, such as 'answer'.

    Raises PromptError, which names the templates there are.
    """
    source = files("prompts").joinpath(f"{task}.toml")
    if not source.is_file():
        raise PromptError(f"No prompt {task!r}. There are: {', '.join(prompt_names())}.")
    try:
        parts = tomllib.loads(source.read_text(encoding="utf-8"))
        return Prompt(system=parts["system"].strip(), user=parts["user"].strip())
    except KeyError as missing:
        raise PromptError(f"Prompt {task!r} lacks the key {missing}.") from None
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"Prompt {task!r} is no valid TOML: {error}.") from None


def prompt_names() -> list[str]:
    """Return the tasks that have a template."""
    names = (entry.name for entry in files("prompts").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
