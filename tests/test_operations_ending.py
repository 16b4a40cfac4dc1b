"""How a server ends: streams are finished or told that they were cut, workers are looked after."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.access_servers import ASK

ROOT = Path(__file__).parents[1]

# A server whose streams say "word" until `steps` of them were said, one every 20 ms.
SERVER = """
import asyncio, sys, threading
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from ui.access.installing import Access, install_access
from ui.access.settings import AccessSettings
from ui.access.store import KEYS_NAME
from ui.operations.draining import Drain
from ui.operations.installing import Operations
from ui.operations.server import GracefulServer
from pathlib import Path

steps, seconds, library = int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
app = FastAPI()

async def words():
    for _ in range(steps):
        yield 'data: {"word": 1}\\n\\n'
        await asyncio.sleep(0.02)
    yield "data: [DONE]\\n\\n"

async def answer():
    return StreamingResponse(words(), media_type="text/event-stream")

async def work():
    print("working", flush=True)
    await asyncio.sleep(600)

app.add_api_route("/v1/chat/completions", answer, methods=["POST"])
app.add_api_route("/v1/search", work)
app.add_api_route("/gradio_api/heartbeat/{n}", answer)
operations = Operations.of()
install_access(app, Access.of(library / KEYS_NAME, AccessSettings()), operations.around())
config = uvicorn.Config(app, port=0, log_level="critical", ws="none", proxy_headers=False)
server = GracefulServer(
    config, operations.drain, finish_seconds=seconds,
    started=lambda: print(server.servers[0].sockets[0].getsockname()[1], flush=True),
)
server.run()
"""

WORKERS = """
import os, signal, socket, sys, time
from pathlib import Path
from ui.operations.workers import run_workers

place, mode = Path(sys.argv[1]), sys.argv[2]

def prepare():
    (place / "prepared").write_text(str(os.getpid()))
    if mode == "unprepared":
        raise SystemExit(3)

def work(worker):
    assert (place / "prepared").exists()
    assert worker.n_workers == 2
    if mode == "short":
        raise RuntimeError("always")
    (place / f"{worker.index}-{os.getpid()}").touch()
    def leave(*_):
        (place / f"left-{worker.index}").touch()
        raise SystemExit(0)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        signal.pause()

sys.exit(run_workers(2, work, prepare=prepare, end_seconds=0.5))
"""


@contextmanager
def started(script: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def asked() -> Iterator[Callable[..., http.client.HTTPResponse]]:
    """Return what sends a request and returns the response as soon as it begins."""
    connections: list[http.client.HTTPConnection] = []
    responses: list[http.client.HTTPResponse] = []

    def ask(port: int, path: str = ASK, method: str = "POST") -> http.client.HTTPResponse:
        connections.append(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
        connections[-1].request(method, path)
        responses.append(connections[-1].getresponse())
        return responses[-1]

    yield ask
    for opened in (*responses, *connections):
        opened.close()


def last_event(response: http.client.HTTPResponse) -> str:
    return response.read().decode().strip().split("\n\n")[-1]


def test_ten_streams_are_finished_after_sigterm(tmp_path: Path, asked: Any) -> None:
    with started(SERVER, 50, 60, tmp_path) as server:
        port = int(server.stdout.readline())
        streams = [asked(port) for _ in range(10)]
        server.send_signal(signal.SIGTERM)
        assert {last_event(stream) for stream in streams} == {"data: [DONE]"}
        _, err = server.communicate(timeout=60)
    assert (server.returncode, err) == (0, "")


def test_streams_that_take_too_long_end_with_an_error_event(tmp_path: Path, asked: Any) -> None:
    with started(SERVER, 10_000_000, 0.3, tmp_path) as server:
        port = int(server.stdout.readline())
        streams = [asked(port) for _ in range(10)]
        server.send_signal(signal.SIGTERM)
        for stream in streams:
            event = json.loads(last_event(stream).removeprefix("data: "))
            assert event["error"]["code"] == "shutting_down"
        _, err = server.communicate(timeout=60)
    assert (server.returncode, err) == (0, "")


def test_work_without_a_stream_is_refused_when_time_is_up(tmp_path: Path, asked: Any) -> None:
    statuses: list[int] = []
    with started(SERVER, 1, 0.3, tmp_path) as server:
        port = int(server.stdout.readline())
        thread = Thread(target=lambda: statuses.append(asked(port, "/v1/search", "GET").status))
        thread.start()
        assert server.stdout.readline() == "working\n"
        server.send_signal(signal.SIGTERM)
        thread.join(60)
        server.communicate(timeout=60)
    assert statuses == [503]


def test_a_page_that_only_listens_is_not_waited_for(tmp_path: Path, asked: Any) -> None:
    with started(SERVER, 10_000_000, 600, tmp_path) as server:
        port = int(server.stdout.readline())
        page = asked(port, "/gradio_api/heartbeat/1", "GET")
        server.send_signal(signal.SIGTERM)
        assert "error" not in last_event(page)
        server.communicate(timeout=60)
    assert server.returncode == 0


def test_ctrl_c_waits_for_nobody(tmp_path: Path, asked: Any) -> None:
    with started(SERVER, 10_000_000, 600, tmp_path) as server:
        port = int(server.stdout.readline())
        stream = asked(port)
        server.send_signal(signal.SIGINT)
        assert "shutting_down" in last_event(stream)
        server.communicate(timeout=60)


# Workers


def until(holds: Callable[[], Any]) -> Any:
    """Return what holds once it does; the test's own time limit bounds it."""
    while not (found := holds()):
        time.sleep(0.01)
    return found


