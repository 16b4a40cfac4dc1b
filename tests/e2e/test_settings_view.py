"""What a reader chooses stays in the browser and goes with each question."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import OpenChat, in_each_window
from vectorstore import Library

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


@pytest.fixture
def open_settings(open_chat: OpenChat) -> OpenChat:
    """Return an opener of the view, with the facts drawn."""

    def open_page(**options: object) -> "Page":
        page = open_chat(**options)
        show(page)
        return page

    return open_page


def show(page: "Page") -> None:
    page.evaluate("window.citewise.show('settings')")
    page.wait_for_selector("#settings .about dd")


def sent(page: "Page") -> dict[str, object]:
    text = page.input_value("#choices textarea, #choices input")
    return json.loads(text) if text else {}


@in_each_window
def test_screenshots_are_taken(
    open_settings: OpenChat, screenshots: Path, name: str, window: dict[str, object]
) -> None:
    open_settings(**window).screenshot(path=screenshots / f"settings-{name}.png")


def test_choices_survive_a_reload_and_are_sent(open_settings: OpenChat) -> None:
    page = open_settings()
    assert sent(page) == {}
    page.check("#settings input[value=drop]")
    page.fill("#setting-top-k", "3")
    page.press("#setting-top-k", "Tab")
    assert sent(page) == {"unsupported": "drop", "top_k": 3}
    page.reload()
    page.wait_for_function(
        "document.querySelector('#choices textarea, #choices input')?.value.includes('drop')"
    )
    show(page)
    assert page.is_checked("#settings input[value=drop]")
    assert page.input_value("#setting-top-k") == "3"
    page.click("[data-settings=reset]")
    assert sent(page) == {}
    assert page.input_value("#setting-top-k") == ""


def test_a_number_out_of_bounds_is_brought_into_them(open_settings: OpenChat) -> None:
    page = open_settings()
    page.fill("#setting-top-k", "900")
    page.press("#setting-top-k", "Tab")
    assert page.input_value("#setting-top-k") == "50"
    assert sent(page) == {"top_k": 50}


def test_the_server_is_described(open_settings: OpenChat, library: Library) -> None:
    page = open_settings()
    about = page.inner_text("#settings .about")
    assert f"{library.status().n_papers}, 2020 to 2026" in about
    assert "extractive" in about
    assert "(it marks them)" in page.inner_text("#settings fieldset")


def test_a_server_with_one_writer_offers_no_choice(open_settings: OpenChat) -> None:
    assert open_settings().locator("#setting-llm").count() == 0


def test_what_other_scripts_left_in_the_browser_does_no_harm(open_settings: OpenChat) -> None:
    page = open_settings()
    page.evaluate("localStorage.setItem('citewise-choices', '[broken')")
    page.reload()
    page.wait_for_selector("[data-show-view=settings]")
    show(page)
    assert sent(page) == {}
