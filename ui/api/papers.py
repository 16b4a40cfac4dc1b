"""`/papers`: the list of papers, and one paper with its abstract."""

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from assistant.answer import paper_to_json
from ui.api.failures import ApiError, Failure
from ui.api.requests import Filters, where_of
from ui.api.schemas import PaperDetails, PaperPage
from ui.api.working import Threads, in_thread
from vectorstore.catalogue.ordering import Order, OrderedPapers

if TYPE_CHECKING:
    from ui.api.backends import Backends
    from vectorstore import Library, Paper
    from vectorstore.records import Origin

MAX_LIMIT = 100


class ListParameters(Filters):
    """Which papers to list; each filter is a parameter, lists repeat theirs."""

    sort: Order = Field(default="newest", description="what comes first")
    limit: int = Field(default=20, ge=1, le=MAX_LIMIT, description="how many papers")
    offset: int = Field(default=0, ge=0, le=10**9, description="how many to leave out before them")


class Papers:
    """The papers of the library of an assistant, as JSON."""

    def __init__(self, backends: "Backends") -> None:
        self._backends = backends

    @cached_property
    def _ordered(self) -> OrderedPapers:
        return OrderedPapers(self._library.catalogue)

    @property
    def _library(self) -> "Library":
        return self._backends.own.library

    def page(self, asked: ListParameters) -> dict[str, Any]:
        """Return a part of the list."""
        papers, total = self._ordered.page(
            asked.sort, where_of(asked), offset=asked.offset, limit=asked.limit
        )
        return {
            "object": "list",
            "data": [_listed(paper) for paper in papers],
            "total": total,
            "limit": asked.limit,
            "offset": asked.offset,
            "has_more": asked.offset + asked.limit < total,
        }

    def paper(self, paper_id: str) -> dict[str, Any]:
        """Return the paper that has the id, in this library or at its source.

        Raises ApiError (404) where there is none.
        """
        catalogue = self._library.catalogue
        known = catalogue.ids_meant_by([paper_id])
        record = next(iter(catalogue.records(known).values()), None)
        if record is None:
            message = f"There is no paper {paper_id[:200]!r}. Find ids with /v1/search."
            raise ApiError(404, Failure(message, param="paper_id", code="paper_not_found"))
        return {
            **_listed(record.paper),
            "abstract": record.paper.abstract,
            "arxiv_id": record.paper.arxiv_id,
            "doi": record.paper.doi,
            "language": record.language,
            "flags": list(record.flags),
            "origins": [_origin_to_json(origin) for origin in record.origins],
        }


def papers_router(backends: "Backends", threads: Threads) -> APIRouter:
    """Return the routes `GET /papers` and `GET /papers/{paper_id}`."""
    router = APIRouter(tags=["papers"])
    papers = Papers(backends)

    @router.get("/papers", summary="List papers", responses={200: {"model": PaperPage}})
    async def list_papers(asked: Annotated[ListParameters, Query()]) -> JSONResponse:
        """List the papers that meet all filters, a page at a time."""
        return JSONResponse(await in_thread(threads.computing, papers.page, asked))

    @router.get(
        "/papers/{paper_id:path}", summary="Read a paper", responses={200: {"model": PaperDetails}}
    )
    async def read_paper(paper_id: str) -> JSONResponse:
        """Read a paper with its abstract. The id may hold slashes, and be that of a source."""
        return JSONResponse(await in_thread(threads.computing, papers.paper, paper_id))

    return router


def _listed(paper: "Paper") -> dict[str, Any]:
    return {
        **paper_to_json(paper),
        "n_comments": paper.n_comments,
        "source": paper.source,
    }


def _origin_to_json(origin: "Origin") -> dict[str, str]:
    return {
        "source": origin.paper.source,
        "id": origin.paper.paper_id,
        "read_at": origin.read_at,
    }
