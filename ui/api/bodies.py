"""Bodies that are too long or too deep are refused before anything is made of them."""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.failures import ApiError, Failure
from ui.api.limits import ApiLimits
from ui.bodies import TooLongError, bounded_body, replaying

_WITH_BODY = ("POST", "PUT", "PATCH")
# Strings are passed over whole. None of it goes back, so that it takes one pass over any bytes.
_STRING_OR_BRACKET = re.compile(
    rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+(?:"|\Z)|(?P<opened>[\[{])|[\]}]', re.DOTALL
)


class BodyLimits:
    """ASGI middleware; what is behind it gets the whole body in one message.

    Raises ApiError: 413 for a body that is, or says that it is, too long; 400 for JSON that is too
    deep.
    """

    def __init__(self, app: ASGIApp, limits: ApiLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if it is small."""
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        try:
            body = await bounded_body(scope, receive, self._limits.max_body_bytes)
        except TooLongError:
            raise self._too_large() from None
        if nests_deeper(body, self._limits.max_json_depth):
            message = f"The JSON nests deeper than {self._limits.max_json_depth} levels."
            raise ApiError(400, Failure(message, code="json_too_deep"))
        await self._app(scope, replaying(body, receive), send)

    def _too_large(self) -> ApiError:
        message = (
            f"The body has more than {self._limits.max_body_bytes:,} bytes."
            " Send a shorter conversation."
        )
        # The rest is not read: the connection cannot be used again.
        headers = {"Connection": "close"}
        return ApiError(413, Failure(message, code="body_too_large"), headers)


def nests_deeper(body: bytes, max_depth: int) -> bool:
    """Return whether JSON has brackets in brackets in ... more than `max_depth` times.

    Of other bytes it says something or other, in time that grows with their number.
    """
    if body.count(b"[") + body.count(b"{") <= max_depth:
        return False
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(body):
        if found["opened"]:
            depth += 1
            if depth > max_depth:
                return True
        elif found[0] in (b"]", b"}"):
            depth -= 1
    return False
