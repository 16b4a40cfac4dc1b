"""The evidence beside an answer: quotes at a glance, cards, doubts, formulas."""

from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import PANDO, OpenChat, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
SERVER_ARGUMENTS = ()  # papers are added


def is_within_window(page: "Page", selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    size = page.viewport_size
    assert box
    assert size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


@pytest.mark.parametrize("size", [(1440, 900), (1440, 320), (390, 700)])
def test_a_glance_at_a_quote_never_leaves_the_window(
    open_chat: OpenChat, size: tuple[int, int]
) -> None:
    page = open_chat(width=size[0], height=size[1])
    reply = ask(page, PANDO)
    for marker in reply.locator(".marker").all():
        marker.scroll_into_view_if_needed()
        page.mouse.move(0, 0)
        page.wait_for_selector("#popover", state="hidden")
        marker.hover()
        page.wait_for_selector("#popover:visible")
        assert is_within_window(page, "#popover")
        number = marker.inner_text().strip("[]")
        quote = page.locator(f"#sources mark[data-numbers~='{number}']").first.text_content()
        assert page.locator("#popover .quote").inner_text()[:60] in quote
        assert page.locator("#popover .from").inner_text() == "Pando (2026)"


def test_a_quote_is_shown_to_those_who_use_keys_and_goes_with_escape(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, PANDO)
    reply.locator(".steps summary").focus()
    page.keyboard.press("Tab")
    page.wait_for_selector("#popover:visible")
    assert reply.locator(".marker").first.get_attribute("aria-describedby") == "popover"
    page.keyboard.press("Escape")
    page.wait_for_selector("#popover", state="hidden")
    page.keyboard.press("Enter")
    page.wait_for_selector("#sources .card.active mark.active")


def test_the_first_tap_opens_the_card(open_chat: OpenChat) -> None:
    page = open_chat(width=390, height=844, has_touch=True)
    ask(page, PANDO).locator(".marker").first.tap()
    page.wait_for_selector("#sources mark.active:visible")
    assert not page.locator("#popover").is_visible()


def test_a_card_says_why_its_paper_was_found(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, PANDO)
    why = page.locator("#sources .why").first
    why.locator("summary").click()
    told = why.inner_text()
    assert "Pando" in told
    assert "(cosine)" in told
    assert "(BM25)" in told


def test_a_paper_is_cited_in_bibtex(open_chat: OpenChat) -> None:
    page = open_chat(permissions=["clipboard-read", "clipboard-write"])
    ask(page, PANDO)
    page.locator("#sources [data-action='cite']").first.click()
    page.wait_for_selector("#sources button:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@misc{")
    assert "Pando" in copied
    assert "author " not in copied  # the page tells how many, not who


def test_a_question_about_one_paper_is_answered_from_it_alone(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, PANDO)
    page.locator("#sources [data-action='ask-paper']").first.click()
    page.wait_for_selector("#restriction:has-text('Pando'):visible")
    assert page.evaluate("document.activeElement.closest('#composer') !== null")
    ask(page, "Which papers study interpretability?")
    cards = page.locator("section.sources.current .card h3").all_inner_texts()
    assert len(cards) == 1
    assert cards[0].startswith("Pando")


def test_doubtful_sentences_are_marked_and_tell_why(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, f"Doubtful: {PANDO}")
    partly = reply.locator(".doubt.partly")
    assert "underline" in partly.evaluate("each => getComputedStyle(each).textDecorationLine")
    reply.locator(".doubt-mark.partly").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_selector("#popover:visible")
    told = page.locator("#popover").inner_text()
    assert told.split("\n")[0] == "Only partly supported"
    assert "The quote speaks of <models> only." in told
    reply.locator(".doubt-mark.unsupported").hover()
    page.wait_for_selector("#popover:has-text('Not supported')")
    assert "1 sentence only partly supported · 1 sentence without support" in reply.inner_text()


def test_formulas_are_drawn_in_answers_cards_and_quotes_and_prices_are_not(
    open_chat: OpenChat,
) -> None:
    page = open_chat()
    reply = ask(page, "What does Quuxium lower?")
    assert reply.locator("math mfrac").count() == 1
    card = page.locator("#sources .card", has_text="Quuxium").first
    assert card.locator("h3 math msup").count() == 1
    assert card.locator(".abstract math mfrac").count() == 1
    assert "It costs $5 or $6." in card.locator(".abstract").inner_text()
    reply.locator(".marker").first.hover()
    page.wait_for_selector("#popover math mfrac")
