"""A laboratory's pages, on another origin than the widget's server that they use."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import uvicorn
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from assistant.answer import Answer, Citation
from assistant.events import Completed, TextDelta
from ui.access.buckets import Allowance
from ui.access.rate import Rate
from ui.server import create_app
from ui.widget import PublishableKeys, WidgetSettings
from ui.widget.routes import widget_routes
from vectorstore import Paper, Span

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

KEY = "pk_for_these_pages"
PANDO = "What does Pando measure?"
SOURDOUGH = "What is the best recipe for sourdough interpretability?"
EXAMPLE = "Which papers are from 2024?"
PAGE = """<!doctype html>
<html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>A laboratory</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{style}.css">
<script src="{widget}/widget.js" data-key="{key}" data-color="{colour}"
 data-position="{position}" data-greeting="Ask &lt;us&gt;."
 data-example-questions="Which papers are from 2024?|How many papers are there?" async></script>
</head><body><h1>A laboratory</h1><a href="#">A link</a><p>{filler}</p></body></html>"""
STYLES = {
    "plain": "body { margin: 40px; font: 17px/1.6 Georgia, serif }"
    " @media (prefers-color-scheme: dark) { html { background: #111; color: #ddd } }",
    "hostile": "* { all: unset !important; position: static !important; color: red !important;"
    " background: lime !important; font: italic 30px/3 cursive !important;"
    " letter-spacing: 4px !important; text-transform: uppercase !important;"
    " transform: rotate(4deg) !important; opacity: 0.5 !important; visibility: hidden !important;"
    " pointer-events: none !important; z-index: 0 !important; filter: blur(2px) !important }",
}
HOSTILE = Paper(
    "hostile",
    "<img src=x onerror='window.harmed=1'>",
    "<script>window.harmed=2</script> is said.",
    url="javascript:window.harmed=3",
)
HOSTILE_TEXT = (
    "<b onclick='window.harmed=4'>*Bold*</b> ![t](https://tracker.example) [a](b) [1] [7]"
)


class Patient:
    """The assistant, but for questions that begin with a word of these tests."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.backend = inner.backend
        self.has_ended = threading.Event()

    def stream(self, question: str, **bounds: Any) -> Iterator[Any]:
        if question.startswith("Forever"):
            return self.forever()
        if question.startswith("Hostile"):
            return self.hostile(question)
        if question.startswith("Fail"):
            return self.failing()
        return self.inner.stream(question, **bounds)

    def forever(self) -> Iterator[Any]:
        self.has_ended.clear()
        try:
            for n in count():
                yield TextDelta(f"word{n} ")
                threading.Event().wait(0.02)
        finally:
            self.has_ended.set()

    def hostile(self, question: str) -> Iterator[Any]:
        yield TextDelta(HOSTILE_TEXT)
        cited = (Citation(1, HOSTILE, Span(0, 32)),)
        yield Completed(Answer(question, question, HOSTILE_TEXT, False, "", (), cited, (), {}, ()))

    def failing(self) -> Iterator[Any]:
        yield TextDelta("It began ")
        raise RuntimeError("the disk is gone")


class Gate:
    """Buckets that admit everybody until `seconds` are set."""

    seconds = 0.0

    async def take(self, caller: str, rate: Rate) -> Allowance:
        return Allowance(rate, 0, self.seconds, wait_seconds=self.seconds)


@dataclass
class Servers:
    """The widget's address, and that of a laboratory's pages, by its listed name and another."""

    widget: str
    listed: str
    unlisted: str
    gate: Gate
    assistant: Patient


@contextmanager
def serving(app: Any, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(30)


@contextmanager
def laboratory_of(assistant: Any) -> Iterator[Servers]:
    with socket.create_server(("127.0.0.1", 0)) as ours, socket.create_server(("", 0)) as theirs:
        port = theirs.getsockname()[1]
        widget = f"http://127.0.0.1:{ours.getsockname()[1]}"
        names = (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
        found = Servers(widget, *names, Gate(), Patient(assistant))
        patient: Any = found.assistant
        app = create_app(patient, with_chat=False)
        keys = PublishableKeys({KEY: frozenset({found.listed})})
        widget_routes(app, patient, WidgetSettings(frozenset({found.listed}), keys, found.gate))
        with serving(app, ours), serving(laboratory(widget), theirs):
            yield found


def laboratory(widget: str) -> Starlette:
    """Return a site with a strict policy; what a page is like stands in its query."""

    async def page(request: Request) -> Response:
        said = {"style": "plain", "dir": "ltr", "key": KEY, "colour": "#2b5c8a", "position": ""}
        said |= {"connect": widget} | dict(request.query_params)
        policy = (
            f"default-src 'none'; script-src {widget}; connect-src {said.pop('connect')};"
            " style-src 'self'; require-trusted-types-for 'script'"
        )
        html = PAGE.format(widget=widget, filler="It is a page of text. " * 200, **said)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def style(request: Request) -> Response:
        return Response(STYLES[request.path_params["name"]], media_type="text/css")

    return Starlette(routes=[Route("/", page), Route("/{name}.css", style)])


Visit = Callable[..., "Page"]


@contextmanager
def visiting(browser: "Browser", servers: Servers) -> Iterator[Visit]:
    """Yield an opener of a page with the widget, in a fresh profile.

    At the end no script may have failed, no policy may have been violated, and nobody else asked.
    """
    contexts, complaints = [], []

    def open_page(query: str = "", *, host: str = "", **options: Any) -> "Page":
        context = browser.new_context(**{"viewport": {"width": 1100, "height": 760}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        known = (servers.widget, servers.listed, servers.unlisted)
        page.on(
            "request",
            lambda request: request.url.startswith(known) or complaints.append(request.url),
        )
        page.complaints = complaints  # type: ignore[attr-defined]
        page.goto(f"{host or servers.listed}/?{query}")
        page.wait_for_selector("citewise-widget .launcher")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def inside(page: "Page", selector: str) -> "Locator":
    return page.locator(f"citewise-widget {selector}")


def ask(page: "Page", question: str) -> "Locator":
    """Ask by Enter, and return the answer once it is settled."""
    if not inside(page, ".panel").is_visible():
        inside(page, ".launcher").click()
    inside(page, "textarea").fill(question)
    inside(page, "textarea").press("Enter")
    return settled(page)


def settled(page: "Page") -> "Locator":
    answer = inside(page, ".answer").last
    expect(answer).to_have_attribute("aria-busy", "false", timeout=30_000)
    return answer
