"""The widget as a visitor meets it: a real browser, on a strict page of another origin."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.laboratory import (
    EXAMPLE,
    HOSTILE,
    PANDO,
    SOURDOUGH,
    Servers,
    Visit,
    ask,
    inside,
    laboratory_of,
    settled,
    visiting,
)
from vectorstore import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers(assistant: Any) -> Iterator[Servers]:
    with laboratory_of(assistant) as found:
        yield found


@pytest.fixture
def visit(browser: "Browser", servers: Servers) -> Iterator[Visit]:
    with visiting(browser, servers) as open_page:
        yield open_page


# Asking


def test_a_marker_opens_the_quote_with_its_paper_and_closes_it(
    visit: Visit, library: Library
) -> None:
    page = visit()
    answer = ask(page, PANDO)
    chip = answer.locator(".chip").first
    chip.click()
    card = answer.locator(".card")
    (pando,) = [p for p in library.catalogue.papers() if p.title.startswith("Pando")]
    assert card.locator("blockquote").inner_text() in pando.abstract
    assert pando.title in card.inner_text()
    assert "2026" in card.inner_text()
    link = card.locator("a")
    assert (link.get_attribute("href") or "").startswith("https://arxiv.org/")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert chip.get_attribute("aria-controls") == card.get_attribute("id")
    answer.locator(".chip").nth(1).click()
    assert answer.locator(".card").count() == 1
    assert chip.get_attribute("aria-expanded") == "false"
    answer.locator(".chip").nth(1).click()
    assert answer.locator(".card").count() == 0


def test_an_abstention_looks_like_one_and_links_the_nearest_papers(visit: Visit) -> None:
    answer = ask(visit(), SOURDOUGH)
    expect(answer).to_have_class(re.compile("abstained"))
    assert "The abstracts do not say." in answer.inner_text()
    assert answer.locator(".nearest li a[href^='https://']").count() == 3
    assert answer.locator(".chip").count() == 0


def test_an_example_is_asked_when_clicked_and_its_list_is_a_list(visit: Visit) -> None:
    page = visit()
    inside(page, ".launcher").click()
    assert inside(page, ".welcome p").inner_text() == "Ask <us>."
    inside(page, ".welcome button").first.click()
    answer = settled(page)
    assert inside(page, ".question").inner_text() == EXAMPLE
    assert answer.locator("li .chip").count() == 11
    answer.locator("li .chip").last.click()
    assert answer.locator("li:last-child .card").count() == 1
    answer.locator("summary").click()
    assert answer.locator(".papers li").count() == 11


def test_a_follow_up_is_understood_also_after_a_reload(visit: Visit) -> None:
    page = visit()
    ask(page, PANDO)
    page.reload()
    inside(page, ".launcher").click()
    assert inside(page, ".question").inner_text() == PANDO
    inside(page, ".chip").first.click()
    assert inside(page, ".card").count() == 1
    assert "5 authors" in ask(page, "How many authors does it have?").inner_text()
    inside(page, "[aria-label='New chat']").click()
    assert inside(page, ".welcome").is_visible()
    page.reload()
    inside(page, ".launcher").click()
    assert inside(page, ".turn").count() == 0


def test_an_answer_grows_can_be_stopped_and_another_asked(visit: Visit, servers: Servers) -> None:
    page = visit()
    inside(page, ".launcher").click()
    inside(page, "textarea").fill("Forever?")
    inside(page, "textarea").press("Enter")
    expect(inside(page, ".answer")).to_contain_text("word5", timeout=30_000)
    assert inside(page, "[aria-live]").inner_text() == ""
    inside(page, "[aria-label=Stop]").click()
    answer = settled(page)
    assert "word5" in answer.inner_text()
    assert "Stopped." in answer.inner_text()
    assert servers.assistant.has_ended.wait(30)
    assert "Pando" in ask(page, PANDO).inner_text()


def test_a_new_chat_is_empty_even_while_an_answer_grows(visit: Visit, servers: Servers) -> None:
    page = visit()
    inside(page, ".launcher").click()
    inside(page, "textarea").fill("Forever?")
    inside(page, "textarea").press("Enter")
    expect(inside(page, ".answer")).to_contain_text("word5", timeout=30_000)
    inside(page, "[aria-label='New chat']").click()
    assert inside(page, ".turn").count() == 0
    assert servers.assistant.has_ended.wait(30)
    assert "Pando" in ask(page, PANDO).inner_text()
    assert inside(page, ".turn").count() == 1


def test_markup_in_an_answer_or_a_paper_is_shown_and_does_nothing(visit: Visit) -> None:
    page = visit()
    answer = ask(page, "Hostile <img src=x onerror='window.harmed=5'>")
    text = answer.locator("p").first.inner_text()
    assert "<b onclick='window.harmed=4'>Bold</b> ![t](https://tracker.example) [a](b)" in text
    assert answer.locator("em").inner_text() == "Bold"
    answer.locator(".chip:enabled").click()
    assert HOSTILE.title in answer.locator(".card").inner_text()
    assert answer.locator("a, img, script").count() == 0
    assert answer.locator(".chip:disabled").inner_text() == "7"
    assert "<img src=x onerror='window.harmed=5'>" in inside(page, ".question").inner_text()
    assert page.evaluate("window.harmed") is None


# Keyboard and screen reader


def test_all_of_it_works_by_keyboard(visit: Visit) -> None:
    page = visit()
    page.evaluate("document.addEventListener('keydown', event => { window.heard = event.key })")
    inside(page, ".launcher").focus()
    page.keyboard.press("Enter")
    expect(inside(page, "textarea")).to_be_focused()
    page.keyboard.type("What does Pando measure?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("please")
    assert inside(page, "textarea").input_value() == "What does Pando measure?\nplease"
    page.keyboard.press("Enter")
    settled(page)
    expect(inside(page, "textarea")).to_be_focused()
    for step in ["Tab"] * 12 + ["Shift+Tab"] * 12:
        page.keyboard.press(step)
        assert focused(page), "the focus left the dialog"
    inside(page, ".chip").first.focus()
    page.keyboard.press("Enter")
    assert inside(page, ".card").count() == 1
    page.keyboard.press("Escape")
    assert not inside(page, ".panel").is_visible()
    expect(inside(page, ".launcher")).to_be_focused()
    assert page.evaluate("window.heard") is None, "the page's shortcuts hear nothing"


def focused(page: "Page") -> bool:
    read = "document.querySelector('citewise-widget').shadowRoot.activeElement?.closest('.panel')"
    return bool(page.evaluate(f"Boolean({read})"))


def test_the_focus_goes_back_to_where_it_was(visit: Visit) -> None:
    page = visit()
    page.locator("body > a").focus()
    page.evaluate("document.querySelector('citewise-widget').open()")
    expect(inside(page, "textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("body > a")).to_be_focused()


def test_a_page_s_own_script_can_ask(visit: Visit) -> None:
    page = visit()
    page.evaluate("question => document.querySelector('citewise-widget').ask(question)", PANDO)
    assert "Pando" in settled(page).inner_text()
    page.evaluate("document.querySelector('citewise-widget').close()")
    assert inside(page, ".launcher").is_visible()


def test_a_screen_reader_is_told_what_it_is_and_the_answer_once(visit: Visit) -> None:
    page = visit()
    inside(page, ".launcher").click()
    dialog = page.get_by_role("dialog", name="Ask the papers")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("textbox", name="Question")).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_visible()
    answer = ask(page, PANDO)
    live = inside(page, "[aria-live=polite]")
    assert live.count() == 1
    spoken = live.inner_text()
    assert "We introduce" not in spoken
    assert "Pando" in spoken
    assert not re.search(r"\d source", spoken)
    assert answer.get_by_role("button", name=re.compile("^Source 1: Pando")).count() == 1


# When it fails


def failure_of(page: "Page", question: str = PANDO) -> str:
    failure = ask(page, question).locator(".failure")
    if failure.locator("summary").count():
        failure.locator("summary").click()
    return failure.inner_text()


def complaints_of(page: "Page") -> list[str]:
    said = list(page.complaints)  # type: ignore[attr-defined]
    page.complaints.clear()  # type: ignore[attr-defined]
    return said


def test_a_page_that_is_not_listed_says_what_its_owner_can_do(
    visit: Visit, servers: Servers
) -> None:
    page = visit(host=servers.unlisted)
    text = failure_of(page)
    assert "cannot be reached" in text
    assert f"citewise serve --widget-origin {servers.unlisted}" in text
    assert any("--widget-origin" in said for said in complaints_of(page))


def test_a_policy_that_forbids_it_is_named(visit: Visit, servers: Servers) -> None:
    page = visit("connect='self'")
    assert f"Add {servers.widget} to connect-src" in failure_of(page)
    assert complaints_of(page)


def test_a_key_that_may_not_ask_is_told(visit: Visit) -> None:
    page = visit("key=pk_unknown")
    text = failure_of(page)
    assert "may not ask" in text
    assert "data-key" in text
    assert complaints_of(page)


def test_too_many_questions_are_told_for_how_long_and_can_be_asked_again(
    visit: Visit, servers: Servers
) -> None:
    page = visit()
    servers.gate.seconds = 6.5
    try:
        assert "Try again in 7 seconds." in failure_of(page)
    finally:
        servers.gate.seconds = 0.0
    inside(page, ".again").click()
    assert "Pando" in settled(page).inner_text()
    assert inside(page, ".turn").count() == 1
    assert any("429" in said for said in complaints_of(page))


def test_a_failure_midway_keeps_what_was_written_and_is_spoken(visit: Visit) -> None:
    page = visit()
    text = failure_of(page, "Fail")
    assert "The assistant failed." in text
    assert "It began" in inside(page, ".answer").inner_text()
    assert inside(page, "[aria-live]").inner_text() == "The assistant failed. Try again later."
    assert "disk" not in inside(page, ".panel").inner_text()
    assert complaints_of(page)


def test_a_stream_that_is_cut_is_no_whole_answer(visit: Visit, servers: Servers) -> None:
    page = visit()
    body = 'data: {"choices": [{"delta": {"content": "Half of"}}]}\n\n'
    cors = {"access-control-allow-origin": servers.listed}
    page.route("**/chat/completions", lambda route: route.fulfill(body=body, headers=cors))
    assert "cut off" in failure_of(page)
    assert "Half of" in inside(page, ".answer").inner_text()