def workers(place: Path) -> dict[int, set[int]]:
    """Return the processes that each worker has had."""
    found: dict[int, set[int]] = {}
    for file in place.glob("[0-9]-*"):
        index, process = map(int, file.name.split("-"))
        found.setdefault(index, set()).add(process)
    return found


def test_workers_start_after_the_preparation_and_end_with_their_parent(tmp_path: Path) -> None:
    with started(WORKERS, tmp_path, "well") as parent:
        until(lambda: len(workers(tmp_path)) == 2)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0
    assert (tmp_path / "left-0").exists()
    assert (tmp_path / "left-1").exists()


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    with started(WORKERS, tmp_path, "well") as parent:
        until(lambda: len(workers(tmp_path)) == 2)
        (process,) = workers(tmp_path)[0]
        os.kill(process, signal.SIGKILL)
        until(lambda: len(workers(tmp_path)[0]) == 2)
        assert len(workers(tmp_path)[1]) == 1
        parent.send_signal(signal.SIGINT)
        assert parent.wait(60) == 0


def test_workers_that_die_at_once_are_given_up(tmp_path: Path) -> None:
    with started(WORKERS, tmp_path, "short") as parent:
        _, err = parent.communicate(timeout=120)
    assert parent.returncode == 1
    assert "giving up" in err


def test_without_its_preparation_no_worker_starts(tmp_path: Path) -> None:
    with started(WORKERS, tmp_path, "unprepared") as parent:
        assert parent.wait(60) == 3
    assert workers(tmp_path) == {}


def test_a_worker_that_does_not_end_is_ended(tmp_path: Path) -> None:
    with started(WORKERS, tmp_path, "stubborn") as parent:
        until(lambda: len(workers(tmp_path)) == 2)
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(60) == 0


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_logs_have_one_form_and_hold_no_key(log_format: str) -> None:
    code = (
        "import logging\n"
        "from ui.access.keys import new_token\n"
        "from ui.operations.logs import configure_logs\n"
        f"configure_logs({log_format!r})\n"
        "token = new_token()\n"
        "try:\n    raise ValueError(token)\n"
        "except ValueError:\n    logging.getLogger('x').exception('used %s', token)\n"
        "print(token)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    token = done.stdout.strip()
    assert token[14:] not in done.stderr
    assert token[:13] in done.stderr
    if log_format == "json":
        entry = json.loads(done.stderr)
        assert (entry["level"], entry["logger"]) == ("error", "x")
        assert "ValueError" in entry["exception"]
    else:
        assert done.stderr.startswith("citewise: used")
