"""The Papers view as a reader meets it: table, histogram, map; one selection in all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import OpenChat, ask, in_each_window

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
SERVER_ARGUMENTS = ()  # papers are added

MANY = 10_000


@pytest.fixture
def open_papers(open_chat: OpenChat) -> OpenChat:
    """Return an opener of the view, with the table drawn."""

    def open_page(**options: object) -> "Page":
        page = open_chat(**options)
        page.evaluate("window.citewise.show('papers')")
        page.wait_for_selector("#papers .paper")
        return page

    return open_page


def titles(page: "Page") -> list[str]:
    """Return the titles in sight, from top to bottom."""
    script = """() => [...document.querySelectorAll("#papers .paper")]
        .sort((a, b) => a.number - b.number).map((row) => row.parts.title.textContent)"""
    return page.evaluate(script)


def count(page: "Page") -> str:
    return page.inner_text(".papers-count")


def selected(page: "Page") -> list[str]:
    return page.evaluate("window.citewise.papers.selectedIds()")


def wait_for_map(page: "Page") -> None:
    page.wait_for_selector("#papers .paper-map canvas", timeout=120_000)


def fill_with_many(page: "Page") -> None:
    """Give the table papers that the library does not have, in place of those it has."""
    page.evaluate(
        """(n) => {
            const column = (make) => Array.from({ length: n }, (_, at) => make(at));
            const data = {
                generation: 1, ids: column((at) => `id-${at}`),
                titles: column((at) => `Paper number ${at} on subject ${at % 97}`),
                authors: column((at) => (at % 3 ? `Ada Müller-${at}, Ben Bubo` : at % 7)),
                dates: column((at) => `20${10 + (at % 15)}-0${1 + (at % 9)}-11`),
                source_names: ["jsonl"], sources: column(() => 0),
                language_names: ["en"], languages: column(() => 0),
                links: column(() => ""), histogram: "", unit: "year",
            };
            window.fetch = async () => new Response(JSON.stringify(data));
            return window.citewise.papers.load();
        }""",
        MANY,
    )
    page.wait_for_function(f"window.citewise.papers.state.data.ids.length === {MANY}")


@in_each_window
def test_screenshots_are_taken(
    open_papers: OpenChat, screenshots: Path, name: str, window: dict[str, object]
) -> None:
    page = open_papers(**window)
    wait_for_map(page)
    page.screenshot(path=screenshots / f"papers-{name}.png")
    page.locator("#papers .paper .cell-title button").first.click()
    page.wait_for_selector("#papers .details .abstract")
    page.locator("#papers .map-legend button").first.click()
    page.wait_for_selector(".papers-selection:visible")
    page.screenshot(path=screenshots / f"papers-{name}-selected.png")


def test_the_filter_finds_titles_and_authors_at_once(open_papers: OpenChat) -> None:
    page = open_papers()
    assert count(page) == "43 papers"
    page.fill("#papers-filter", "PANDO")
    page.wait_for_function("document.querySelectorAll('#papers .paper').length === 1")
    assert titles(page)[0].startswith("Pando")
    assert count(page) == "1 of 43 papers"
    page.fill("#papers-filter", "no such words")
    page.wait_for_selector(".papers-note:has-text('No paper matches')")
    page.click("[data-papers='show-all']")
    page.wait_for_selector("#papers .paper")
    assert (count(page), page.input_value("#papers-filter")) == ("43 papers", "")


def test_columns_sort_both_ways(open_papers: OpenChat) -> None:
    page = open_papers()
    page.click("[data-sort=title]")
    page.wait_for_selector("[aria-sort=ascending] [data-sort=title]")
    page.wait_for_function("document.querySelector('#papers .paper').isConnected")
    ascending = titles(page)
    assert ascending == sorted(ascending, key=str.casefold)
    page.click("[data-sort=title]")
    page.wait_for_selector("[aria-sort=descending] [data-sort=title]")
    page.wait_for_function("first => document.querySelector('#papers') && first", arg=ascending[0])
    assert titles(page)[0] > ascending[0]


def test_rows_are_selected_by_range_and_asked_about(open_papers: OpenChat) -> None:
    page = open_papers()
    boxes = page.locator("#papers .paper input[type=checkbox]")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert len(selected(page)) == 4
    assert "4 selected" in page.inner_text(".papers-selection")
    page.click("[data-papers=ask]")
    assert page.locator("#composer textarea").is_visible()
    assert page.inner_text("#restriction .label") == "Only 4 papers"
    assert len(json.loads(page.input_value("#selection textarea"))) == 4


def test_a_row_opens_to_its_abstract_and_closes_by_escape(open_papers: OpenChat) -> None:
    page = open_papers()
    row = page.locator("#papers .paper", has_text="Pando").first
    row.locator(".cell-title button").click()
    abstract = page.locator("#papers .details .abstract")
    abstract.wait_for()
    assert "Pando" in abstract.inner_text()
    page.keyboard.press("Escape")
    abstract.wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent").startswith("Pando")


def test_bibtex_goes_to_the_clipboard(open_papers: OpenChat) -> None:
    page = open_papers(permissions=["clipboard-read", "clipboard-write"])
    page.locator("#papers .paper .cell-title button").first.click()
    page.click("[data-paper=cite]")
    page.wait_for_selector("[data-paper=cite]:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{")
    page.locator("#papers .paper input[type=checkbox]").nth(2).click()
    page.click("[data-papers=cite]")
    page.wait_for_selector("[data-papers=cite]:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()").count("@misc{") == 1


def test_one_paper_is_asked_about(open_papers: OpenChat) -> None:
    page = open_papers()
    page.fill("#papers-filter", "pando")
    page.wait_for_function("document.querySelectorAll('#papers .paper').length === 1")
    page.locator("#papers .paper .cell-title button").first.click()
    page.click("[data-paper=ask]")
    assert page.inner_text("#restriction .label") == "Only: Pando"
    assert page.evaluate("document.activeElement.closest('#composer') !== null")


def test_bars_bound_the_dates(open_papers: OpenChat) -> None:
    page = open_papers()
    bars = page.locator("#papers .histogram .bar")
    bars.last.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".papers-bounds .bound")
    one = page.locator("#papers .paper").count()
    first, last = bars.nth(bars.count() - 4).bounding_box(), bars.last.bounding_box()
    assert first
    assert last
    page.mouse.move(first["x"] + 1, first["y"] + 1)
    page.mouse.down()
    page.mouse.move(last["x"] + 1, last["y"] + 1, steps=3)
    page.mouse.up()
    page.wait_for_selector(".papers-bounds .bound:has-text(' to ')")
    page.wait_for_function("n => document.querySelectorAll('#papers .paper').length > n", arg=one)
    page.click("[data-papers='any-date']")
    page.wait_for_function("document.querySelector('.papers-count').textContent === '43 papers'")


def test_the_map_and_the_table_show_one_selection(open_papers: OpenChat) -> None:
    page = open_papers()
    wait_for_map(page)
    theme = page.locator("#papers .map-legend button").first
    name, size = theme.locator(".name").inner_text(), theme.locator(".size").inner_text()
    theme.click()
    page.wait_for_selector(f".papers-selection:has-text('{name}')")
    n_papers = int(size.split()[0])
    assert len(selected(page)) == n_papers
    assert count(page) == f"{n_papers} of 43 papers"
    page.locator("#papers .paper input[type=checkbox]").first.click()
    page.wait_for_selector(f".map-status:has-text('{n_papers - 1} of 43')")
    page.click("[data-papers=clear]")
    page.wait_for_selector(".papers-selection", state="hidden")
    page.wait_for_selector(".map-status:has-text('43 papers')")


def test_of_ten_thousand_papers_only_those_in_sight_are_in_the_page(
    open_papers: OpenChat,
) -> None:
    page = open_papers()
    fill_with_many(page)
    page.wait_for_function(  # what is loaded anew goes to its beginning, which may come after
        """() => {
            document.querySelector(".papers-scroll").scrollTop = 1e9;
            return document.querySelector("#papers .paper").number > 9_000;
        }"""
    )
    assert page.locator("#papers .paper").count() < 60
    page.fill("#papers-filter", "muller-1234 subject")
    page.wait_for_function("document.querySelectorAll('#papers .paper').length === 1")
    assert titles(page) == ["Paper number 1234 on subject 70"]
    page.fill("#papers-filter", "")
    page.click("#papers-all")
    page.wait_for_selector(".papers-selection:has-text('10,000 selected')")


def test_the_keyboard_leads_through_the_table(open_papers: OpenChat) -> None:
    page = open_papers()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "papers-filter"
    page.locator("#papers .paper .cell-title button").first.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.activeElement.closest('.paper')?.number === 42")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("document.activeElement.closest('.paper')?.number === 41")
    page.keyboard.press("Enter")
    page.wait_for_selector("#papers .paper.open .details .abstract")


def test_markup_in_papers_is_shown_and_does_nothing(open_papers: OpenChat) -> None:
    page = open_papers()
    page.evaluate(
        """() => {
            const row = { ids: "<b>", titles: "<img src=x onerror='window.harmed=1'>",
                authors: "<script>window.harmed=2</script>", dates: "2024", sources: 0,
                languages: 0, links: "" };
            const data = { source_names: ["<svg onload='window.harmed=3'>"],
                language_names: ["<x>"], histogram: "", unit: "year", generation: 2 };
            for (const [name, value] of Object.entries(row)) data[name] = [value];
            window.fetch = async () => new Response(JSON.stringify(data));
            return window.citewise.papers.load();
        }"""
    )
    page.wait_for_function("document.querySelectorAll('#papers .paper').length === 1")
    assert titles(page) == ["<img src=x onerror='window.harmed=1'>"]
    assert page.locator("#papers .paper img, #papers .paper script").count() == 0
    assert page.evaluate("window.harmed") is None


def test_a_server_that_went_away_is_told(open_papers: OpenChat) -> None:
    page = open_papers()
    page.evaluate(
        """() => {
            window.fetch = async () => new Response("", { status: 503 });
            document.querySelector("#papers .paper .cell-title button").click();
        }"""
    )
    page.wait_for_selector("#papers .details:not(:has-text('Loading'))")
    assert page.locator("#papers .paper").count() > 1


def test_markup_in_an_opened_paper_is_shown_and_does_nothing(open_papers: OpenChat) -> None:
    page = open_papers()
    page.evaluate("window.citewise.show('chat')")
    ask(page, "What does Zorblax measure?")  # which brings the paper that means harm
    page.evaluate("window.citewise.show('papers')")
    page.wait_for_function("window.citewise.papers.state.data.ids.length === 44")
    page.wait_for_selector("#papers .paper")
    page.fill("#papers-filter", "zorblax")
    page.wait_for_function("document.querySelectorAll('#papers .paper').length === 1")
    assert "<img src=x onerror='window.harmed=1'>" in titles(page)[0]
    page.locator("#papers .paper .cell-title button").first.click()
    page.wait_for_selector("#papers .details .abstract")
    assert "<script>window.harmed=2</script>" in page.inner_text("#papers .details .abstract")
    assert page.locator("#papers .paper img, #papers .paper script").count() == 0
    assert page.locator("#papers .paper a[href^=javascript]").count() == 0
    assert page.evaluate("window.harmed") is None
