"""Adding papers through the page, and taking them back."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import OpenChat, in_each_window

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
SERVER_ARGUMENTS = ("--allow-upload",)

BIB = """
@article{x1, title={Owls See in the Dark}, author={Strix, Ada}, year={2024},
  abstract={Owls see in the dark by means of large eyes.}}
@article{x2, title={Bats <img src=x onerror=window.harmed=1> Hear}, year={2023},
  abstract={Bats hear well.}}
@article{x3, title={Nothing Is Said}, year={2023}}
"""


@pytest.fixture
def open_adding(open_chat: OpenChat) -> OpenChat:
    """Return an opener of the view."""

    def open_page(**options: object) -> "Page":
        page = open_chat(**options)
        page.evaluate("window.citewise.show('adding')")
        page.wait_for_selector("#adding .drop:visible")
        return page

    return open_page


def preview(page: "Page") -> None:
    page.click("[data-adding=preview]")
    page.wait_for_selector("#adding[data-step=outcome]")


def counts(page: "Page") -> str:
    return " ".join(page.inner_text("#adding .counts").split())


@in_each_window
def test_screenshots_are_taken(
    open_adding: OpenChat, screenshots: Path, name: str, window: dict[str, object]
) -> None:
    page = open_adding(**window)
    page.fill("#adding-text", BIB)
    page.screenshot(path=screenshots / f"adding-{name}.png")
    preview(page)
    page.screenshot(path=screenshots / f"adding-{name}-preview.png")


def test_a_file_is_previewed_added_and_taken_back(open_adding: OpenChat, tmp_path: Path) -> None:
    page = open_adding()
    file = tmp_path / "refs.bib"
    file.write_text(BIB)
    page.set_input_files("#adding-files", file)
    assert "refs.bib" in page.inner_text("#adding .files")
    preview(page)
    assert counts(page) == "2 new 1 rejected"
    assert "refs.bib, line 6" in page.inner_text("#adding .lists")
    assert page.inner_text("#brand .facts").startswith("43 papers")
    page.click("[data-adding=add]")
    page.wait_for_selector(".outcome [data-adding=undo]")
    assert counts(page) == "2 added 1 rejected"
    assert page.inner_text("#brand .facts").startswith("45 papers")
    page.click(".outcome [data-adding=undo]")
    page.wait_for_selector(".outcome h3:has-text('taken back')")
    assert counts(page) == "2 removed"
    assert page.inner_text("#brand .facts").startswith("43 papers")


def test_what_was_added_is_in_the_table_and_can_be_undone_after_a_reload(
    open_adding: OpenChat,
) -> None:
    page = open_adding()
    page.fill("#adding-text", BIB)
    preview(page)
    page.click("[data-adding=add]")
    page.click(".outcome [data-show-view=papers]")
    page.fill("#papers-filter", "owls see")
    page.wait_for_function("document.querySelectorAll('#papers .paper').length === 1")
    page.reload()
    page.wait_for_selector("[data-show-view=adding]")
    page.evaluate("window.citewise.show('adding')")
    page.wait_for_selector("#adding .last:has-text('2 papers added')")
    page.click(".last [data-adding=undo]")
    page.wait_for_selector(".outcome h3:has-text('taken back')")


def test_what_cannot_be_read_is_told_and_the_text_is_kept(open_adding: OpenChat) -> None:
    page = open_adding()
    page.fill("#adding-text", "Nothing that anybody could read.")
    preview(page)
    assert "no format that Citewise reads" in page.inner_text("#adding .lists")
    assert page.locator("[data-adding=add]").count() == 0
    page.click("[data-adding=again]")
    assert page.input_value("#adding-text") == "Nothing that anybody could read."


def test_markup_in_what_is_added_does_nothing(open_adding: OpenChat) -> None:
    page = open_adding()
    page.fill("#adding-text", BIB)
    preview(page)
    assert "<img src=x onerror=window.harmed=1>" in page.inner_text("#adding .lists")
    assert page.locator("#adding img").count() == 0
    assert page.evaluate("window.harmed") is None


def test_files_are_dropped_and_removed_from_the_list(open_adding: OpenChat) -> None:
    page = open_adding()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["@article{x}"], "dropped.bib"));
            const options = { dataTransfer: data, bubbles: true, cancelable: true };
            document.querySelector("#adding .drop").dispatchEvent(new DragEvent("drop", options));
        }"""
    )
    assert "dropped.bib" in page.inner_text("#adding .files")
    assert page.is_enabled("[data-adding=preview]")
    page.click("[data-adding=remove]")
    assert page.is_disabled("[data-adding=preview]")
