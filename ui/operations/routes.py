"""`/readyz` and `/metrics`."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.operations.exchange import Exchange
from ui.operations.exposition import CONTENT_TYPE, exposition
from ui.operations.metrics import Metrics
from ui.operations.readiness import Readiness

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.access.places import Places

_FRESH = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Probes:
    """What the two routes tell."""

    metrics: Metrics
    exchange: Exchange
    check: Callable[[], Readiness]
    places: "Places | None" = None

    async def readyz(self, request: Request) -> Response:  # noqa: ARG002
        """Tell whether the server can answer: 200, or 503."""
        found = await run_in_threadpool(self.check)
        return JSONResponse(found.to_json(), 200 if found.is_ready else 503, _FRESH)

    async def tell(self, request: Request) -> Response:  # noqa: ARG002
        """Tell the numbers of all workers."""
        self.look_around()
        samples = await run_in_threadpool(self.exchange.samples)
        return Response(exposition(samples), 200, _FRESH, CONTENT_TYPE)

    def look_around(self) -> None:
        """Set the gauges that nobody counts as it happens."""
        self.metrics.set("citewise_workers", 1)
        self.metrics.set("citewise_memory_bytes", _memory_bytes())
        if self.places:
            self.metrics.set("citewise_requests_running", self.places.n_running)
            self.metrics.set("citewise_requests_waiting", self.places.n_waiting)


def add_probes(app: "FastAPI", probes: Probes) -> None:
    """Add the routes to `app`. Add them before the chat, which takes every path that is left."""
    app.router.routes.append(Route("/readyz", probes.readyz))
    app.router.routes.append(Route("/metrics", probes.tell))


def _memory_bytes() -> int:
    """Return the resident memory of this process; its highest where only that can be known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
            import os

            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1_024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
