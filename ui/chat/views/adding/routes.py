"""What the Add papers view sends and asks."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from ui.chat.views.adding.desk import BusyError, Desk, Job
from ui.chat.views.adding.drafts import Draft, UploadError, too_large
from ui.chat.views.same_origin import is_same_origin
from vectorstore.live.errors import LiveNameError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.chat.features import Features
    from vectorstore import Library

PATH = "/chat/import"
_NOT_OFFERED = "This server takes no papers. Start it with: citewise serve --allow-upload"
_Token = Annotated[str, Query(max_length=100)]
_Name = Annotated[str, Query(max_length=1_000)]


def add_import_routes(app: "FastAPI", library: "Library", features: "Features") -> None:
    """Add to `app` what takes papers, or what says that none are taken."""
    if not features.allow_upload:
        for path in (PATH, PATH + "/{rest:path}"):
            app.add_api_route(path, _take_nothing, methods=["GET", "POST"])
        return
    desk = Desk(library, features)
    _at_the_end(app, desk.drafts.drop_all)
    post = partial(app.add_api_route, methods=["POST"], dependencies=[Depends(_check_origin)])
    post(PATH, _receiver(desk), response_model=None)
    for name, begin in (("preview", desk.preview), ("add", desk.add)):
        post(f"{PATH}/{name}", _beginner(desk, begin), response_model=None)

    def undo(job: _Token) -> JSONResponse:
        return _begun(lambda: desk.undo(job), "This import can no longer be taken back.")

    def drop(draft: _Token) -> JSONResponse:
        desk.drafts.drop(draft)
        return JSONResponse({})

    def state(job: _Token = "") -> JSONResponse:
        found = desk.job(job)
        shown = found.as_json() if found else None
        return JSONResponse({"job": shown, "last": desk.last_import()}, headers=_FRESH)

    post(f"{PATH}/undo", undo, response_model=None)
    post(f"{PATH}/drop", drop, response_model=None)
    app.add_api_route(f"{PATH}/state", state, methods=["GET"], response_model=None)


_FRESH = {"Cache-Control": "no-store"}


def _at_the_end(app: "FastAPI", clean_up: Callable[[], None]) -> None:
    """Have `clean_up` called when the server ends. `atexit` is not asked after a SIGTERM."""
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: "FastAPI") -> AsyncIterator[Any]:
        async with before(served) as state:
            yield state
        clean_up()

    app.router.lifespan_context = lifespan


async def _take_nothing() -> None:
    raise HTTPException(404, _NOT_OFFERED)


async def _check_origin(request: Request) -> None:
    if not is_same_origin(request):
        raise HTTPException(403, "Only Citewise's own page may add papers.")


def _receiver(desk: Desk) -> Any:
    async def receive(
        request: Request, name: _Name = "", draft: _Token = "", kind: _Token = "file"
    ) -> JSONResponse:
        """Take one file, or a pasted text, as the body; the answer names the draft it is in."""
        taken: Draft | None = None
        try:
            if int(request.headers.get("content-length") or 0) > desk.drafts.max_bytes:
                raise UploadError(too_large(desk.drafts.max_bytes), 413)
            taken = desk.drafts.get(draft) if draft else desk.drafts.begin()
            if kind == "text":
                await desk.drafts.take_text(taken, request.stream())
            else:
                await desk.drafts.take(taken, name, request.stream())
        except (UploadError, LiveNameError, ClientDisconnect) as error:
            if taken:
                desk.drafts.drop(taken.token)
            return _error(str(error), getattr(error, "status", 400))
        return JSONResponse({"draft": taken.token, "live": taken.live})

    return receive


def _beginner(desk: Desk, begin: Any) -> Any:
    def route(draft: _Token) -> JSONResponse:
        try:
            found = desk.drafts.get(draft)
        except UploadError as error:
            return _error(str(error), error.status)
        return _begun(lambda: begin(found), "")

    return route


def _begun(begin: Any, otherwise: str) -> JSONResponse:
    try:
        job: Job | None = begin()
    except BusyError as error:
        return _error(str(error), 409)
    return JSONResponse(job.as_json(), 202) if job else _error(otherwise, 404)


def _error(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": message}, status)
