"""`POST /related-work`: a section in which every sentence cites, whole or a theme at a time."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Flag
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.requests import ClientDisconnect

from assistant.related_work.errors import PlanError
from ui.access.turns import each_in_turn, in_turn
from ui.api.backends import MODEL
from ui.api.event_stream import EventStream
from ui.api.failures import ApiError, Failure
from ui.api.openapi import IDEMPOTENCY_KEY, RELATED_WORK_RESPONSES
from ui.api.working import Threads, in_thread, while_wanted
from ui.related_work.growing import written
from ui.related_work.planning import plan_for
from ui.related_work.requests import SectionRequest
from ui.related_work.telling import Format, newest_paragraph, section_to_json

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.related_work.section import Section
    from ui.api.backends import Backends
    from ui.api.limits import ApiLimits


class RelatedWorkRequest(SectionRequest):
    """A section on a topic, for a draft, or by a plan."""

    format: Format = Field(default="json", description="of `text`; plain text for `json`")
    table: bool = Field(default=False, description="whether to compare the papers in a table")
    backend: str | None = Field(
        default=None, description="Who writes, one of the backends that `/models` lists."
    )
    stream: bool = Field(default=False, description="Whether to send server-sent events.")


@dataclass(frozen=True, slots=True)
class SectionResponse:
    """One request for a section: what its events have in common. `created` is in Unix seconds."""

    asked: RelatedWorkRequest
    assistant: "Assistant"
    gone: Flag
    section_id: str = field(default_factory=lambda: f"section-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def chunks(self) -> Generator[dict[str, Any], None, None]:
        """Yield the plan, then each paragraph, then the whole.

        Raises ApiError, DraftError or PlanError for what cannot be planned, BackendError when a
        language model fails, and ClientDisconnect soon after the flag `gone` is set.
        """
        library = self.assistant.library
        with _naming_the_topic(self.asked):
            plan = plan_for(self.asked, library)
        self._stop_if_gone()
        yield {**self._head("related_work.plan"), "plan": plan.to_json()}
        writer = self.assistant.sections.writer(self._stop_if_gone)
        n_cited = 0
        for picture in written(plan, library, writer):
            if picture.is_whole:
                yield self._whole(picture.section)
            else:
                told = newest_paragraph(picture.section, n_known=n_cited)
                n_cited = len(picture.section.papers)
                yield {**self._head("related_work.paragraph"), **told}

    def last_chunk(self) -> dict[str, Any]:
        """Return the whole section."""
        *_, whole = self.chunks()
        return whole

    def _whole(self, section: "Section") -> dict[str, Any]:
        told = section_to_json(section, form=self.asked.format, with_table=self.asked.table)
        return {**self._head("related_work"), **told}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"object": kind, "id": self.section_id, "created": self.created}

    def _stop_if_gone(self) -> None:
        if self.gone.is_set():
            raise ClientDisconnect


def related_work_router(backends: "Backends", threads: Threads, limits: "ApiLimits") -> APIRouter:
    """Return the route `POST /related-work`."""
    router = APIRouter(tags=["related work"])

    @router.post(
        "/related-work",
        summary="Write a related-work section",
        response_class=JSONResponse,
        responses=RELATED_WORK_RESPONSES,
        openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
    )
    async def related_work(asked: RelatedWorkRequest, request: Request) -> Response:
        """Plan a section and write it, whole or, with `stream`, theme by theme."""
        backend = backends.chosen(MODEL, asked.backend)
        assistant = await in_thread(threads.making, backends.assistant_of, backend)
        if not asked.stream:
            work = partial(_whole_section, asked, assistant)
            return JSONResponse(await while_wanted(request.receive, threads.answering, work))
        gone = Flag()
        chunks = each_in_turn(assistant, SectionResponse(asked, assistant, gone).chunks)
        return EventStream(
            chunks,
            close=chunks.close,
            gone=gone,
            limiter=threads.answering,
            seconds_to_take=limits.seconds_to_take,
        )

    return router


def _whole_section(asked: RelatedWorkRequest, assistant: "Assistant", gone: Flag) -> dict[str, Any]:
    return in_turn(assistant, SectionResponse(asked, assistant, gone).last_chunk)


@contextmanager
def _naming_the_topic(asked: RelatedWorkRequest) -> Iterator[None]:
    """Raise ApiError where no plan can be made; what is wrong with a plan is its own to say."""
    try:
        yield
    except PlanError as error:
        if asked.plan:
            raise
        raise ApiError(400, Failure(str(error), param="topic", code="no_papers_found")) from None
