"""`/search`: ranked papers and passages, by GET and by POST."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from ui.api.failures import ApiError, Failure
from ui.api.openapi import IDEMPOTENCY_KEY
from ui.api.requests import MAX_TOP_K, Filters, Text, where_of
from ui.api.schemas import SearchResults
from ui.api.working import Threads, in_thread
from ui.hits import hit_to_json

if TYPE_CHECKING:
    from ui.api.backends import Backends
    from vectorstore import SearchFilter

_Query = Annotated[Text, Field(min_length=1, description="what to look for")]
_TopK = Annotated[int | None, Field(ge=1, le=MAX_TOP_K, description="how many papers")]
_Diversity = Annotated[
    float,
    Field(ge=0, le=1, description="above 0, papers that say what better ones said come later"),
]


class SearchRequest(BaseModel):
    """A search, as the body of a POST."""

    model_config = ConfigDict(extra="forbid")

    query: _Query
    top_k: _TopK = None
    diversity: _Diversity = 0.0
    filters: Filters | None = Field(default=None, description="Which papers may be found.")


class SearchParameters(Filters):
    """A search, as the query of a GET; each filter is a parameter, lists repeat theirs."""

    query: _Query
    top_k: _TopK = None
    diversity: _Diversity = 0.0


def search_router(backends: "Backends", threads: Threads) -> APIRouter:
    """Return the routes `GET /search` and `POST /search`."""
    router = APIRouter(tags=["papers"])
    responses: dict[int | str, dict[str, Any]] = {200: {"model": SearchResults}}

    def found(query: str, top_k: int | None, diversity: float, where: "SearchFilter | None") -> Any:
        assistant = backends.own
        _check(query, max_chars=assistant.options.max_question_chars)
        n_papers = top_k or assistant.options.top_k
        hits = assistant.library.search(query, top_k=n_papers, where=where, diversity=diversity)
        return {"object": "list", "query": query, "results": [hit_to_json(hit) for hit in hits]}

    @router.get("/search", summary="Search papers", responses=responses)
    async def search(asked: Annotated[SearchParameters, Query()]) -> JSONResponse:
        """Rank papers for a query, by meaning and by words."""
        work = (found, asked.query, asked.top_k, asked.diversity, where_of(asked))
        return JSONResponse(await in_thread(threads.computing, *work))

    @router.post(
        "/search",
        summary="Search papers",
        responses=responses,
        openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
    )
    async def search_by_body(asked: SearchRequest) -> JSONResponse:
        """Rank papers for a query, by meaning and by words."""
        work = (found, asked.query, asked.top_k, asked.diversity, where_of(asked.filters))
        return JSONResponse(await in_thread(threads.computing, *work))

    return router


def _check(query: str, *, max_chars: int) -> None:
    if not query.strip():
        message = "query: It is empty. Name what to look for."
        raise ApiError(400, Failure(message, param="query", code="invalid_query"))
    if len(query) > max_chars:
        message = f"query: It has {len(query):,} characters; at most {max_chars:,} are searched."
        raise ApiError(400, Failure(message, param="query", code="invalid_query"))
