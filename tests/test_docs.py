"""What README and the guide say: their commands and code are run, their names exist."""

import itertools
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import langchain.chat_models
import pytest
from langchain_core.language_models import GenericFakeChatModel

import assistant.build
import assistant.settings
from ui.cli.main import build_parser, main
from vectorstore import Encoder, Library

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SETTINGS_PAGE, COMMANDS_PAGE = ROOT / "docs" / "settings.md", ROOT / "docs" / "cli.md"
PAGES = (README, *sorted((ROOT / "docs").rglob("*.md")))
# Their Python is run here; that of docs/api.md in test_api_clients.py.
PAGES_OF_PYTHON = (README, ROOT / "docs" / "python.md", ROOT / "docs" / "langchain.md")

ADDRESS = "http://127.0.0.1:7860"  # where the guide's server is; the tests' is elsewhere
ABSTENTION = "The abstracts do not say"
# A server does not end; another's model and a URL need the network.
NOT_RUN = re.compile(r"citewise (serve|mcp)\b|--llm (?!extractive)|https?://")


@dataclass(frozen=True)
class Command:
    """A command line as it is shown after `$`, and the output that is shown under it."""

    line: str
    output: str

    @property
    def is_run(self) -> bool:
        return self.line.startswith("citewise ") and not NOT_RUN.search(self.line)

    @property
    def code(self) -> int:
        """Return the exit code that the page promises: 3 where an abstention is shown."""
        return 3 if self.output.startswith(ABSTENTION) else 0


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of the fenced blocks of a language."""
    return re.findall(rf"^```{language}[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[Command]:
    """Return the commands of all console blocks; `\\` at its end goes on with a line."""
    found = []
    for block in blocks(text, "console"):
        for piece in re.split(r"^\$ ", block.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
            line, _, output = piece.partition("\n")
            found.append(Command(" ".join(line.split()), output.strip()))
    return found


def text_of(*pages: Path) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.is_file())


@pytest.fixture
def workplace(
    library: Library, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty directory to work in, where `citewise` uses a copy of the bundled library."""
    path = shutil.copytree(library.path, tmp_path / "library")
    monkeypatch.setenv("CITEWISE_LIBRARY", str(path))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture(scope="module")
def served(
    assistant: "assistant.assistant.Assistant", serve_api: Callable[..., Any]
) -> Iterator[str]:
    """The address of a server as `citewise serve` runs it, without the chat."""
    with serve_api(assistant) as address:
        yield address


def run(command: Command) -> int:
    """Run a command, in this process unless a shell is needed."""
    words = shlex.split(command.line)
    if set(words) & {"|", ">", ">>", "<", "&&", ";"} or "$(" in command.line:
        shell = ["bash", "-o", "pipefail", "-c", command.line]
        return subprocess.run(shell, stdout=subprocess.DEVNULL).returncode
    return main(words[1:])


# How pages are read

SAMPLE = """
```console
$ make chat
$ cat papers.jsonl
{"title": "Owls"}
$ citewise add papers.jsonl \\
    --json
1 added
$ citewise ask "What is the price?"
The abstracts do not say. The nearest papers are:
$ citewise serve --port 8000
$ citewise ask "Why?" --llm openai:gpt-5
```
```python
print("a")
```
```console
$ citewise status
```
"""


def test_commands_are_read_with_what_is_shown_under_them() -> None:
    found = commands(SAMPLE)
    assert [command.line for command in found if command.is_run] == [
        "citewise add papers.jsonl --json",
        'citewise ask "What is the price?"',
        "citewise status",
    ]
    assert [command.code for command in found if command.is_run] == [0, 3, 0]
    assert found[1] == Command("cat papers.jsonl", '{"title": "Owls"}')
    assert blocks(SAMPLE, "python") == ['print("a")\n']


# What is run


def test_the_commands_of_the_readme_end_as_it_says(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = commands(README.read_text(encoding="utf-8"))
    assert any(command.is_run for command in shown)
    for command in shown:
        if command.line.startswith("cat "):  # a file of the example, shown before it is used
            Path(command.line.removeprefix("cat ")).write_text(command.output, encoding="utf-8")
        if command.is_run:
            code = run(command)
            said = capsys.readouterr()
            assert code == command.code, f"$ {command.line}\n{said.out}{said.err}"


@pytest.fixture
def scripted_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have LangChain's `init_chat_model` return a model that needs no network."""
    model = GenericFakeChatModel(messages=itertools.repeat("Two papers do [1] [2]."))
    monkeypatch.setattr(langchain.chat_models, "init_chat_model", lambda _: model)


@pytest.mark.parametrize("page", PAGES_OF_PYTHON, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(
    page: Path,
    workplace: Path,
    scripted_model: None,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = blocks(page.read_text(encoding="utf-8"), "python")
    assert code
    names = {"__name__": "__main__"}
    for number, block in enumerate(code, 1):
        if ADDRESS in block:
            block = block.replace(ADDRESS, request.getfixturevalue("served"))
        exec(compile(block, f"{page.name}, python block {number}", "exec"), names)


# What is named


@pytest.mark.parametrize("name", assistant.settings.Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert re.search(rf"\bCITEWISE_{name.upper()}\b", text_of(SETTINGS_PAGE, README))


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"\bCITEWISE_([A-Z_]*[A-Z])\b", text_of(*PAGES)))
    known = {name.upper() for name in assistant.settings.Settings.model_fields}
    known |= {"CONFIG", "ARXIV_URL", "HF_URL", "DOI_URL"}
    assert named - known == set()


def command_names() -> list[str]:
    (subparsers,) = (action for action in build_parser()._actions if action.dest == "==SUPPRESS==")
    return list(subparsers.choices or ())


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"\bcitewise {name}\b", text_of(README, COMMANDS_PAGE))


def test_no_command_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"(?:`|^\$ )citewise ([a-z][a-z-]*)", text_of(*PAGES), re.MULTILINE))
    assert named - set(command_names()) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)", text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []
