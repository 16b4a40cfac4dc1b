"""What the views beside the conversation are made of, and what happens in them."""

from typing import TYPE_CHECKING

from ui.chat.features import MEGABYTE, Features
from ui.chat.resources import static_text

if TYPE_CHECKING:
    from fastapi import FastAPI
    from gradio import Textbox

    from assistant.assistant import Assistant


def draw_views(features: Features) -> "Textbox":
    """Draw the views into the columns at hand, each hidden until it is shown.

    Returns the field that holds what the reader chose in the settings (see `choices`).
    """
    import gradio as gr

    from ui.chat.views.settings import settings_html
    from ui.chat.views.writing.form import writing_html

    _view("papers", static_text("views/papers.html"))
    _view("writing", writing_html())
    if features.allow_upload:
        megabytes = str(features.max_upload_bytes // MEGABYTE)
        _view("adding", static_text("views/adding.html").replace("{megabytes}", megabytes))
    with gr.Column(elem_id="view-settings", elem_classes="view"):
        gr.HTML(settings_html(features), padding=False, apply_default_css=False)
        return gr.Textbox(elem_id="choices", visible="hidden", label="How questions are answered")


def add_view_routes(app: "FastAPI", assistant: "Assistant", features: Features) -> None:
    """Add to `app` what the views fetch."""
    from ui.chat.views.adding.routes import add_import_routes
    from ui.chat.views.papers.routes import add_paper_routes
    from ui.chat.views.settings import add_about_route
    from ui.chat.views.writing.routes import add_writing_routes

    add_paper_routes(app, assistant.library)
    add_import_routes(app, assistant.library, features)
    add_writing_routes(app, assistant, features)
    add_about_route(app, assistant)


def _view(name: str, html: str) -> None:
    import gradio as gr

    with gr.Column(elem_id=f"view-{name}", elem_classes="view"):
        gr.HTML(html, padding=False, apply_default_css=False)
