"""An assistant that says what it is told to, and what asks the API for it."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answer import Answer, AnswerSentence, Citation, Turn
from assistant.events import Completed, Event, Retrieved, SentenceChecked, TextDelta, Understood
from ui.api import create_api
from ui.api.limits import ApiLimits
from ui.server import create_app
from vectorstore import Paper, SearchFilter, Span

LIMITS = ApiLimits()
URL = "/v1/chat/completions"
FAST = Paper("fast-1", "Fast [1] things", "It is fast. It is small.", url="https://a.example/fast")
SLOW = Paper("slow-2", "Slow things", "It is slow.", arxiv_id="2401.00001")
SENTENCES = (
    AnswerSentence("It is fast", (1,), "supported", 1.0),
    AnswerSentence("Another is slow and \\[9\\] is no marker", (2, 1), "supported", 1.0),
)
DELTAS = ("It is fast [1].", " Another is slow and \\[9\\] is no marker [2][1].")


class ScriptedAssistant:
    """Streams `events` (an exception among them is raised), and remembers how it was asked."""

    backend = "scripted:org/model"

    def __init__(self, *events: Event | Exception, backend: str = backend) -> None:
        self.backend = backend
        self.events = events or answer_events()
        self.asked: list[dict[str, Any]] = []
        self.closed = 0

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        where: SearchFilter | None = None,
        top_k: int | None = None,
    ) -> Iterator[Event]:
        self.asked.append(
            {"question": question, "history": history, "where": where, "top_k": top_k}
        )
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed += 1

    def ask(self, question: str, **bounds: Any) -> Answer:
        *_, last = self.stream(question, **bounds)
        return last.answer


def answer() -> Answer:
    return Answer(
        question="How fast?",
        standalone_question="How fast?",
        text="".join(DELTAS),
        abstained=False,
        backend=ScriptedAssistant.backend,
        sentences=SENTENCES,
        citations=(Citation(1, FAST, Span(0, 11)), Citation(2, SLOW, Span(0, 11))),
        nearest=(),
        timings_ms={"write": 1.0},
    )


def answer_events() -> tuple[Event, ...]:
    pairs = [(TextDelta(d), SentenceChecked(s)) for d, s in zip(DELTAS, SENTENCES, strict=True)]
    texts = [event for pair in pairs for event in pair]
    return (Understood("How fast?"), Retrieved(()), *texts, Completed(answer()))


def client_of(assistant: Any) -> TestClient:
    app = create_app(assistant, with_chat=False)
    return TestClient(app, raise_server_exceptions=False)


def api_client(
    assistant: Any,
    *,
    backends: Mapping[str, Any] | None = None,
    limits: ApiLimits = LIMITS,
) -> TestClient:
    """Return a client of the API alone, mounted where the server mounts it."""
    app = mounted(create_api(assistant, backends=backends, limits=limits))
    return TestClient(app, raise_server_exceptions=False)


def mounted(api: FastAPI) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.mount("/v1", api)
    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[tuple[str, int]]:
    """Serve an application on a free port of this machine; give the address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        yield server.servers[0].sockets[0].getsockname()
    finally:
        server.should_exit = True
        thread.join(30)


def sent(
    address: tuple[str, int], request: dict[str, Any], receive_bytes: int = 0, url: str = URL
) -> socket.socket:
    """Return a connection on which something was asked for and nothing was read."""
    connection = socket.socket()
    if receive_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    connection.settimeout(30)
    connection.connect(address)
    text = json.dumps(request)
    head = f"POST {url} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    connection.sendall(f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode())
    return connection


def body(*messages: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    spoken = messages or (("user", "How fast?"),)
    return {
        "model": "citewise",
        "messages": [{"role": role, "content": content} for role, content in spoken],
        **fields,
    }


def post(request: dict[str, Any], assistant: ScriptedAssistant | None = None) -> Any:
    return client_of(assistant or ScriptedAssistant()).post(URL, json=request)


def stream(request: dict[str, Any], assistant: ScriptedAssistant | None = None) -> list[Any]:
    """Return the events of a streamed response: JSON objects, and the string "[DONE]"."""
    return events_of(post({**request, "stream": True}, assistant))


def events_of(response: Any) -> list[Any]:
    """Return the events of a streamed response."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, rest = response.text.split("\n\n")
    assert rest == ""
    datas = [event.removeprefix("data: ") for event in events]
    return [data if data == "[DONE]" else json.loads(data) for data in datas]


def error_of(response: Any) -> dict[str, Any]:
    said = response.json()
    error = said["error"]
    if "x-request-id" in response.headers:  # the whole server's, where it is outside of /v1
        assert said["request_id"] == response.headers["x-request-id"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    assert error["type"]
    return error
