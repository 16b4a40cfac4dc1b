"""The parts of the page and where they stand. `static/chat.css` gives them their places by id."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.chat.conversation import Conversation
from ui.chat.features import Features
from ui.chat.handlers import N_EXAMPLES
from ui.chat.resources import static_text
from ui.chat.sidebar import footer_html, navigation_html
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
    choices: "gr.Textbox"
    visitor: "gr.Textbox"
    again: "gr.Textbox"
    ask_again: "gr.Button"
    opened: "gr.Textbox"
    open: "gr.Button"
    refresh: "gr.Button"
    brand: "gr.HTML"
    new_chat: "gr.Button"
    year_from: "gr.Dropdown"
    year_to: "gr.Dropdown"
    examples: "list[gr.Button]"
    chat: "gr.HTML"
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
            sources = _drawn("sources", "sources.html", "drawSources", {"sections": []})
        choices = draw_views(features)
    gr.HTML(static_text("help.html"), apply_default_css=False, padding=False)
    return Parts(**states, **sidebar, **middle, sources=sources, choices=choices)


def _sidebar(features: Features) -> dict[str, Any]:
    import gradio as gr

    brand = gr.HTML('<h1 class="brand">Citewise</h1>', elem_id="brand", padding=False)
    gr.HTML(navigation_html(features), elem_id="navigation", padding=False)
    new_chat = gr.Button("New chat", elem_id="new-chat")
    with gr.Row(elem_id="years"):
        year_from = _year("From year", "year-from")
        year_to = _year("To year", "year-to")
    gr.HTML(static_text("history.html"), elem_id="history", apply_default_css=False, padding=False)
    gr.HTML(footer_html(features), elem_id="sidebar-footer", padding=False)
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
    chat = _drawn("chat", "thread.html", "drawThread", {"exchanges": []})
    hidden: dict[str, Any] = {"visible": "hidden"}
    selection = gr.Textbox(elem_id="selection", label="Only these papers", **hidden)
    visitor = gr.Textbox(elem_id="visitor", label="This browser", **hidden)
    again = gr.Textbox(elem_id="again", label="A question chosen with a button", **hidden)
    opened = gr.Textbox(elem_id="opened", label="The conversation to open", **hidden)
    # A field that a script fills in tells no one of it: pressing its button does.
    ask_again = gr.Button("Ask it", elem_id="ask-again", **hidden)
    opening = gr.Button("Open it", elem_id="open", **hidden)
    refresh = gr.Button("Look at the library again", elem_id="refresh", **hidden)
    gr.HTML(static_text("editing.html"), apply_default_css=False, padding=False)
    gr.HTML(static_text("restriction.html"), apply_default_css=False, padding=False)
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
    return {
        "examples": examples,
        "chat": chat,
        "selection": selection,
        "visitor": visitor,
        "again": again,
        "ask_again": ask_again,
        "opened": opened,
        "open": opening,
        "refresh": refresh,
        "composer": composer,
    }


def _drawn(elem_id: str, frame: str, function: str, value: dict[str, Any]) -> "gr.HTML":
    """Return a part whose value a script of ours draws, so that only what is new is touched.

    Gradio's own chat would draw the whole answer anew many times a second.
    """
    import gradio as gr

    draw = f"window.citewise.{function}(element, props.value)"
    return gr.HTML(
        value,
        html_template=static_text(frame),
        js_on_load=f"{draw}; watch('value', () => {draw});",
        apply_default_css=False,
        elem_id=elem_id,
        padding=False,
    )
