"""The API as one application, to be mounted at /v1."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from ui.api.backends import Backends
from ui.api.bodies import BodyLimits
from ui.api.completions import completions_router
from ui.api.failures import AnswerFailures, answer_failures
from ui.api.idempotency import IdempotentRequests, Memory
from ui.api.limits import ApiLimits
from ui.api.models import models_router
from ui.api.openapi import describe_api
from ui.api.papers import papers_router
from ui.api.related_work import related_work_router
from ui.api.request_ids import RequestIds
from ui.api.searching import search_router
from ui.api.working import Threads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.assistant import Assistant

_LIMITS = ApiLimits()


def create_api(
    assistant: "Assistant",
    *,
    backends: "Mapping[str, Assistant] | None" = None,
    limits: ApiLimits = _LIMITS,
) -> FastAPI:
    """Return the API over `assistant`, and over the assistants of other backends by their names.

    Those may be made when they are first asked for: see `ui.api.backends.MadeWhenAsked`. It is an
    application of its own, so that what is added to it (keys, CORS) touches nothing else, and so
    that its unknown paths are refused in OpenAI's shape, not by the chat page.
    """
    api = FastAPI(title="Citewise", docs_url=None, redoc_url=None, redirect_slashes=False)
    answer_failures(api)
    # The last one added is the outermost.
    api.add_middleware(IdempotentRequests, memory=Memory(limits))
    api.add_middleware(BodyLimits, limits=limits)
    api.add_middleware(AnswerFailures)
    api.add_middleware(RequestIds)
    served, threads = Backends(assistant, backends), Threads()
    api.include_router(completions_router(served, threads, limits))
    api.include_router(related_work_router(served, threads, limits))
    api.include_router(search_router(served, threads))
    api.include_router(papers_router(served, threads))
    api.include_router(models_router(served))
    describe_api(api)
    return api
