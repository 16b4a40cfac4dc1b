"""What a reader can do in a conversation, by mouse and by keys."""

from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import PANDO, OpenChat, ask, complete

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


def begin_forever(page: "Page", until: str = "word5") -> None:
    page.fill("#composer textarea", "Forever?")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#chat .bot-row:has-text('{until} ')")


def questions(page: "Page") -> list[str]:
    return page.locator("#chat .question").all_inner_texts()


def test_nothing_moves_while_an_answer_grows(open_chat: OpenChat) -> None:
    page = open_chat(height=600)
    ask(page, PANDO)
    page.evaluate("document.querySelector('.exchange').mark = 'the same'")
    begin_forever(page)
    place = """() => {
        const words = document.querySelector(".exchange:last-child .prose p").firstChild;
        const range = document.createRange();
        range.setStart(words, 0);
        range.setEnd(words, 5);
        const boxes = [range, document.querySelector(".exchange:last-child .question")]
            .map(each => each.getBoundingClientRect());
        return boxes.map(({ top, left }) => [top, left]);
    }"""
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.exchange .question'))")
    before = page.evaluate(place)
    page.wait_for_selector("#chat .bot-row:has-text('word90 ')")
    assert page.evaluate(place) == before
    assert page.evaluate("document.querySelector('.exchange').mark") == "the same"
    assert page.evaluate("getSelection().toString().trim()") == PANDO
    page.click("#composer .stop-button")
    complete(page, 2)
    assert page.evaluate(place) == before


def test_the_steps_are_one_line_that_opens_and_stays_open(open_chat: OpenChat) -> None:
    page = open_chat()
    steps = ask(page, PANDO).locator(".steps")
    assert " passages in " in steps.inner_text()
    assert steps.inner_text().count("\n") == 0
    steps.locator("summary").click()
    told = steps.inner_text()
    for step in ("Understood as", "Searched", "Read", "Wrote", "Checked", " ms"):
        assert step in told
    ask(page, "How many authors does it have?")
    assert page.locator("#chat .steps").first.locator("dl").is_visible()


def test_a_suggestion_is_asked_when_clicked_and_only_the_last_answer_has_some(
    open_chat: OpenChat,
) -> None:
    page = open_chat()
    ask(page, PANDO)
    suggestion = page.locator("#chat .suggestions button").first
    question = suggestion.inner_text()
    suggestion.click()
    complete(page, 2)
    assert questions(page) == [PANDO, question]
    assert page.locator("#chat .suggestions:visible").count() <= 1
    assert not page.locator("#chat .exchange").first.locator(".suggestions").is_visible()


def test_the_last_question_is_asked_again_in_its_place(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, PANDO)
    ask(page, "How many authors does it have?")
    with page.expect_response("**/chat/conversations?*"):  # once the new answer is kept
        page.click(".exchange:last-child [data-action='retry']")
    reply = complete(page, 2)
    assert "5 authors" in reply.inner_text()
    assert len(questions(page)) == 2
    assert page.locator("#chat [data-action='retry']:visible").count() == 1


def test_the_last_question_is_edited_by_keys(open_chat: OpenChat) -> None:
    page = open_chat()
    ask(page, PANDO)
    ask(page, "How many authors does it have?")
    page.focus("#composer textarea")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector("#editing:visible")
    assert page.input_value("#composer textarea") == "How many authors does it have?"
    page.keyboard.press("Escape")
    assert not page.locator("#editing").is_visible()
    assert page.input_value("#composer textarea") == ""
    page.keyboard.press("ArrowUp")
    page.fill("#composer textarea", "What is ProtoPathway?")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".exchange:last-child .question:has-text('ProtoPathway')")
    complete(page, 2)
    assert questions(page) == [PANDO, "What is ProtoPathway?"]
    assert not page.locator("#editing").is_visible()
    assert page.locator("#sources-2:visible .card").count() >= 1


def test_keys_reach_the_question_stop_an_answer_and_tell_of_themselves(
    open_chat: OpenChat,
) -> None:
    page = open_chat()
    page.locator("#new-chat").focus()
    page.keyboard.press("?")
    page.wait_for_selector("#help[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#help[open]", state="detached")
    page.keyboard.press("/")
    page.keyboard.type("Forever / and ever?")
    assert page.input_value("#composer textarea") == "Forever / and ever?"
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#chat .bot-row:has-text('word5 ')")
    assert page.locator("#chat .exchange").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_selector("#chat .bot-row:has-text('Stopped.')")


def test_an_answer_is_judged_with_a_comment(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, PANDO)
    reply.locator("[data-thumb='down']").click()
    reply.locator(".note textarea").fill("It misses <b>the point</b>.")
    reply.locator(".note [type='submit']").click()
    reply.locator("p.note", has_text="Thank you").wait_for()
    assert reply.locator("[data-thumb='down']").get_attribute("aria-pressed") == "true"
    reply.locator("[data-thumb='up']").click()
    reply.locator(".note textarea").wait_for()
    assert reply.locator("[data-thumb='down']").get_attribute("aria-pressed") == "false"


def test_a_failed_question_can_be_asked_again(open_chat: OpenChat) -> None:
    page = open_chat()
    reply = ask(page, "why " * 2_000)
    assert reply.locator("[data-action='retry']").is_visible()
    assert reply.locator("[data-action='thumb']").count() == 0
