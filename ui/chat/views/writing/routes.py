"""What the Write view asks of the server: a plan, and the section of a plan as it is written."""

from collections.abc import Generator
from functools import partial
from threading import Event as Flag
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect

from ui.access.turns import each_in_turn, in_turn
from ui.api.event_stream import EventStream
from ui.api.working import Threads, in_thread, while_wanted
from ui.chat.views.assistants import Assistants
from ui.chat.views.choices import choices_of
from ui.chat.views.same_origin import refusal_of_strangers
from ui.chat.views.writing.files import section_files
from ui.chat.views.writing.section_html import SectionHtml
from ui.filters import Text
from ui.related_work.growing import written
from ui.related_work.planning import plan_for
from ui.related_work.requests import PlanBody, SectionRequest

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant
    from assistant.related_work.section import Section
    from ui.chat.features import Features

Events = Generator[dict[str, Any], None, None]


class WritingRequest(BaseModel):
    """A plan to write by, and what the reader chose in the settings (see `choices`)."""

    model_config = ConfigDict(extra="forbid")

    plan: PlanBody
    choices: Text = ""


def add_writing_routes(app: "FastAPI", assistant: "Assistant", features: "Features") -> None:
    """Add to `app` what plans and writes sections."""
    threads, assistants = Threads(), Assistants(assistant, features)

    async def plan(request: Request, asked: SectionRequest) -> Response:
        def work(_: Flag) -> dict[str, Any]:
            return in_turn(assistant, partial(plan_for, asked, assistant.library)).to_json()

        refusal = refusal_of_strangers(request)
        return refusal or JSONResponse(await while_wanted(request.receive, threads.answering, work))

    async def section(request: Request, asked: WritingRequest) -> Response:
        if refusal := refusal_of_strangers(request):
            return refusal
        chosen = choices_of(asked.choices, features.backends)
        writing = await in_thread(threads.making, assistants.of, chosen)
        gone = Flag()
        events = each_in_turn(writing, partial(_events, asked.plan, writing, gone))
        return EventStream(events, close=events.close, gone=gone, limiter=threads.answering)

    for path, route in (("/chat/writing/plan", plan), ("/chat/writing/section", section)):
        app.add_api_route(path, route, methods=["POST"], response_model=None)


def _events(plan: PlanBody, assistant: "Assistant", gone: Flag) -> Events:
    """Yield each paragraph with the cards of its papers, then what is told at the end."""

    def stop_if_gone() -> None:
        if gone.is_set():
            raise ClientDisconnect

    library = assistant.library
    checked = plan_for(SectionRequest(plan=plan), library)
    n_cards = 0
    for picture in written(checked, library, assistant.sections.writer(stop_if_gone)):
        section = picture.section
        if picture.is_whole:
            yield {"whole": _ending(section)}
            return
        drawn = SectionHtml(section)
        yield {"paragraph": drawn.paragraph(-1), "cards": drawn.cards(n_cards)}
        n_cards = len(section.papers)


def _ending(section: "Section") -> dict[str, Any]:
    told = section.to_json()
    return {
        **{name: told[name] for name in ("n_words", "n_dropped", "backend", "considered")},
        "n_papers": len(section.papers),
        "files": section_files(section),
    }
