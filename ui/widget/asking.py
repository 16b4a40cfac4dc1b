"""The one route that other sites' pages may use: it answers a question, and can do nothing else."""

import math
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.answer import paper_to_json
from assistant.events import Completed
from ui.api.completion import Completion
from ui.api.conversation import question_and_history
from ui.api.event_stream import EventStream
from ui.api.failures import describe
from ui.api.models import MODEL
from ui.widget.cors import PREFLIGHT_HEADERS, headers_for, listed_origin
from ui.widget.limits import caller_of
from ui.widget.refusals import RefusedError
from ui.widget.requests import read_request
from vectorstore.invisible import without_invisible

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.assistant import Assistant
    from assistant.events import Event
    from ui.widget.settings import WidgetSettings

_SHOWN = ("title", "quote")


class AskFromPages:
    """ASGI application for `POST` and the preflight before it.

    A page that is not listed gets status 403 and no CORS header, so its script cannot read even
    that. No cookie is looked at: no header allows credentials.
    """

    def __init__(self, assistant: "Assistant", settings: "WidgetSettings") -> None:
        self._assistant = assistant
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        headers = {"Vary": "Origin"}
        try:
            origin = listed_origin(request, self._settings.origins)
            headers = headers_for(origin)
            response = await self._respond(request, origin)
        except Exception as error:  # noqa: BLE001 (each is told in OpenAI's shape)
            response = _failed(error)
        response.headers.update(headers)
        await response(scope, receive, send)

    async def _respond(self, request: Request, origin: str) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT_HEADERS)
        if request.method != "POST":
            allowed = {"Allow": "POST, OPTIONS"}
            raise RefusedError(
                405, f"Not {request.method}, but POST.", "method_not_allowed", allowed
            )
        await self._limit(request, origin)
        self._refuse_unknown_key(request, origin)
        return await self._answer(request)

    async def _limit(self, request: Request, origin: str) -> None:
        address = request.client.host if request.client else ""
        caller = f"widget {caller_of(origin, address)}"
        allowance = await self._settings.buckets.take(caller, self._settings.rate)
        seconds = math.ceil(allowance.wait_seconds)
        if seconds > 0:
            message = f"Too many questions from here. Ask again in {seconds} s."
            raise RefusedError(429, message, "too_many_questions", {"Retry-After": str(seconds)})

    def _refuse_unknown_key(self, request: Request, origin: str) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        key = key.strip() if scheme.casefold() == "bearer" else ""
        if not self._settings.authoriser.allows(key, origin):
            what = "The publishable key is unknown here" if key else "A publishable key is needed"
            message = f"{what}: put one that may ask from {origin} into data-key of the script."
            raise RefusedError(403, message, "key_not_allowed")

    async def _answer(self, request: Request) -> EventStream:
        """Return the stream, its first event made, so that a bad question gets its own status."""
        messages = (await read_request(request)).as_api_messages()
        question, history = question_and_history(messages)
        stream = self._assistant.stream(question, history=history)
        events = cast("Generator[Event, None, None]", stream)
        first = await run_in_threadpool(next, events)
        chunks = widget_chunks(Completion(MODEL, messages), chain([first], events))
        return EventStream(chunks, close=events.close)


def widget_chunks(completion: Completion, events: Iterable["Event"]) -> Iterator[dict[str, Any]]:
    """Yield the API's chunks; the one with the sources also names the nearest papers.

    Titles and quotes are without invisible characters: they are there to be shown.
    """
    nearest: list[dict[str, Any]] = []

    def noted() -> Iterator["Event"]:
        for event in events:
            if isinstance(event, Completed):
                nearest.extend(paper_to_json(paper) for paper in event.answer.nearest)
            yield event

    for chunk in completion.chunks(noted()):
        if "sources" in chunk:
            sources = [_visible(source) for source in chunk["sources"]]
            yield {**chunk, "sources": sources, "nearest": [_visible(paper) for paper in nearest]}
        else:
            yield chunk


def _visible(shown: dict[str, Any]) -> dict[str, Any]:
    texts = {name: without_invisible(shown[name]) for name in _SHOWN if name in shown}
    authors = [without_invisible(author) for author in shown["authors"]]
    return shown | texts | {"authors": authors}


def _failed(error: Exception) -> JSONResponse:
    status, failure = describe(error)
    headers = error.headers if isinstance(error, RefusedError) else None
    return JSONResponse(failure.body(), status, headers)
