"""What the page asks of the store by itself: the list, changes to it, downloads, feedback, links.

Each request names its owner in a header, which no form and no other site's script can send.
"""

import logging
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Query
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.conversations import (
    EXPORTERS,
    MAX_COMMENT_CHARS,
    ConversationError,
    ConversationStore,
    StoreUnavailableError,
    Summary,
    UnknownConversationError,
)
from ui.chat.history.visitor import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

_PAGE = 40
_MAX_QUERY_CHARS = 500
_UNAVAILABLE = "The conversations of this library cannot be reached now. The server's log says why."


def owner(x_citewise_owner: Annotated[str, Header()] = "") -> str:
    """Return who asks; a request that does not say is refused."""
    named = owner_of(x_citewise_owner)
    if not named:
        raise HTTPException(400, "This browser has no name here. Load the page again.")
    return named


Owner = Annotated[str, Depends(owner)]


class Renaming(BaseModel):
    """A new title; an empty one brings back the first question's."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(max_length=1_000)


class Rating(BaseModel):
    """What a reader thinks of an answer; no thumb takes it back."""

    model_config = ConfigDict(extra="forbid")
    thumb: Literal["up", "down"] | None
    comment: str = Field("", max_length=MAX_COMMENT_CHARS)


class HistoryRoutes:
    """The routes over one store."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def listed(
        self,
        owner: Owner,
        query: Annotated[str, Query(max_length=_MAX_QUERY_CHARS)] = "",
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        """Return conversations, the latest first, and whether there are more."""
        found = self._store.summaries(owner, query=query, limit=_PAGE + 1, offset=offset)
        return {
            "conversations": [_listed(summary) for summary in found[:_PAGE]],
            "more": len(found) > _PAGE,
        }

    def rename(self, conversation_id: str, renaming: Renaming, owner: Owner) -> dict[str, str]:
        """Give a conversation a title; return it as it is kept."""
        return {"title": self._store.rename(conversation_id, renaming.title, owner=owner)}

    def delete(self, conversation_id: str, owner: Owner) -> dict[str, bool]:
        """Forget a conversation."""
        self._store.delete(conversation_id, owner=owner)
        return {"deleted": True}

    def export(
        self, conversation_id: str, owner: Owner, form: Literal["markdown", "json"] = "markdown"
    ) -> PlainTextResponse:
        """Return a conversation as a file."""
        content = EXPORTERS[form](self._store.get(conversation_id, owner=owner))
        return PlainTextResponse(content)

    def rate(self, exchange_id: int, rating: Rating, owner: Owner) -> dict[str, bool]:
        """Keep what a reader thinks of an answer."""
        self._store.ratings.give(exchange_id, rating.thumb, rating.comment, owner=owner)
        return {"kept": True}

    def link(self, exchange_id: int, owner: Owner) -> dict[str, str]:
        """Return the token of the link to an answer."""
        return {"token": self._store.links.make(exchange_id, owner=owner)}

    def unlink(self, exchange_id: int, owner: Owner) -> dict[str, bool]:
        """Take the link to an answer back."""
        self._store.links.take_back(exchange_id, owner=owner)
        return {"revoked": True}


def add_history_routes(app: FastAPI, store: ConversationStore) -> None:
    """Add the routes to `app`, below /chat."""
    routes = HistoryRoutes(store)
    one, answer = "/chat/conversations/{conversation_id}", "/chat/exchanges/{exchange_id}"
    table: list[tuple[str, str, Callable[..., Any]]] = [
        ("GET", "/chat/conversations", routes.listed),
        ("PATCH", one, routes.rename),
        ("DELETE", one, routes.delete),
        ("GET", f"{one}/export", routes.export),
        ("PUT", f"{answer}/feedback", routes.rate),
        ("PUT", f"{answer}/link", routes.link),
        ("DELETE", f"{answer}/link", routes.unlink),
    ]
    for method, path, handler in table:
        app.add_api_route(path, handler, methods=[method], response_model=None)
    app.add_exception_handler(ConversationError, _tell)


async def _tell(_request: Any, error: Exception) -> JSONResponse:
    if isinstance(error, StoreUnavailableError):
        logger.error("The conversations cannot be reached", exc_info=error)
        return JSONResponse({"error": {"message": _UNAVAILABLE}}, 503)
    status = 404 if isinstance(error, UnknownConversationError) else 413
    return JSONResponse({"error": {"message": str(error)}}, status)


def _listed(summary: Summary) -> dict[str, Any]:
    return {
        "id": summary.conversation_id,
        "title": summary.title,
        "updated": summary.updated_at.isoformat(),
        "questions": summary.n_exchanges,
    }
