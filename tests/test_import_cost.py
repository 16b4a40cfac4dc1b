"""What importing costs: nothing heavy is loaded before it is needed."""

import subprocess
import sys

import pytest

HEAVY = (
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "nncf",
    "openvino",
    "sentence_transformers",
    "torch",
    "transformers",
)
NOT_FOR_HELP = (*HEAVY, "fastapi", "numpy", "pydantic", "rich", "tantivy", "uvicorn")


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after `code`."""
    report = f"{code}\nimport sys\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=120
    )
    return {name.split(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"], ["ask"]])
def test_help_and_usage_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import contextlib, io, ui.cli.main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):\n"
        f"    ui.cli.main.main({arguments!r})"
    )
    loaded = loaded_by(code)
    assert "ui" in loaded
    assert not loaded & set(NOT_FOR_HELP)


@pytest.mark.parametrize(
    "module",
    [
        "assistant",
        "assistant.assistant",
        "assistant.build",
        "assistant.settings",
        "prompts",
        "ui",
        "ui.server",
        "vectorstore",
    ],
)
def test_importing_a_package_loads_nothing_heavy(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert module.split(".")[0] in loaded
    assert not loaded & set(HEAVY)
