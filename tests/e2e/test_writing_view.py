"""The Write view: a topic becomes a plan, the plan is edited, the section written and saved."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import OpenChat, in_each_window

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

TOPIC = "mechanistic interpretability of language models"
DRAFT = (
    "\\title{Listening to owls}\n\\begin{abstract}We introduce Strix, a probe that finds owls in"
    " the neurons of language models.\\end{abstract}"
)


@pytest.fixture
def open_writing(open_chat: OpenChat) -> OpenChat:
    """Return an opener of the view."""

    def open_page(**options: object) -> "Page":
        page = open_chat(**options)
        page.evaluate("window.citewise.show('writing')")
        page.wait_for_selector("#writing-topic:visible")
        return page

    return open_page


def plan(page: "Page", topic: str = TOPIC) -> None:
    page.fill("#writing-topic", topic)
    page.keyboard.press("Enter")
    page.wait_for_selector("#writing .theme li")


def write(page: "Page") -> None:
    page.click("[data-writing=write]")
    page.wait_for_selector("#writing .takeaway:visible")


def names(page: "Page") -> list[str]:
    return [field.input_value() for field in page.locator("#writing .name").all()]


def planned(page: "Page", theme: int) -> list[str]:
    """Return the ids of a theme's papers."""
    items = page.locator(f".theme[data-at='{theme}'] li").all()
    return [item.get_attribute("data-paper") or "" for item in items]


def focused(page: "Page") -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")


@in_each_window
def test_screenshots_are_taken(
    open_writing: OpenChat, screenshots: Path, name: str, window: dict[str, object]
) -> None:
    page = open_writing(**window)
    plan(page)
    page.screenshot(path=screenshots / f"writing-{name}-plan.png")
    write(page)
    page.screenshot(path=screenshots / f"writing-{name}-section.png")


# The plan


def test_themes_are_renamed_moved_and_dropped_by_keys(open_writing: OpenChat) -> None:
    page = open_writing()
    plan(page)
    first, second, *rest = names(page)
    page.fill(".theme[data-at='0'] .name", "Looking inside")
    page.keyboard.press("Tab")
    assert focused(page) == "Move Looking inside down"  # up is not possible
    page.keyboard.press("Enter")
    assert names(page) == [second, "Looking inside", *rest]
    assert focused(page).startswith("Move Looking inside ")
    dropped = planned(page, 0)
    page.focus(".theme[data-at='0'] [data-writing=drop-theme]")
    page.keyboard.press("Enter")
    assert names(page) == ["Looking inside", *rest]
    assert focused(page).startswith("Drop ")
    assert first != "Looking inside"
    page.click(".left-out summary")
    assert page.locator(".left-out .reason").first.inner_text() == "Taken out of the plan."
    left_out = [each.get_attribute("data-paper") for each in page.locator(".left-out li").all()]
    assert set(dropped) <= set(left_out)


def test_papers_are_moved_to_another_theme_dropped_and_taken_back(open_writing: OpenChat) -> None:
    page = open_writing()
    plan(page)
    moved, dropped, *_ = planned(page, 0)
    page.select_option(f"[data-paper='{moved}'] .move", "1")
    assert planned(page, 1)[-1] == moved
    assert focused(page).startswith("Theme of ")
    page.select_option(f"[data-paper='{moved}'] .move", "new")
    assert planned(page, len(names(page)) - 1) == [moved]
    page.click(f".themes [data-paper='{dropped}'] [data-writing=drop-paper]")
    assert dropped not in planned(page, 0)
    page.click(".left-out summary")
    page.click(f".left-out [data-paper='{dropped}'] [data-writing=take-back]")
    assert planned(page, len(names(page)) - 1) == [moved, dropped]


def test_the_edited_plan_is_what_is_written(open_writing: OpenChat) -> None:
    page = open_writing()
    page.fill("#writing-words", "80")
    plan(page)
    for _ in names(page)[1:]:
        page.click(".theme[data-at='1'] [data-writing=drop-theme]")
    page.fill(".theme[data-at='0'] .name", "Only this")
    left = planned(page, 0)
    write(page)
    assert page.locator("#writing .text h4").all_inner_texts() == ["Only this"]
    assert 1 <= page.locator("#writing-sources .card").count() <= len(left)


# The section


