"""What the Papers view fetches."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import Body, Header, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ui.chat.views.papers.map_keeper import MapKeeper
from ui.chat.views.papers.one_paper import MAX_CITED, bibtex_of, paper_details
from ui.chat.views.papers.table import Table
from ui.chat.views.same_origin import refusal_of_strangers
from ui.papers import papers_css, papers_js

if TYPE_CHECKING:
    from fastapi import FastAPI

    from vectorstore import Library

_GZIP = {"Content-Encoding": "gzip", "Cache-Control": "no-cache"}
_MAX_ID_CHARS = 2_000


def add_paper_routes(app: "FastAPI", library: "Library") -> None:
    """Add to `app` the table, one paper, BibTeX and the map of a library."""
    table, keeper = Table(library), MapKeeper(library)
    get = partial(app.add_api_route, methods=["GET"], response_model=None)

    def papers(if_none_match: Annotated[str, Header()] = "") -> Response:
        if if_none_match.removeprefix("W/") == table.etag():
            return Response(status_code=304, headers={"ETag": if_none_match})
        etag, content = table.compressed()
        return _json(content, {**_GZIP, "ETag": etag})

    def paper(
        paper_id: Annotated[str, Query(alias="id", max_length=_MAX_ID_CHARS)],
    ) -> Response:
        details = paper_details(library, paper_id)
        if details is None:
            return JSONResponse({"error": "This paper is no longer in the library."}, 404)
        return JSONResponse(details, headers={"Cache-Control": "no-store"})

    def collection_map() -> Response:
        content = keeper.compressed()
        if content is None:
            return JSONResponse({"state": "drawing"}, 202)
        if not content:
            return JSONResponse({"error": "The map could not be drawn; the log says why."}, 500)
        return _json(content, _GZIP)

    get("/chat/papers.json", papers)
    get("/chat/paper.json", paper)
    get("/chat/map.json", collection_map)
    get("/chat/map.js", _text_route(papers_js(), "text/javascript"))
    get("/chat/map.css", _text_route(papers_css(), "text/css"))
    app.add_api_route("/chat/bibtex", _bibtex_route(library), methods=["POST"], response_model=None)


def _bibtex_route(library: "Library") -> Callable[..., Response]:
    def bibtex(request: Request, ids: Annotated[list[str], Body(max_length=MAX_CITED)]) -> Response:
        refusal = refusal_of_strangers(request)
        return refusal or PlainTextResponse(bibtex_of(library, ids))

    return bibtex


def _text_route(text: str, media_type: str) -> Callable[[], Response]:
    def route() -> Response:
        return Response(text, media_type=media_type, headers={"Cache-Control": "no-cache"})

    return route


def _json(content: bytes, headers: dict[str, str]) -> Response:
    return Response(content, media_type="application/json", headers=headers)
