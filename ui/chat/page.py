"""The chat page on a FastAPI app, and what happens when a reader acts."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.conversations import CONVERSATIONS_NAME, ConversationStore
from ui.chat.features import Features
from ui.chat.handlers import Handlers
from ui.chat.resources import joined_static
from ui.chat.views.drawing import add_view_routes

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio import Blocks

    from assistant.assistant import Assistant
    from ui.chat.layout import Parts


_PLAIN = Features()
_QUIETLY: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# The last input of an event tells who asks (see `history.visitor`); the browser fills it in.
_SIGNED = "(...values) => [...values.slice(0, -1), window.citewise.visitor()]"
# Where Gradio stores whatever is sent. The page takes no file, and a form on any other site could
# fill the disk through its visitor's browser.
_UPLOADS = ("/gradio_api/upload", "/gradio_api/process_recording")


def mount_chat(app: "FastAPI", assistant: "Assistant", features: Features = _PLAIN) -> "FastAPI":
    """Mount the chat at "/" of `app` and return `app`.

    Mount it last: it answers every path that nothing before it has taken.
    """
    # Gradio reads it when imported, and without it asks its maker's server for the newest version.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from ui.chat.history.routes import add_history_routes
    from ui.chat.theme import reading_theme

    for path in _UPLOADS:
        app.add_api_route(path, _take_no_upload, methods=["POST"])
    add_view_routes(app, assistant, features)
    add_history_routes(app, ConversationStore(assistant.library.place(CONVERSATIONS_NAME)))
    page = build_page(assistant, features).queue(api_open=False, default_concurrency_limit=None)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        theme=reading_theme(),
        head=head_html(),
    )
    return app


async def _take_no_upload() -> None:
    from fastapi import HTTPException

    raise HTTPException(404, "Nothing can be uploaded here.")


def build_page(assistant: "Assistant", features: Features = _PLAIN) -> "Blocks":
    """Return the page: sidebar, views, and the events between them."""
    import gradio as gr

    from ui.chat.layout import lay_out

    page = gr.Blocks(title="Citewise", fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        parts = lay_out(features)
        handlers = Handlers(assistant, features)
        asking = _wire_questions(handlers, parts)
        _wire_conversations(handlers, parts, asking)
        facts = [parts.brand, parts.year_from, parts.year_to, *parts.examples]
        for refreshed in (page.load, parts.refresh.click):
            refreshed(handlers.refresh, None, facts, **_QUIETLY)
        page.load(
            handlers.arrive,
            [parts.chat_number, parts.visitor],
            [*_picture(parts), parts.chat_number],
            js=_SIGNED,
            **_QUIETLY,
        )
    return page


def _wire_questions(handlers: Handlers, parts: "Parts") -> list[Any]:
    """Let each way to ask lead to an answer; return the events that do."""
    state = [parts.conversation, parts.chat_number]
    bounds = [parts.year_from, parts.year_to, parts.selection, parts.choices, parts.visitor]
    asking = [
        trigger(handlers.ask, [question, *state, *bounds], _picture(parts), js=_SIGNED, **_QUIETLY)
        for question, trigger in _ways_to_ask(parts)
    ]
    # Gradio ignores a question while one is under way. What follows it runs once it is over, also
    # when it was cancelled: only then may the send button come back.
    for asked in asking:
        asked.then(
            handlers.settle, [*state, parts.visitor], _picture(parts), js=_SIGNED, **_QUIETLY
        )
    parts.composer.stop(fn=None, cancels=asking, queue=False, **_QUIETLY)
    return asking


def _wire_conversations(handlers: Handlers, parts: "Parts", asking: list[Any]) -> None:
    """Let a reader begin a conversation or open an earlier one, whatever is under way."""
    cancel: dict[str, Any] = {"fn": None, "cancels": asking, "queue": False, **_QUIETLY}
    shown = [*_picture(parts), parts.chat_number]
    parts.new_chat.click(**cancel).then(handlers.new_chat, parts.chat_number, shown, **_QUIETLY)
    parts.open.click(**cancel).then(
        handlers.open,
        [parts.opened, parts.chat_number, parts.visitor],
        shown,
        js=_SIGNED,
        **_QUIETLY,
    )


def _picture(parts: "Parts") -> list[Any]:
    return [parts.chat, parts.sources, parts.composer, parts.conversation]


def _ways_to_ask(parts: "Parts") -> list[tuple[Any, Callable[..., Any]]]:
    """Return each component that holds a question, with the event that asks it."""
    examples = [(example, example.click) for example in parts.examples]
    return [
        (parts.composer, parts.composer.submit),
        (parts.again, parts.ask_again.click),
        *examples,
    ]


def head_html() -> str:
    """Return the page's own style and script, inline: nothing is left to fetch."""
    style, script = joined_static("style"), joined_static("script")
    return f"<style>{style}</style>\n<script>{script}</script>"
