"""The parts of the page and where they stand. `static/chat.css` gives them their places by id."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.chat.cards import sources_html
from ui.chat.conversation import Conversation
from ui.chat.features import Features
from ui.chat.handlers import N_EXAMPLES
from ui.chat.resources import static_text
from ui.chat.sidebar import navigation_html
from ui.chat.views.drawing import draw_views
from ui.chat.years import ANY_YEAR

if TYPE_CHECKING:
    import gradio as gr


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that something happens to."""

    conversation: "gr.State"
    chat_number: "gr.State"
    selection: "gr.Textbox"
    brand: "gr.HTML"
    new_chat: "gr.Button"
    year_from: "gr.Dropdown"
    year_to: "gr.Dropdown"
    examples: "list[gr.Button]"
    chat: "gr.Chatbot"
    composer: "gr.Textbox"
    sources: "gr.HTML"


def lay_out(features: Features) -> Parts:
    """Draw the page into the `gr.Blocks` at hand and return its parts."""
    import gradio as gr

    states: dict[str, Any] = {"conversation": gr.State(Conversation()), "chat_number": gr.State(0)}
    gr.HTML(static_text("topbar.html"), elem_id="topbar", padding=False)
    with gr.Row(elem_id="columns"):
        with gr.Column(elem_id="sidebar"):
            sidebar = _sidebar(features)
        with gr.Column(elem_id="middle"):
            middle = _middle()
        with gr.Column(elem_id="sources-pane"):
            gr.HTML(static_text("sources_header.html"), padding=False)
            sources = gr.HTML(sources_html(Conversation()), elem_id="sources", padding=False)
        draw_views(features)
    return Parts(**states, **sidebar, **middle, sources=sources)


def _sidebar(features: Features) -> dict[str, Any]:
    import gradio as gr

    brand = gr.HTML('<h1 class="brand">Citewise</h1>', elem_id="brand", padding=False)
    gr.HTML(navigation_html(features), elem_id="navigation", padding=False)
    new_chat = gr.Button("New chat", elem_id="new-chat")
    with gr.Row(elem_id="years"):
        year_from = _year("From year", "year-from")
        year_to = _year("To year", "year-to")
    gr.HTML(static_text("sidebar_footer.html"), elem_id="sidebar-footer", padding=False)
    return {"brand": brand, "new_chat": new_chat, "year_from": year_from, "year_to": year_to}


def _year(label: str, elem_id: str) -> "gr.Dropdown":
    import gradio as gr

    return gr.Dropdown(
        [("Any", ANY_YEAR)], value=ANY_YEAR, label=label, min_width=90, elem_id=elem_id
    )


def _middle() -> dict[str, Any]:
    import gradio as gr

    with gr.Column(elem_id="welcome"):
        gr.HTML(static_text("welcome.html"), padding=False)
        with gr.Column(elem_id="examples"):
            examples = [gr.Button(visible=False) for _ in range(N_EXAMPLES)]
    chat = _chat()
    selection = gr.Textbox(elem_id="selection", visible="hidden", label="Only these papers")
    gr.HTML(static_text("restriction.html"), padding=False)
    composer = gr.Textbox(
        elem_id="composer",
        placeholder="Ask about the papers",
        label="Your question",
        show_label=False,
        container=False,
        lines=1,
        max_lines=8,
        submit_btn=True,
        autofocus=True,
    )
    return {"examples": examples, "chat": chat, "selection": selection, "composer": composer}


def _chat() -> "gr.Chatbot":
    import gradio as gr

    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height="100%",
        layout="bubble",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],  # a dollar sign in an abstract is a dollar sign
        allow_tags=False,
        group_consecutive_messages=False,
    )
