"""Requests, counted as they pass."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.visit import Visit, visit_of
from ui.operations.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measured:
    """ASGI middleware that counts requests and times them, by the few names of routes."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit, start = visit_of(scope), time.perf_counter()
        status, streams = 0, 0

        async def send_seen(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = _is_stream(message)
                self._metrics.add("citewise_streams_in_flight", streams)
            await send(message)

        try:
            await self._app(scope, receive, send_seen)
        finally:
            self._metrics.add("citewise_streams_in_flight", -streams)
            self._count(scope, visit, status, time.perf_counter() - start)

    def _count(self, scope: Scope, visit: Visit, status: int, seconds: float) -> None:
        route = visit.route.name
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.add(
            "citewise_http_requests_total", route=route, method=method, status=str(status or 499)
        )
        self._metrics.observe("citewise_http_request_seconds", seconds, route=route)
        if visit.refused:
            self._metrics.add("citewise_refused_total", reason=visit.refused)


def _is_stream(message: Message) -> int:
    headers = dict(message.get("headers", ()))
    return int(headers.get(b"content-type", b"").startswith(b"text/event-stream"))
