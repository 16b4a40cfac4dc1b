"""What the browser tests of the chat share."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PANDO = "What does Pando measure?"
OpenChat = Callable[..., "Page"]

in_each_window = pytest.mark.parametrize(
    ("name", "window"),
    [
        ("light", {}),
        ("dark", {"theme": "dark"}),
        ("mobile", {"width": 390, "height": 844, "device_scale_factor": 2}),
    ],
)


def ask(page: "Page", question: str) -> "Locator":
    """Ask by Enter and return the reply once it is complete."""
    page.wait_for_selector("#composer .submit-button")
    before = page.locator("#chat .bot-row").count()
    page.fill("#composer textarea", question)
    page.keyboard.press("Enter")
    return complete(page, before + 1)


def complete(page: "Page", n_replies: int) -> "Locator":
    """Return the last of `n_replies` replies once the send button is back."""
    page.wait_for_function(
        "n => document.querySelectorAll('#chat .bot-row').length === n"
        " && document.querySelector('#composer .submit-button')"
        " && !document.documentElement.hasAttribute('data-growing')",
        arg=n_replies,
    )
    return page.locator("#chat .bot-row").last


def wait_until_in_view(page: "Page", selector: str) -> None:
    """Wait until the beginning of an element can be seen in the sources pane."""
    page.wait_for_function(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const pane = document.querySelector("#sources").getBoundingClientRect();
            return box.top >= pane.top && box.top < Math.min(pane.bottom, innerHeight)
                && box.left < innerWidth;
        }""",
        arg=selector,
    )
