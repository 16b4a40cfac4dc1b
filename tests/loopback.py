"""Servers on this machine that answer as providers do, or fail as they do."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SSE, NDJSON, JSON = "text/event-stream", "application/x-ndjson", "application/json"


@dataclass
class Reply:
    """What a server sends. `dies` breaks the connection off; `hangs` keeps it, silent."""

    parts: Iterable[bytes] = ()
    kind: str = SSE
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    dies: bool = False
    hangs: bool = False


@dataclass
class Loopback:
    """A server's address, what it was asked, and whether a client hung up on it."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(*replies: Reply) -> Iterator[Loopback]:
    """Serve the replies in turn, the last one again and again."""
    loopback = Loopback()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            loopback.asked.append(json.loads(body) | {"_path": self.path})
            reply = replies[min(len(loopback.asked), len(replies)) - 1]
            with suppress(ConnectionError):
                self.send(reply)
            self.close_connection = True

        def send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            headers = {"Content-Type": reply.kind, "Connection": "close", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for part in reply.parts:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            except ConnectionError:
                loopback.hung_up.set()
                raise
            if reply.hangs:
                loopback.closing.wait(60)
            if not (reply.dies or reply.hangs):
                self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        loopback.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield loopback
        finally:
            loopback.closing.set()
            server.shutdown()
            thread.join(30)


def error(status: int, message: str = "slow down", **headers: str) -> Reply:
    """Return an error as OpenAI, Anthropic and Google phrase it."""
    body = {"error": {"message": message, "type": "error", "code": status}, "type": "error"}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply([json.dumps(body).encode()], JSON, status, names)


def openai_parts(
    *pieces: str, finish: str | None = "stop", usage: tuple[int, int] | None = (11, 3)
) -> Iterator[bytes]:
    """Yield the events of a streamed chat completion."""
    yield _event(_openai_chunk({"role": "assistant", "content": ""}))
    for piece in pieces:
        yield _event(_openai_chunk({"content": piece}))
    if finish:
        yield _event(_openai_chunk({}, finish))
    if usage:
        asked, written = usage
        total = {"prompt_tokens": asked, "completion_tokens": written}
        total["total_tokens"] = asked + written
        yield _event({**_openai_chunk({}), "choices": [], "usage": total})
    if finish:
        yield b"data: [DONE]\n\n"


def _openai_chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [choice]}


def ollama_parts(*pieces: str, done: bool = True, reason: str = "stop") -> Iterator[bytes]:
    """Yield the lines of `/api/chat`."""
    head = {"model": "m", "created_at": "2026-01-01T00:00:00Z"}
    for piece in pieces:
        yield _line({**head, "message": {"role": "assistant", "content": piece}, "done": False})
    if done:
        end = {"done": True, "done_reason": reason, "prompt_eval_count": 9, "eval_count": 4}
        yield _line({**head, "message": {"role": "assistant", "content": ""}, **end})


def anthropic_parts(*pieces: str, reason: str = "end_turn") -> Iterator[bytes]:
    """Yield the events of `/v1/messages`."""
    usage = {"input_tokens": 8, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
    yield _named("message_start", message=message)
    yield _named("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in pieces:
        yield _named("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield _named("content_block_stop", index=0)
    delta = {"stop_reason": reason, "stop_sequence": None}
    yield _named("message_delta", delta=delta, usage=usage | {"output_tokens": 5})
    yield _named("message_stop")


def google_parts(*pieces: str, reason: str = "STOP") -> Iterator[bytes]:
    """Yield the events of `:streamGenerateContent`."""
    for position, piece in enumerate(pieces, 1):
        content = {"role": "model", "parts": [{"text": piece}]}
        candidate: dict[str, Any] = {"content": content, "index": 0}
        if position == len(pieces):
            candidate["finishReason"] = reason
        usage = {"promptTokenCount": 6, "candidatesTokenCount": position}
        usage["totalTokenCount"] = 6 + position
        yield _event({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"})


def endless(make_parts: Callable[..., Iterator[bytes]]) -> Iterator[bytes]:
    """Yield the parts of a model that never ends."""
    while True:
        yield from make_parts("word ")


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _named(name: str, **value: Any) -> bytes:
    return b"event: " + name.encode() + b"\n" + _event({"type": name, **value})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
