"""A real server and a real browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from vectorstore import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Read before the tests' own environment is cleaned.
_SCREENSHOTS = os.environ.get("CITEWISE_SCREENSHOTS")
_CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_IS_CI = os.environ.get("CI") == "true"
_LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The server as `citewise serve` runs it, over the bundled papers. A question that begins with
# "Forever" is answered without end; one about Zorblax brings a paper that means harm, one about
# Quuxium a paper with formulas. The answer to one that begins with "Doubtful: " is doubted. A test
# module that changes the library has SERVER_ARGUMENTS, and by them a server of its own; with
# "--allow-upload" among them readers may add papers.
_SERVER = """
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.events import Completed, TextDelta
from assistant.settings import load_settings
from ui.chat.features import Features
from ui.server import serve
from vectorstore import Paper

HOSTILE = Paper(
    "hostile",
    "Zorblax: <img src=x onerror='window.harmed=1'> Considered",
    "Zorblax measures $x_1 < 3$ and ${1+1} and {{value}} with <script>window.harmed=2</script>"
    " *care*. ![t](https://tracker.example/t.png) is what Zorblax found.",
    url="javascript:window.harmed=3",
)

FORMULAS = Paper(
    "formulas",
    "Quuxium at $O(n^2)$: Costs Considered",
    "Quuxium lowers the costs of search to $\\\\frac{1}{2}\\\\alpha_1^2$ of it. It costs $5 or $6.",
)
VERDICTS = (
    {"support": "partly", "reason": "The quote speaks of <models> only."},
    {"support": "unsupported", "reason": ""},
)


def doubted(event):
    if not isinstance(event, Completed):
        return event
    first, second, *rest = event.answer.sentences
    doubtful = [replace(s, **v) for s, v in zip((first, second), VERDICTS)]
    return Completed(replace(event.answer, sentences=(*doubtful, *rest)))


class Patient(Assistant):
    def stream(self, question, **bounds):
        if "Zorblax" in question:
            self.library.add([HOSTILE])
        if "Quuxium" in question:
            self.library.add([FORMULAS])
        if question.startswith("Doubtful: "):
            plain = question.removeprefix("Doubtful: ")
            yield from map(doubted, super().stream(plain, **bounds))
            return
        if not question.startswith("Forever"):
            yield from super().stream(question, **bounds)
            return
        for n in count():
            yield TextDelta(f"word{n} ")
            Event().wait(0.02)


settings = load_settings(library=Path(sys.argv[1]))
assistant = build_assistant(settings)
assistant.__class__ = Patient


def make(llm, unsupported):
    chosen = settings.model_copy(update={"llm": llm, "unsupported": unsupported})
    return build_assistant(chosen, assistant.library)


features = Features(
    allow_upload="--allow-upload" in sys.argv, backends=("extractive",), make_assistant=make
)
port = int(sys.argv[2])
serve(assistant, port=port, features=features, announce=lambda url: print(url, flush=True))
"""


@contextmanager
def running(library: Path, *arguments: str, port: int = 0, script: str = _SERVER) -> Iterator[str]:
    """Run the server over `library`; yield its address. With port 0 it takes a free one."""
    command = [sys.executable, "-c", script, str(library), str(port), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        too_late = Timer(120, process.kill)
        too_late.start()
        address = process.stdout.readline().strip() if process.stdout else ""
        too_late.cancel()
        assert address.startswith("http://127.0.0.1:"), "the server did not start"
        yield address
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def copy_library(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a maker of copies of the library of the bundled papers."""
    return lambda: shutil.copytree(library.path, tmp_path_factory.mktemp("served") / "library")


@pytest.fixture(scope="session")
def shared_server(copy_library: Callable[[], Path]) -> Iterator[str]:
    """Yield the address of a server whose library no test changes."""
    with running(copy_library()) as address:
        yield address


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, copy_library: Callable[[], Path]) -> Iterator[str]:
    """Yield the address of the server, or of one of the module's own; see `_SERVER`."""
    if not hasattr(request.module, "SERVER_ARGUMENTS"):
        yield request.getfixturevalue("shared_server")
        return
    with running(copy_library(), *request.module.SERVER_ARGUMENTS) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Yield a headless Chromium."""
    from playwright.sync_api import sync_playwright

    if _CHROMIUM is None:
        missing = "no chromium on the path; install it, on Debian with: apt-get install chromium"
        (pytest.fail if _IS_CI else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_LAUNCH)
        yield browser
        browser.close()


@pytest.fixture
def open_chat(browser: "Browser", server: str) -> Iterator[Callable[..., "Page"]]:
    """Yield an opener of the chat in a fresh profile.

    At the end nothing may have been asked of another machine, and no script may have failed.
    """
    contexts, strangers, errors = [], [], []

    def open_page(
        *, width: int = 1440, height: int = 900, theme: str = "light", **context_options: object
    ) -> "Page":
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, **context_options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(error))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((server, "data:", "blob:"))
                else strangers.append(request.url)
            ),
        )
        page.goto(f"{server}/?__theme={theme}" if theme else server)
        page.wait_for_selector("#examples button:visible")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert strangers == []
    assert errors == []


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Return where screenshots go: CITEWISE_SCREENSHOTS, or a directory that is thrown away."""
    directory = Path(_SCREENSHOTS) if _SCREENSHOTS else tmp_path
    directory.mkdir(parents=True, exist_ok=True)
    return directory