def test_a_marker_shows_the_quote_of_its_sentence_and_leads_to_it(open_writing: OpenChat) -> None:
    page = open_writing()
    plan(page)
    write(page)
    marker = page.locator("#writing .text .marker").first
    page.keyboard.press("Tab")  # from the heading, which has the focus
    quote = page.locator("#popover .quote").inner_text()
    assert quote
    page.keyboard.press("Escape")
    assert not page.locator("#popover").is_visible()
    marker.hover()
    assert page.locator("#popover .quote").inner_text() == quote
    marker.click()
    active = page.locator("#writing-sources mark.active").all_inner_texts()
    assert "".join(active).startswith(quote.rstrip("…"))
    assert page.locator("#writing-sources .card.active .chip").inner_text() == "1"


def test_on_a_phone_a_marker_shows_its_quote_where_it_stands(open_writing: OpenChat) -> None:
    page = open_writing(width=390, height=844, has_touch=True)
    plan(page)
    write(page)
    before = page.evaluate("document.querySelector('#view-writing').scrollTop")
    page.locator("#writing .text .marker").first.tap()
    page.wait_for_selector("#popover .quote:visible")
    assert page.evaluate("document.querySelector('#view-writing').scrollTop") == before


def test_a_draft_is_quoted_and_needs_no_topic(open_writing: OpenChat) -> None:
    page = open_writing()
    page.click("#writing .draft summary")
    page.fill("#writing-draft", DRAFT)
    page.click("#writing [type=submit]")
    page.wait_for_selector("#writing .theme li")
    write(page)
    assert "“We introduce Strix" in page.inner_text("#writing .text")


def test_the_section_is_copied_and_saved_in_each_form(open_writing: OpenChat) -> None:
    page = open_writing(permissions=["clipboard-read", "clipboard-write"])
    plan(page)
    write(page)
    page.click("[data-writing=copy][data-file=latex]")
    page.wait_for_selector(":text('Copied')")
    latex = page.evaluate("navigator.clipboard.readText()")
    saved = {}
    for ending in ("md", "tex", "bib", "json", "csv"):
        with page.expect_download() as download:
            page.click(f"[data-writing=save][data-file={ending}]")
        assert download.value.suggested_filename == f"related-work.{ending}"
        saved[ending] = Path(download.value.path()).read_text(encoding="utf-8")
    cited = {key for keys in re.findall(r"\\cite[pt]\{(.+?)\}", latex) for key in keys.split(",")}
    assert cited == set(re.findall(r"@misc\{(.+?),", saved["bib"]))
    assert latex.strip() in saved["tex"]
    assert saved["md"].count("\n1. ") == 1
    assert {paper["key"] for paper in json.loads(saved["json"])["papers"]} == cited
    assert saved["csv"].startswith("paper,year,task,")
    page.click("#writing .considered summary")
    assert page.locator("#writing .considered .reason").count() >= 1


def test_what_cannot_be_planned_is_said_and_nothing_is_lost(open_writing: OpenChat) -> None:
    page = open_writing()
    page.click("#writing [type=submit]")
    page.wait_for_selector("#writing .problem:has-text('a draft or a plan is needed')")
    page.fill("#writing-topic", TOPIC)
    page.evaluate("window.citewise.writeAbout(['nobody'], 'Only 1 paper')")
    page.click("#writing [type=submit]")
    page.wait_for_selector("#writing .problem:has-text('near the topic')")
    assert page.input_value("#writing-topic") == TOPIC
    page.click("[data-writing=all-papers]")
    page.click("#writing [type=submit]")
    page.wait_for_selector("#writing .theme li")
    assert not page.locator("#writing .problem").is_visible()


def test_papers_that_are_selected_are_what_is_written_about(open_chat: OpenChat) -> None:
    page = open_chat()
    page.click("[data-show-view='papers']")
    page.wait_for_selector("#papers .paper")
    page.fill("#papers-filter", "interpretab")
    page.check("#papers-all")
    selected = page.evaluate("window.citewise.papers.selectedIds()")
    page.click("[data-papers=write]")
    assert page.inner_text("#writing .only span") == f"Only {len(selected)} papers"
    plan(page)
    themes = range(len(names(page)))
    assert {paper for theme in themes for paper in planned(page, theme)} <= set(selected)


def test_writing_can_be_stopped_and_begun_again(open_writing: OpenChat) -> None:
    page = open_writing()
    plan(page)
    # The answer never comes, until it is given up.
    script = """() => {
        const original = window.fetch;
        window.fetch = (path, options) => {
            window.fetch = original;
            return new Promise((_, fail) => options.signal.addEventListener("abort", () =>
                fail(new DOMException("stopped", "AbortError"))));
        };
    }"""
    page.evaluate(script)
    page.click("[data-writing=write]")
    page.wait_for_selector("[data-writing=stop]:visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-writing=write]:visible")
    write(page)
    assert page.locator("#writing .text .marker").count() > 3
