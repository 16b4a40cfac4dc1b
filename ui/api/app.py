"""The API as one application, to be mounted at /v1."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from ui.api.completions import completions_router
from ui.api.failures import answer_failures
from ui.api.models import models_router

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def create_api(assistant: "Assistant") -> FastAPI:
    """Return the API over `assistant`.

    It is an application of its own, so that what is added to it (keys, CORS) touches nothing else,
    and so that its unknown paths are refused in OpenAI's shape, not by the chat page.
    """
    api = FastAPI(title="Citewise", docs_url=None, redoc_url=None)
    answer_failures(api)
    api.include_router(models_router(assistant))
    api.include_router(completions_router(assistant))
    return api
