"""What the views beside the conversation are made of, and what happens in them."""

from typing import TYPE_CHECKING

from ui.chat.features import Features

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant


def draw_views(features: Features) -> None:
    """Draw the views into the columns at hand, each hidden until it is shown."""
    import gradio as gr

    with gr.Column(elem_id="view-papers", elem_classes="view"):
        gr.HTML("<h2>Papers</h2>", padding=False)
    if features.allow_upload:
        with gr.Column(elem_id="view-adding", elem_classes="view"):
            gr.HTML("<h2>Add papers</h2>", padding=False)
    with gr.Column(elem_id="view-settings", elem_classes="view"):
        gr.HTML("<h2>Settings</h2>", padding=False)


def add_view_routes(app: "FastAPI", assistant: "Assistant", features: Features) -> None:
    """Add to `app` what the views fetch."""
