"""Which models there are: the library's assistant, by its own name and by its backend's."""

import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from ui.api.failures import ApiError, Failure

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MODEL = "citewise"


def model_names(assistant: "Assistant") -> list[str]:
    """Return the names that a request's `model` may have."""
    return [MODEL, assistant.backend]


def refuse_unknown_model(name: str, assistant: "Assistant") -> None:
    """Raise ApiError (404, `model_not_found`) for a model that is not served."""
    names = model_names(assistant)
    if name not in names:
        known = " or ".join(repr(known) for known in names)
        message = f"The model {name!r} does not exist here. Use {known}."
        raise ApiError(404, Failure(message, param="model", code="model_not_found"))


def models_router(assistant: "Assistant") -> APIRouter:
    """Return the routes `GET /models` and `GET /models/{name}`."""
    router = APIRouter()
    created = int(time.time())

    def entry(name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": created, "owned_by": "citewise"}

    @router.get("/models")
    async def list_models() -> dict[str, Any]:
        return {"object": "list", "data": [entry(name) for name in model_names(assistant)]}

    # A backend's name may hold a slash: huggingface:org/model.
    @router.get("/models/{name:path}")
    async def retrieve_model(name: str) -> dict[str, Any]:
        refuse_unknown_model(name, assistant)
        return entry(name)

    return router
