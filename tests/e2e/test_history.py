"""Conversations that stay: over a reload, a restart, and never for another reader."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.chatting import PANDO, OpenChat, ask
from tests.e2e.conftest import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

PROTO = "What is ProtoPathway?"
EVIL = "What is <img src=x onerror='window.harmed=1'> Pando?"


def titles(page: "Page") -> list[str]:
    return page.locator("#history .open").all_inner_texts()


def wait_for_titles(page: "Page", expected: list[str]) -> None:
    page.wait_for_function(
        "expected => JSON.stringify([...document.querySelectorAll('#history .open')]"
        ".map(each => each.textContent)) === expected",
        arg=json.dumps(expected, separators=(",", ":")),
    )


def act(page: "Page", title: str, name: str) -> None:
    """Press an action of the conversation with this title."""
    line = page.locator("#history .conversation", has_text=title)
    line.locator(".more-button").click()
    line.get_by_role("button", name=name, exact=True).click()


def saved(page: "Page", title: str, name: str) -> str:
    with page.expect_download() as download:
        act(page, title, name)
    path = download.value.path()
    return Path(path).read_text(encoding="utf-8")


def test_a_reload_shows_the_conversation_and_another_is_opened(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, PANDO)
    wait_for_titles(page, [PANDO])
    page.reload()
    page.wait_for_selector("#chat .question:has-text('Pando')")
    assert not page.locator("#welcome").is_visible()
    assert page.locator("#sources #src-1-1").count() == 1
    page.click("#new-chat")
    page.wait_for_selector("#welcome:visible")
    ask(page, PROTO)
    wait_for_titles(page, [PROTO, PANDO])
    page.locator("#history .open", has_text="Pando").click()
    page.wait_for_selector("#chat .question:has-text('Pando')")
    assert page.locator("#chat .exchange").count() == 1
    follow_up = ask(page, "How many authors does it have?")
    assert "5 authors" in follow_up.inner_text()
    wait_for_titles(page, [PANDO, PROTO])


def test_conversations_are_searched_renamed_saved_and_deleted(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, EVIL)
    page.click("#new-chat")
    page.wait_for_selector("#welcome:visible")
    ask(page, PROTO)
    wait_for_titles(page, [PROTO, EVIL])
    assert page.evaluate("window.harmed") is None

    page.fill("#history [type='search']", "no-such-word")
    page.wait_for_selector("#history .none:visible")
    page.fill("#history [type='search']", "protopath")
    wait_for_titles(page, [PROTO])
    page.fill("#history [type='search']", "")
    wait_for_titles(page, [PROTO, EVIL])

    act(page, PROTO, "Rename")
    page.fill("#history input.title", "Notes on pathways")
    page.keyboard.press("Enter")
    wait_for_titles(page, ["Notes on pathways", EVIL])
    assert saved(page, "Notes", "Save as Markdown").startswith("# Notes on pathways")
    exported: dict[str, Any] = json.loads(saved(page, "Notes", "Save as JSON"))
    assert exported["exchanges"][0]["question"] == PROTO

    act(page, "Notes", "Delete")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator("#history .conversation", has_text="Notes").get_by_role(
        "button", name="Delete", exact=True
    ).click()
    page.click("#history .sure")
    wait_for_titles(page, [EVIL])
    page.wait_for_selector("#welcome:visible")


def test_a_link_shows_one_answer_to_a_reader_who_sees_nothing_else(
    open_chat: OpenChat, server: str
) -> None:
    page = open_chat()
    reply = ask(page, PANDO)
    ask(page, PROTO)
    reply = page.locator("#chat .bot-row").first
    reply.locator("[data-action='link']").click()
    link = reply.locator(".note input").input_value()
    assert link.startswith(f"{server}/?answer=")

    other = open_chat()
    assert titles(other) == []
    other.goto(link)
    other.wait_for_selector("#chat .question:has-text('Pando')")
    assert other.locator("#chat .exchange").count() == 1
    assert not other.locator("#composer").is_visible()
    other.locator("#chat .marker").first.click()
    other.wait_for_selector("#sources mark.active:visible")

    reply.locator("[data-action='unlink']").click()
    reply.locator(".note", has_text="leads nowhere").wait_for()
    other.reload()
    other.wait_for_selector("#notice:has-text('leads nowhere')")
    assert other.locator("#chat .exchange").count() == 0
    other.click("#shared-note a")
    other.wait_for_selector("#composer:visible")


def test_a_conversation_survives_a_restart_of_the_server(
    browser: "Browser", copy_library: Callable[[], Path]
) -> None:
    library = copy_library()
    page = browser.new_context().new_page()
    page.set_default_timeout(30_000)
    with running(library) as address:
        page.goto(address)
        page.wait_for_selector("#examples button:visible")
        ask(page, PANDO)
        wait_for_titles(page, [PANDO])
    with running(library, port=int(address.rpartition(":")[2])):
        page.reload()
        page.wait_for_selector("#chat .question:has-text('Pando')")
        wait_for_titles(page, [PANDO])
        reply = ask(page, "How many authors does it have?")
        assert "5 authors" in reply.inner_text()
    page.context.close()
