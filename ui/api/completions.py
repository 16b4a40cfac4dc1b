"""`POST /chat/completions`."""

from contextlib import closing
from threading import Event as Flag
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from ui.api.completion import Completion
from ui.api.conversation import question_and_history
from ui.api.event_stream import EventStream
from ui.api.openapi import COMPLETION_RESPONSES, IDEMPOTENCY_KEY
from ui.api.requests import ChatRequest, where_of
from ui.api.working import Threads, in_thread, while_not, while_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from assistant.events import Event
    from ui.api.backends import Backends
    from ui.api.limits import ApiLimits

    Events = Generator[Event, None, None]


def completions_router(backends: "Backends", threads: Threads, limits: "ApiLimits") -> APIRouter:
    """Return the route `POST /chat/completions`."""
    router = APIRouter(tags=["chat"])

    @router.post(
        "/chat/completions",
        summary="Answer a question",
        response_class=JSONResponse,
        responses=COMPLETION_RESPONSES,
        openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
    )
    async def chat_completions(asked: ChatRequest, request: Request) -> Response:
        """Answer the last message from the abstracts, whole or, with `stream`, piece by piece."""
        backend = backends.chosen(asked.model, asked.backend)
        question, history = question_and_history(asked.messages)
        assistant = await in_thread(threads.making, backends.assistant_of, backend)

        def events() -> "Events":
            where = where_of(asked.filters)
            found = assistant.stream(question, history=history, where=where, top_k=asked.top_k)
            return cast("Events", found)

        completion = Completion(asked.model, asked.messages, asked.include_usage, asked.text_bounds)
        if asked.stream:
            answering = events()
            return EventStream(
                completion.chunks(answering),
                close=answering.close,
                limiter=threads.answering,
                seconds_to_take=limits.seconds_to_take,
            )
        work = _whole(completion, events)
        return JSONResponse(await while_wanted(request.receive, threads.answering, work))

    return router


def _whole(
    completion: Completion, events: "Callable[[], Events]"
) -> "Callable[[Flag], dict[str, Any]]":
    """Return the work of a whole answer, which ends with the event after its flag was set."""

    def work(gone: Flag) -> dict[str, Any]:
        with closing(events()) as answering:
            return completion.whole(while_not(gone, answering))

    return work
