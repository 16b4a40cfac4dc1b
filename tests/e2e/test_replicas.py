"""The chat in a browser, before two servers behind nginx of which one is killed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import PANDO, ask
from tests.nginx import needs_nginx
from tests.replicas import (
    PASSWORD,
    SLOW,
    USER,
    PatientModel,
    Replicated,
    on_a_copy,
    patient_model,
    replicated,
)
from vectorstore import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, needs_nginx]

PROTO = "What is ProtoPathway?"


@pytest.fixture(scope="module")
def model() -> Iterator[PatientModel]:
    with patient_model() as model:
        yield model


@pytest.fixture(scope="module")
def pair(
    library: Library, tmp_path_factory: pytest.TempPathFactory, model: PatientModel
) -> Iterator[Replicated]:
    directory = tmp_path_factory.mktemp("pair")
    sharing = on_a_copy(library.path, directory)
    with replicated(sharing, directory, "--llm", SLOW, **model.environment) as running:
        yield running


@pytest.fixture
def page(browser: "Browser", pair: Replicated, model: PatientModel) -> Iterator["Page"]:
    """Yield the chat, open and signed in; the language model does not wait."""
    pair.start()
    model.go_on.set()
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(pair.url)
    page.fill("#user", USER)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#examples button:visible")
    yield page
    context.close()


def kill_whose_page_it_is(pair: Replicated) -> None:
    joined = pair.proxy.tried(path="/gradio_api/queue/join")
    pair.at(joined[-1]).kill()


def test_a_page_whose_replica_was_killed_has_its_conversation_after_a_reload(
    pair: Replicated, page: "Page"
) -> None:
    ask(page, PANDO)
    kill_whose_page_it_is(pair)
    page.reload()
    page.wait_for_selector("#chat .question:has-text('Pando')")
    assert ask(page, PROTO).inner_text()
    assert page.locator("#chat .question").all_inner_texts() == [PANDO, PROTO]


def test_a_page_whose_replica_was_killed_asks_on_without_a_reload(
    pair: Replicated, page: "Page"
) -> None:
    ask(page, PANDO)
    kill_whose_page_it_is(pair)
    assert ask(page, PROTO).inner_text()
    assert page.locator("#chat .question").all_inner_texts() == [PANDO, PROTO]


def test_a_page_whose_answer_was_cut_shows_no_half_of_it_and_asks_again(
    pair: Replicated, page: "Page", model: PatientModel
) -> None:
    """It finds the other replica, sees that it is another, and loads itself anew."""
    model.go_on.clear()
    page.wait_for_selector("#composer .submit-button")
    page.fill("#composer textarea", PANDO)
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .bot-row:has-text('is a benchmark')")
    kill_whose_page_it_is(pair)
    model.go_on.set()
    page.wait_for_selector("#examples button:visible")
    assert page.locator("#chat .question").count() == 0
    ask(page, PANDO)
    assert page.locator("#chat .question").all_inner_texts() == [PANDO]
