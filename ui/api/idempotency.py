"""`Idempotency-Key`: a request that is sent again gets the answer it got, without work."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.failures import ApiError, Failure
from ui.api.limits import ApiLimits
from ui.bodies import replaying, whole_body

HEADER = "Idempotency-Key"
REPLAYED = (b"idempotent-replayed", b"true")

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_STREAM_END = b"data: [DONE]\n\n"
_SHARE = 8  # one answer may take an eighth of the room; few come near it
_ENTRY_BYTES = 500  # of an answer beside its body


@dataclass(slots=True)
class Remembered:
    """A request by its body's digest, and its response once it is whole.

    `messages` are those of ASGI; None while the request is being answered.
    """

    digest: bytes
    messages: tuple[Message, ...] | None = None
    n_bytes: int = _ENTRY_BYTES
    expires: float = 0.0


class Memory:
    """Responses by whose request they answered; the oldest make room for new ones.

    For one event loop. What another process answered is not known here.
    """

    def __init__(self, limits: ApiLimits, now: Callable[[], float] = time.monotonic) -> None:
        self.max_bytes = limits.remembered_bytes
        self._seconds = limits.remembered_seconds
        self._now = now
        self._answering: dict[bytes, Remembered] = {}
        self._answered: OrderedDict[bytes, Remembered] = OrderedDict()
        self._n_bytes = 0

    def begin(self, name: bytes, digest: bytes) -> tuple[Message, ...] | None:
        """Return the response to the same request; None where it is the first, and now begins.

        Raises ApiError for another body under this name (422), and while the first request is
        still being answered (409).
        """
        self._forget_old()
        known = self._answered.get(name) or self._answering.get(name)
        if known is None:
            self._answering[name] = Remembered(digest)
            return None
        if known.digest != digest:
            message = f"{HEADER}: This key came with another request. Use a new one for each."
            raise ApiError(422, Failure(message, code="idempotency_key_reused"))
        if known.messages is None:
            message = f"{HEADER}: The request with this key is being answered. Ask again soon."
            headers = {"Retry-After": "1"}
            raise ApiError(409, Failure(message, code="request_in_progress"), headers)
        return known.messages

    def end(self, name: bytes, messages: tuple[Message, ...] | None) -> None:
        """Remember a response; None where the request, when it comes again, is answered anew."""
        entry = self._answering.pop(name)
        if messages is None:
            return
        entry.messages = messages
        entry.n_bytes += sum(len(message.get("body", b"")) for message in messages)
        entry.expires = self._now() + self._seconds
        self._answered[name] = entry
        self._n_bytes += entry.n_bytes
        self._forget_old()

    def _forget_old(self) -> None:
        now = self._now()
        while self._answered:
            oldest = next(iter(self._answered.values()))
            if oldest.expires > now and self._n_bytes <= self.max_bytes:
                return
            self._answered.popitem(last=False)
            self._n_bytes -= oldest.n_bytes


class IdempotentRequests:
    """ASGI middleware for POST requests that bear the header.

    Who asks is part of a key's name, so that nobody gets another one's answer by its key. Only
    whole answers are kept: what failed or was cut is tried again.
    """

    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self._app = app
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it from memory."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get(HEADER)
        if key is None or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if not _KEY.fullmatch(key):
            message = f"{HEADER}: 1 to 255 visible ASCII characters are a key. Got {key[:80]!r}."
            raise ApiError(400, Failure(message, code="invalid_idempotency_key"))
        body = await whole_body(receive)
        name = _digest(scope["path"], key, headers.get("authorization", ""), _address(scope))
        remembered = self._memory.begin(name, hashlib.sha256(body).digest())
        if remembered is not None:
            for again in remembered:
                await send(_copied(again))
            return
        recorder = _Recorder(send, self._memory.max_bytes // _SHARE)
        try:
            await self._app(scope, replaying(body, receive), recorder.send)
        finally:
            self._memory.end(name, recorder.response())


@dataclass(slots=True)
class _Recorder:
    """Sends a response on, and keeps it where it is whole, good and not too long."""

    _send: Send
    _max_bytes: int
    _head: Message = field(default_factory=dict)
    _body: bytearray = field(default_factory=bytearray)
    _is_whole: bool = False

    async def send(self, message: Message) -> None:
        kept = _copied(message)
        await self._send(message)
        if message["type"] == "http.response.start":
            self._head = kept
        elif len(self._body) <= self._max_bytes:
            self._body += message.get("body", b"")
            self._is_whole = not message.get("more_body", False)

    def response(self) -> tuple[Message, ...] | None:
        """Return the response as messages to send again; None where it is not to be kept."""
        if not self._is_whole or len(self._body) > self._max_bytes or self._head["status"] != 200:
            return None
        headers = [*self._head["headers"], REPLAYED]
        is_stream = Headers(raw=headers).get("content-type", "").startswith("text/event-stream")
        if is_stream and not self._body.endswith(_STREAM_END):
            return None
        return (
            {**self._head, "headers": headers},
            {"type": "http.response.body", "body": bytes(self._body), "more_body": False},
        )


def _copied(message: Message) -> Message:
    """Return a message whose headers others may change: middleware adds to the list itself."""
    return {name: list(value) if name == "headers" else value for name, value in message.items()}


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""
