"""The chat as a reader meets it: a real server, a real browser, the bundled papers."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import PANDO, OpenChat, ask, complete, wait_until_in_view

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
SERVER_ARGUMENTS = ()  # papers are added


def choose_year(page: "Page", which: str, year: str) -> None:
    page.click(f"#year-{which} input")
    page.locator("[role=option]:visible", has_text=year).click()
    page.wait_for_selector("[role=option]", state="hidden")


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("light", {}),
        ("dark", {"theme": "dark"}),
        ("mobile", {"width": 390, "height": 844, "device_scale_factor": 2}),
        ("mobile-dark", {"width": 390, "height": 844, "theme": "dark", "device_scale_factor": 2}),
    ],
)
def test_screenshots_are_taken(
    open_chat: OpenChat, screenshots: Path, name: str, window: dict[str, object]
) -> None:
    page = open_chat(**window)
    page.screenshot(path=screenshots / f"chat-{name}-welcome.png")
    reply = ask(page, "How does quantization affect interpretability?")
    page.screenshot(path=screenshots / f"chat-{name}-answer.png")
    reply.locator("a[href='#src-1-2']").click()
    page.wait_for_selector("#sources mark.active:visible")
    page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished))")
    page.screenshot(path=screenshots / f"chat-{name}.png")
    if "width" in window:
        page.click("#sources-pane [data-toggle='sources']")
    ask(page, "What is the best pizza in Naples?")
    page.screenshot(path=screenshots / f"chat-{name}-abstention.png")


def test_a_marker_leads_to_the_cited_words_in_their_abstract(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, PANDO)
    marker = reply.locator("a[href^='#src-1-']").last
    number = marker.inner_text().strip("[]")
    marker.click()
    active = page.locator("#sources .card.active")
    assert "Pando" in active.locator("h3").inner_text()
    marked = active.locator("mark.active").inner_text()
    assert active.locator(".chip.active").inner_text() == number
    assert marked.endswith(".")
    assert marked in active.locator(".abstract").inner_text()
    wait_until_in_view(page, "#sources .card.active")


@pytest.mark.parametrize("width", [1440, 900, 390])
def test_the_last_of_many_sources_is_scrolled_to(open_chat: OpenChat, width: int) -> None:
    page = open_chat(width=width)
    reply = ask(page, "Which papers are from 2024?")
    assert page.locator("#sources .card").count() == 11
    reply.locator("a[href='#src-1-11']").click()
    wait_until_in_view(page, "#sources .card.active mark.active")
    assert page.locator("#sources .card.active .chip").text_content() == "11"


def test_a_follow_up_is_understood_and_earlier_markers_still_lead_to_their_source(
    open_chat: OpenChat,
) -> None:
    page = open_chat()
    first = ask(page, PANDO)
    earlier = page.locator("#chat .bot-row a[href='#src-1-1']")
    reply = ask(page, "How many authors does it have?")
    assert "Read as: How many authors does Pando have?" in reply.inner_text()
    assert "5 authors" in reply.inner_text()
    assert page.locator("#sources-2").is_visible()
    earlier.click()
    assert page.locator("#sources-1").is_visible()
    assert not page.locator("#sources-2").is_visible()
    assert first


def test_the_year_filter_bounds_what_is_cited(open_chat: OpenChat) -> None:
    page = open_chat()
    choose_year(page, "from", "2023")
    choose_year(page, "to", "2023")
    ask(page, "Which papers study interpretability?")
    dates = page.locator("#sources section.current .meta").all_inner_texts()
    assert dates
    assert all(" 2023 " in date for date in dates), dates


def test_an_abstention_looks_like_one_and_names_the_nearest_papers(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, "What is the best recipe for sourdough interpretability?")
    assert reply.locator(".abstention").count() == 1
    assert reply.locator("[data-action='sources']").inner_text() == "3 nearest papers"
    assert reply.locator("a[href^='#src-']").count() == 0
    assert page.locator("#sources .card:visible").count() == 3
    assert page.locator("#sources mark").count() == 0


def test_markup_in_a_question_is_shown_and_does_nothing(open_chat: OpenChat) -> None:
    page = open_chat()
    question = (
        "Is <img src=x onerror='window.harmed=1'> *bold* ${window.harmed=2} {{1}} $x$ [a](b)?"
    )
    ask(page, question)
    assert page.locator("#chat .question").inner_text().strip() == question
    assert page.locator("#sources .asked").inner_text().strip() == question
    assert page.locator("#chat img, #sources img").count() == 0
    assert page.evaluate("window.harmed") is None


def test_markup_in_a_paper_is_shown_and_does_nothing(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, "What does Zorblax measure?")
    card = page.locator("#sources .card", has_text="Zorblax").first
    assert "<img src=x onerror='window.harmed=1'>" in card.locator("h3").inner_text()
    abstract = card.locator(".abstract").inner_text()
    assert " and ${1+1} and {{value}} with <script>window.harmed=2</script>" in abstract
    assert card.locator(".meta a").count() == 0
    assert page.locator("#chat img, #sources img").count() == 0
    assert page.evaluate("window.harmed") is None


def test_an_example_is_asked_when_clicked(open_chat: OpenChat) -> None:
    page = open_chat()
    example = page.locator("#examples button").first
    question = example.inner_text()
    example.click()
    complete(page, 1)
    assert page.locator("#chat .question").inner_text().strip() == question
    assert not page.locator("#welcome").is_visible()


def test_an_answer_can_be_stopped_and_another_asked(open_chat: OpenChat) -> None:
    page = open_chat()
    page.fill("#composer textarea", "Forever?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .bot-row:has-text('word5')")
    page.click("#composer .stop-button")
    page.wait_for_selector("#chat .bot-row:has-text('Stopped.')")
    assert "Pando" in ask(page, PANDO).inner_text()


def test_a_new_chat_is_empty_even_while_an_answer_grows(open_chat: OpenChat) -> None:
    page = open_chat()
    page.fill("#composer textarea", "Forever?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .bot-row:has-text('word5')")
    page.click("#new-chat")
    page.wait_for_selector("#composer .submit-button")
    page.wait_for_selector("#welcome:visible")
    assert page.locator("#chat .exchange").count() == 0
    assert "Read as" not in ask(page, PANDO).inner_text()


def test_an_answer_is_copied_with_its_references(open_chat: OpenChat) -> None:
    page = open_chat(permissions=["clipboard-read", "clipboard-write"])
    ask(page, PANDO).locator("[data-action='copy']").click()
    page.wait_for_selector("#chat button:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"\n\n\[1\] Pando: .*https://arxiv\.org", copied)


def test_a_question_that_is_too_long_is_refused_kindly(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, "why " * 2_000)
    assert "at most 4,000" in reply.locator(".failure").inner_text()
    assert "Traceback" not in page.locator("body").inner_text()


def test_the_page_follows_the_system_and_remembers_the_switch(open_chat: OpenChat) -> None:
    page = open_chat(theme="", color_scheme="dark")
    page.wait_for_selector("body.dark")
    page.click("[data-switch-theme]")
    page.wait_for_selector("body:not(.dark)")
    page.reload()
    page.wait_for_selector("#examples button:visible")
    page.wait_for_selector("body:not(.dark)")


def test_nothing_lies_beyond_the_window_or_under_the_composer(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, "Which papers are from 2024?")
    composer = page.locator("#composer").bounding_box()
    assert composer
    assert 900 - 40 < composer["y"] + composer["height"] <= 900
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert not page.locator("footer").is_visible()


def test_a_phone_shows_one_pane_at_a_time(open_chat: OpenChat) -> None:
    page = open_chat(width=390, height=844, has_touch=True)
    assert not page.locator("#new-chat").is_visible()
    page.click("#topbar [data-toggle='sidebar']")
    page.wait_for_selector("#new-chat:visible")
    page.keyboard.press("Escape")
    reply = ask(page, PANDO)
    assert not page.locator("#sources").is_visible()
    reply.locator("a[href='#src-1-1']").tap()
    page.wait_for_selector("#sources mark.active:visible")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#sources-pane [data-toggle='sources']")
    page.wait_for_selector("#sources", state="hidden")
