"""Which models there are: the library's assistant by its own name, and each backend's."""

import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from ui.api.backends import MODEL
from ui.api.schemas import Model, ModelList

if TYPE_CHECKING:
    from ui.api.backends import Backends

__all__ = ["MODEL", "models_router"]


def models_router(backends: "Backends") -> APIRouter:
    """Return the routes `GET /models` and `GET /models/{name}`."""
    router = APIRouter(tags=["models"])
    created = int(time.time())

    def entry(name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": created, "owned_by": "citewise"}

    @router.get("/models", summary="List the models", response_model=ModelList)
    async def list_models() -> dict[str, Any]:
        """List `citewise`, which is the server's own backend, and the backends by name."""
        names = dict.fromkeys([MODEL, *backends.names])
        return {"object": "list", "data": [entry(name) for name in names]}

    # A backend's name may hold a slash: huggingface:org/model.
    @router.get("/models/{name:path}", summary="Look a model up", response_model=Model)
    async def retrieve_model(name: str) -> dict[str, Any]:
        """Look a model up. Its name may hold slashes."""
        backends.chosen(name, None)
        return entry(name)

    return router
