"""`POST /chat/completions`."""

from itertools import chain
from typing import TYPE_CHECKING, TypedDict, cast

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from assistant.answer import Turn
from ui.api.completion import Completion
from ui.api.conversation import question_and_history
from ui.api.event_stream import EventStream
from ui.api.models import refuse_unknown_model
from ui.api.requests import ChatRequest
from vectorstore import SearchFilter

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.assistant import Assistant
    from assistant.events import Event


class _Bounds(TypedDict):
    history: tuple[Turn, ...]
    where: SearchFilter | None
    top_k: int | None


def completions_router(assistant: "Assistant") -> APIRouter:
    """Return the route `POST /chat/completions`."""
    router = APIRouter()

    @router.post("/chat/completions")
    async def chat_completions(request: ChatRequest) -> Response:
        refuse_unknown_model(request.model, assistant)
        question, history = question_and_history(request.messages)
        where = request.filters.as_search_filter() if request.filters else None
        bounds = _Bounds(history=history, where=where, top_k=request.top_k)
        completion = Completion(request.model, request.messages, request.include_usage)
        if request.stream:
            return await _streamed(assistant, question, bounds, completion)
        answer = await run_in_threadpool(assistant.ask, question, **bounds)
        return JSONResponse(completion.whole(answer))

    return router


async def _streamed(
    assistant: "Assistant", question: str, bounds: _Bounds, completion: Completion
) -> EventStream:
    """Return the stream, its first event made, so that a bad question still gets its own status."""
    events = cast("Generator[Event, None, None]", assistant.stream(question, **bounds))
    first = await run_in_threadpool(next, events)
    return EventStream(completion.chunks(chain([first], events)), close=events.close)
