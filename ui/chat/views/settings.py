"""The Settings view: what a reader may choose, and what this server is."""

from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from ui.chat.escaping import html_text
from ui.chat.features import Features
from ui.chat.resources import static_text
from ui.chat.views.choices import MAX_TOP_K, MIN_TOP_K

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

_PLACE_OF_WRITERS = "<!-- writers -->"


def settings_html(features: Features) -> str:
    """Return the view; `static/script/80_settings.js` keeps what is chosen in the browser."""
    page = static_text("views/settings.html")
    page = page.replace("{min}", str(MIN_TOP_K)).replace("{max}", str(MAX_TOP_K))
    return page.replace(_PLACE_OF_WRITERS, _writers_html(features.backends))


def add_about_route(app: "FastAPI", assistant: "Assistant") -> None:
    """Add to `app` what the view says about the server."""

    def about() -> JSONResponse:
        return JSONResponse(about_server(assistant), headers={"Cache-Control": "no-store"})

    partial(app.add_api_route, methods=["GET"], response_model=None)("/chat/about.json", about)


def about_server(assistant: "Assistant") -> dict[str, Any]:
    """Return the version, the library in figures, and the server's own ways of answering."""
    status = assistant.library.status()
    return {
        "version": version("citewise"),
        "n_papers": status.n_papers,
        "n_passages": status.n_chunks,
        "years": list(status.year_range or ()),
        "encoder": status.manifest.encoder,
        "writer": assistant.backend,
        "top_k": assistant.options.top_k,
        "unsupported": assistant.options.unsupported,
    }


def _writers_html(backends: tuple[str, ...]) -> str:
    """Return the choice of writers; nothing where there is none to choose."""
    if len(backends) < 2:
        return ""
    own, *others = backends
    options = [f'<option value="">{html_text(own)} (this server\'s own)</option>']
    options += [
        f'<option value="{html_text(name)}">{html_text(_shown(name))}</option>' for name in others
    ]
    return (
        '<div class="setting"><label for="setting-llm">Writer</label>'
        f'<select id="setting-llm" data-choice="llm">{"".join(options)}</select>'
        "<p>Who puts the answer into words. Everything else stays the same.</p></div>"
    )


def _shown(name: str) -> str:
    return "extractive (no language model)" if name == "extractive" else name
