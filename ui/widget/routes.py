"""The widget's routes: its script, the route it asks, and the demo."""

from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ui.security import is_loopback
from ui.widget.asking import AskFromPages
from ui.widget.cors import ASKING_PATH
from ui.widget.script import Script, static_text, widget_script

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from ui.widget.settings import WidgetSettings

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=300, must-revalidate"
_JAVASCRIPT = "text/javascript; charset=utf-8"
# As strict as a host page's may be, so that the demo shows that the widget bears it.
_DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'"
)


def widget_routes(app: FastAPI, assistant: "Assistant", settings: "WidgetSettings") -> None:
    """Add to `app`: /widget.js, /widget/v1/chat/completions, and /widget/demo with its files.

    Add them before anything that takes every path.
    """
    asking = Route(ASKING_PATH, AskFromPages(assistant, settings))
    app.router.routes.append(asking)
    app.add_api_route("/widget.js", _script, methods=["GET", "HEAD"])
    _add_demo(app, has_origins=bool(settings.origins))


async def _script(request: Request) -> Response:
    """Return the script; one that is asked for by its version never changes."""
    script = widget_script()
    headers = {
        "Cache-Control": _FOR_EVER if _asks_for(script, request) else _FOR_A_WHILE,
        "Cross-Origin-Resource-Policy": "cross-origin",  # for pages that isolate themselves
        "Vary": "Accept-Encoding",
    }
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    headers["ETag"] = f'"{script.version}{"-gzip" if is_packed else ""}"'
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(script.packed if is_packed else script.source, 200, headers, _JAVASCRIPT)


def _asks_for(script: Script, request: Request) -> bool:
    return request.query_params.get("v") == script.version


def _add_demo(app: FastAPI, *, has_origins: bool) -> None:
    page = static_text("demo.html").replace("{version}", widget_script().version)
    kinds = {"demo.js": _JAVASCRIPT, "demo.css": "text/css; charset=utf-8"}

    def refuse_strangers(request: Request) -> None:
        if not has_origins and not is_loopback(request.url.hostname or ""):
            raise HTTPException(404, "The demo is for this machine, or needs --widget-origin.")

    @app.get("/widget/demo")
    async def demo(request: Request) -> Response:
        refuse_strangers(request)
        return HTMLResponse(page, headers={"Content-Security-Policy": _DEMO_POLICY})

    @app.get("/widget/{name}")
    async def demo_file(request: Request, name: str) -> Response:
        refuse_strangers(request)
        if name not in kinds:
            raise HTTPException(404, "No such file.")
        return Response(static_text(name), media_type=kinds[name])
