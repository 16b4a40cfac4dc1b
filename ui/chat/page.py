"""The chat page on a FastAPI app, and what happens when a reader acts."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ui.chat.handlers import Handlers
from ui.chat.resources import static_text

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio import Blocks

    from assistant.assistant import Assistant
    from ui.chat.layout import Parts


# Where Gradio stores whatever is sent. The page takes no file, and a form on any other site could
# fill the disk through its visitor's browser.
_UPLOADS = ("/gradio_api/upload", "/gradio_api/process_recording")


def mount_chat(app: "FastAPI", assistant: "Assistant") -> "FastAPI":
    """Mount the chat at "/" of `app` and return `app`.

    Mount it last: it answers every path that nothing before it has taken.
    """
    # Gradio reads it when imported, and without it asks its maker's server for the newest version.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from ui.chat.theme import reading_theme

    for path in _UPLOADS:
        app.add_api_route(path, _take_no_upload, methods=["POST"])
    page = build_page(assistant).queue(api_open=False, default_concurrency_limit=None)
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


def build_page(assistant: "Assistant") -> "Blocks":
    """Return the page: sidebar, conversation, sources, and the events between them."""
    import gradio as gr

    from ui.chat.layout import lay_out

    page = gr.Blocks(title="Citewise", fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        parts = lay_out()
        handlers = Handlers(assistant)
        _wire_questions(handlers, parts)
        page.load(
            handlers.refresh,
            None,
            [parts.brand, parts.year_from, parts.year_to, *parts.examples],
            show_progress="hidden",
            api_visibility="private",
        )
    return page


def _wire_questions(handlers: Handlers, parts: "Parts") -> None:
    picture = [parts.chat, parts.sources, parts.composer, parts.conversation]
    state = [parts.conversation, parts.chat_number]
    quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = [
        trigger(
            handlers.ask, [question, *state, parts.year_from, parts.year_to], picture, **quietly
        )
        for question, trigger in _ways_to_ask(parts)
    ]
    # Gradio ignores a question while one is under way. What follows it runs once it is over, also
    # when it was cancelled: only then may the send button come back.
    for asked in asking:
        asked.then(handlers.settle, state, picture, **quietly)
    cancel: dict[str, Any] = {"fn": None, "cancels": asking, "queue": False, **quietly}
    parts.composer.stop(**cancel)
    parts.new_chat.click(**cancel).then(
        handlers.new_chat, parts.chat_number, [*picture, parts.chat_number], **quietly
    )


def _ways_to_ask(parts: "Parts") -> list[tuple[Any, Callable[..., Any]]]:
    """Return each component that holds a question, with the event that asks it."""
    examples = [(example, example.click) for example in parts.examples]
    return [(parts.composer, parts.composer.submit), *examples]


def head_html() -> str:
    """Return the page's own style and script, inline: nothing is left to fetch."""
    style, script = static_text("chat.css"), static_text("chat.js")
    return f"<style>{style}</style>\n<script>{script}</script>"
