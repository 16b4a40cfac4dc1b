"""The audit log: who did what, one line of JSON a request."""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access.keys import without_keys
from ui.access.visit import Visit, visit_of

_OWNER_ONLY = 0o600
_MAX_QUESTION_BYTES = 64 * 1024
_MAX_QUESTION_CHARS = 4_000
_ASKING = frozenset({"/v1/chat/completions", "/widget/v1/chat/completions", "/v1/related-work"})


class AuditLog:
    """Appends to a file that its owner alone can read; `-` stands for standard error.

    A line is written at once, so that several processes can share the file, and a file that was
    moved away (logrotate) is made anew.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; raises OSError, which names it."""
        self._path = path
        self._lock = threading.Lock()
        self._file = -1
        if str(path) != "-":
            self._open()

    def write(self, entry: dict[str, Any]) -> None:
        """Append an entry."""
        line = f"{json.dumps(entry, ensure_ascii=True)}\n"
        if self._file < 0:
            sys.stderr.write(line)
            return
        with self._lock:
            if self._has_moved():
                os.close(self._file)
                self._open()
            os.write(self._file, line.encode())

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self) -> None:
        self._file = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, _OWNER_ONLY)

    def _has_moved(self) -> bool:
        try:
            found, opened = self._path.stat(), os.fstat(self._file)
        except FileNotFoundError:
            return True
        return (found.st_ino, found.st_dev) != (opened.st_ino, opened.st_dev)


class Audited:
    """ASGI middleware that gives each request its id, and the log what became of it.

    The id is the client's where it is a sane one. Neither the address's query nor, unless asked
    for, what was asked is written: questions can be as private as anything. Probes and the page's
    own files leave no line, unless they were refused.
    """

    def __init__(
        self, app: ASGIApp, log: AuditLog | None = None, *, with_questions: bool = False
    ) -> None:
        self._app = app
        self._log = log
        self._with_questions = with_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = visit_of(scope)
        named = {**scope, "headers": _with_id(scope["headers"], visit.request_id)}
        start, seen = time.perf_counter(), _Seen()
        if self._with_questions and visit.route.name in _ASKING:
            receive = seen.question_in(receive)
        try:
            await self._app(named, receive, seen.answer_to(send, visit.request_id))
        finally:
            if self._log and (visit.refused or not visit.route.is_quiet):
                self._log.write(_entry(scope, visit, seen, time.perf_counter() - start))


class _Seen:
    """What went by of one request."""

    def __init__(self) -> None:
        self.status = 0  # 0: the client was gone before an answer
        self.n_bytes = 0
        self.body = bytearray()

    def question_in(self, receive: Receive) -> Receive:
        async def receive_seen() -> Message:
            message = await receive()
            room = _MAX_QUESTION_BYTES - len(self.body)
            self.body += message.get("body", b"")[:room]
            return message

        return receive_seen

    def answer_to(self, send: Send, request_id: str) -> Send:
        async def send_seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                message = {**message, "headers": _with_id(message.get("headers", ()), request_id)}
            self.n_bytes += len(message.get("body", b""))
            await send(message)

        return send_seen


def _entry(scope: Scope, visit: Visit, seen: _Seen, seconds: float) -> dict[str, Any]:
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": visit.request_id,
        "address": visit.address,
        "key": visit.key_id or None,
        "user": visit.user or None,
        "method": scope["method"],
        "route": visit.route.name,
        "status": seen.status or None,
        "refused": visit.refused or None,
        "ms": round(seconds * 1_000, 1),
        "bytes": seen.n_bytes,
    }
    if seen.body:
        entry["question"] = _question(bytes(seen.body))
    return entry


def _question(body: bytes) -> str | None:
    """Return the last thing a person said, or a section's topic; None where it cannot be read."""
    try:
        asked = json.loads(body)
        said = asked.get("messages", [{"role": "user", "content": asked.get("topic")}])
        last = next(one["content"] for one in reversed(said) if one["role"] == "user")
    except (AttributeError, ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return None
    text = last if isinstance(last, str) else json.dumps(last)
    return without_keys(text[:_MAX_QUESTION_CHARS])


def _with_id(headers: Any, request_id: str) -> list[tuple[bytes, bytes]]:
    kept = [header for header in headers if header[0] != b"x-request-id"]
    return [*kept, (b"x-request-id", request_id.encode())]
