"""axe-core finds no serious or critical violation, in any state, in light, dark and on a phone.

axe-core is no part of this repository: `npm install axe-core` in its root puts it where it is
looked for, or CITEWISE_AXE names the file.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.chatting import PANDO, OpenChat, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

# Read before the tests' own environment is cleaned.
_NAMED = os.environ.get("CITEWISE_AXE", "")
_IN_MODULES = Path("node_modules") / "axe-core" / "axe.min.js"
_ROOT = Path(__file__).parents[2]
_CANDIDATES = [
    *([Path(_NAMED)] if _NAMED else []),
    _ROOT / _IN_MODULES,
    Path.home() / ".cache" / "citewise" / _IN_MODULES,
]

WINDOWS = [
    ("light", {}),
    ("dark", {"theme": "dark"}),
    ("mobile", {"width": 390, "height": 844, "has_touch": True}),
]
each_window = pytest.mark.parametrize(
    "window", [window for _, window in WINDOWS], ids=[name for name, _ in WINDOWS]
)


@lru_cache(maxsize=1)
def axe() -> str:
    found = next((path for path in _CANDIDATES if path.is_file()), None)
    if found is None:
        pytest.skip("no axe-core; get it with: npm install axe-core (or set CITEWISE_AXE)")
    return found.read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def _is_there() -> None:
    """Skip all before a server is started."""
    axe()


def violations(page: "Page") -> list[str]:
    """Return each serious or critical violation with the elements that it is about."""
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    page.evaluate(f"() => {{ {axe()} }}")
    found: dict[str, Any] = page.evaluate("async () => await axe.run(document)")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@each_window
def test_the_welcome_can_be_used_by_everyone(
    open_chat: OpenChat, window: dict[str, object]
) -> None:
    assert violations(open_chat(**window)) == []


@each_window
def test_an_answer_with_all_that_opens_can_be_used_by_everyone(
    open_chat: OpenChat, window: dict[str, object]
) -> None:
    page = open_chat(**window)
    reply = ask(page, f"Doubtful: {PANDO}")
    reply.locator(".steps summary").click()
    reply.locator("[data-thumb='down']").click()
    reply.locator(".note textarea").wait_for()
    reply.locator(".doubt-mark").first.click()
    page.wait_for_selector("#popover:visible")
    assert violations(page) == []
    reply.locator(".marker").first.click()
    page.wait_for_selector("#sources mark.active:visible")
    page.locator("section.current .why summary").first.click()
    assert violations(page) == []


@each_window
def test_an_abstention_and_the_history_can_be_used_by_everyone(
    open_chat: OpenChat, window: dict[str, object]
) -> None:
    page = open_chat(**window)
    ask(page, "What is the best recipe for sourdough interpretability?")
    assert violations(page) == []
    page.locator("#history .more-button").first.wait_for(state="attached")
    if "width" in window:
        page.click("#topbar [data-toggle='sidebar']")
    page.locator("#history .more-button").first.click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#sidebar [data-open-help]").click()
    assert violations(page) == []


@each_window
def test_a_plan_and_a_section_can_be_used_by_everyone(
    open_chat: OpenChat, window: dict[str, object]
) -> None:
    page = open_chat(**window)
    page.evaluate("window.citewise.show('writing')")
    page.click("#writing .draft summary")
    assert violations(page) == []
    page.fill("#writing-topic", "mechanistic interpretability")
    page.click("#writing [type=submit]")
    page.click("#writing .left-out summary")
    assert violations(page) == []
    page.click("[data-writing=write]")
    page.click("#writing .considered summary")
    page.locator("#writing .text .marker").first.focus()
    assert violations(page) == []
