"""Bodies of requests: read whole, at most so much, and given again to what comes behind."""

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

_MAX_DIGITS = 20  # of a length: Python takes quadratic time to read a number


class TooLongError(Exception):
    """A body is, or says that it is, longer than it may be. The rest of it was not read."""


async def bounded_body(scope: Scope, receive: Receive, max_bytes: int) -> bytes:
    """Return the body of a request.

    Raises TooLongError, and ClientDisconnect where it ends too early.
    """
    said = Headers(scope=scope).get("content-length", "0")
    if said.isdecimal() and int(said[:_MAX_DIGITS]) > max_bytes:
        raise TooLongError
    return await whole_body(receive, max_bytes)


async def whole_body(receive: Receive, max_bytes: int | None = None) -> bytes:
    """Return all that comes; None is for a body of which somebody has seen to the size.

    Raises as `bounded_body` does.
    """
    body, is_more = bytearray(), True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if max_bytes is not None and len(body) > max_bytes:
            raise TooLongError
        is_more = message.get("more_body", False)
    return bytes(body)


def replaying(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body in one message, and then whatever `receive` gives."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
