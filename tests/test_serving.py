"""`citewise serve` as a process: ended in the middle of streams, killed, and overrun."""

import asyncio
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.loopback import Reply, openai_parts
from tests.loopback import serving as serving_model
from ui.access.rate import Rate
from ui.access.store import KEYS_NAME, KeyStore
from vectorstore import Encoder, Library

pytestmark = pytest.mark.slow

CITEWISE = "import sys; from ui.cli.main import main; sys.exit(main(sys.argv[1:]))"
ASK = "/v1/chat/completions"
SECONDS = 120.0
N_PAPERS = 3_000  # so many that `add` is still at work when it is killed
BOTH = pytest.mark.parametrize("n_workers", [1, 2], ids=["one process", "two workers"])


@pytest.fixture
def copied(library: Library, tmp_path: Path) -> Path:
    return shutil.copytree(library.path, tmp_path / "library")


@pytest.fixture
def many_papers(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n in range(N_PAPERS):
            abstract = f"Owls of valley {n} hunt voles. " * 4
            paper = {"id": f"owl-{n}", "title": f"Owls {n}", "abstract": abstract, "year": 2020}
            file.write(json.dumps(paper) + "\n")
    return path


@contextmanager
def citewise(*arguments: object, **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """Run a command for the `with` block."""
    command = [sys.executable, "-c", CITEWISE, *map(str, arguments)]
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def serving(
    library: Path, *options: object, **environment: str
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run `citewise serve` for the `with` block; give the process, and its address once it answers.

    What it says on standard error goes into a file beside the library.
    """
    said = library.with_name("serve.log")
    arguments = ("serve", "--port", 0, "--library", library, *options)
    variables = {**os.environ, **environment}
    with (
        said.open("w") as log,
        citewise(*arguments, stdout=subprocess.PIPE, stderr=log, env=variables) as process,
    ):
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, said.read_text()
        yield process, found[0]


def body(question: str = "What is Pando?", **fields: Any) -> dict[str, Any]:
    return {"model": "citewise", "messages": [{"role": "user", "content": question}], **fields}


def until(holds: Callable[[], Any]) -> None:
    """Return once something holds; the test's own time limit bounds it."""
    pause = threading.Event()
    while not holds():
        pause.wait(0.02)


def is_closed(url: str) -> bool:
    """Return whether nobody listens any more."""
    try:
        httpx.get(f"{url}/healthz", timeout=5)
    except httpx.TransportError:
        return True
    return False


# SIGTERM


@dataclass
class Model:
    """What a language model says: the first words at once, the others when it may.

    The first `n_stuck` answers get no further.
    """

    n_stuck: int
    go_on: threading.Event = field(default_factory=threading.Event)
    n_asked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __iter__(self) -> Iterator[bytes]:
        with self._lock:
            self.n_asked += 1
            is_stuck = self.n_asked <= self.n_stuck
        yield from openai_parts("Pando is a benchmark ", finish=None, usage=None)
        (threading.Event() if is_stuck else self.go_on).wait(SECONDS)
        yield from openai_parts("[1].")


def cut_streams(library: Path, n_workers: int, n_stuck: int) -> list[str]:
    """End a server by SIGTERM while it answers ten readers; return why some were cut."""
    model, begun = Model(n_stuck), list[str]()

    def last_event(url: str) -> str:
        with httpx.stream("POST", f"{url}{ASK}", json=body(stream=True), timeout=SECONDS) as answer:
            lines = answer.iter_lines()
            begun.append(next(lines))
            *_, last = (line for line in lines if line)
        return last.removeprefix("data: ")

    with serving_model(Reply(model)) as provider, ThreadPoolExecutor(10) as readers:
        behind = {"OPENAI_BASE_URL": f"{provider.address}/v1", "OPENAI_API_KEY": "none"}
        options = ("--llm", "openai:m", "--workers", n_workers)
        with serving(library, *options, **behind) as (server, url):
            streams = [readers.submit(last_event, url) for _ in range(10)]
            until(lambda: model.n_asked == 10 == len(begun) or any(s.done() for s in streams))
            assert [stream.result() for stream in streams if stream.done()] == []
            server.send_signal(signal.SIGTERM)
            until(lambda: is_closed(url))
            model.go_on.set()
            ends = [stream.result(SECONDS) for stream in streams]
            assert server.wait(60) == 0  # what docs/operations.md says to give it
    return [json.loads(end)["error"]["code"] for end in ends if end != "[DONE]"]


def test_ten_streams_end_whole_or_with_an_error_after_sigterm(
    library: Library, tmp_path: Path
) -> None:
    paths = [shutil.copytree(library.path, tmp_path / name / "library") for name in ("one", "two")]
    with ThreadPoolExecutor(2) as servers:  # at once: the first gives the stuck half a minute
        one_process, two_workers = servers.map(cut_streams, paths, (1, 2), (5, 0))
    assert one_process == ["shutting_down"] * 5
    assert two_workers == []


# kill -9


class Crowd:
    """Readers who ask one question after the other, as long as they are answered."""

    def __init__(self, url: str) -> None:
        self.n_answers = 0
        self._url = url
        self._threads = ThreadPoolExecutor(4)

    def __enter__(self) -> "Crowd":
        for _ in range(4):
            self._threads.submit(self._ask_on)
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()

    def _ask_on(self) -> None:
        with suppress(httpx.TransportError):
            while True:
                httpx.post(f"{self._url}{ASK}", json=body(), timeout=30).raise_for_status()
                self.n_answers += 1


def n_stored(path: Path) -> int:
    """Return how many papers are committed, as nobody but SQLite sees it."""
    with closing(sqlite3.connect(path / "catalogue.sqlite")) as connection:
        return int(connection.execute("SELECT count(*) FROM papers").fetchone()[0])


def assert_unharmed(path: Path, encoder: Encoder, n_papers: int) -> None:
    library = Library.open(path, encoder)
    status = library.status()
    assert (status.n_papers, status.indexes_current) == (n_papers, True)
    assert "Pando" in library.search("What is Pando?", top_k=1)[0].paper.title
    library.catalogue.close()


@BOTH
def test_papers_that_were_committed_outlive_an_add_and_then_a_server_that_are_killed(
    copied: Path, many_papers: Path, encoder: Encoder, n_workers: int
) -> None:
    before = n_stored(copied)
    with serving(copied, "--workers", n_workers) as (server, url):
        with citewise("add", many_papers, "--library", copied, stderr=subprocess.DEVNULL) as adding:
            until(lambda: n_stored(copied) > before or adding.poll() is not None)
            adding.kill()
            adding.wait()
        committed = n_stored(copied)
        assert before < committed < before + N_PAPERS
        found = httpx.get(f"{url}/v1/papers", params={"sort": "newest"}, timeout=30).json()
        assert found["total"] == committed
        answer = httpx.post(f"{url}{ASK}", json=body(), timeout=30)
        assert answer.status_code == 200
        with Crowd(url) as crowd:
            until(lambda: crowd.n_answers >= 20)
            server.kill()
            until(lambda: is_closed(url))  # workers end when their parent has gone
    assert_unharmed(copied, encoder, committed)
    library = Library.open(copied, encoder)
    last = library.search(f"owls {committed - before - 1}", top_k=50)
    assert f"owl-{committed - before - 1}" in {hit.paper.paper_id for hit in last}


# Overload


def memory_mb(process: "subprocess.Popen[str]") -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1_000


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_burst_is_answered_or_told_to_come_again_and_the_server_is_itself_afterwards(
    copied: Path,
) -> None:
    keys = KeyStore(copied / KEYS_NAME)
    _, patient = keys.create("patient", ["ask"], rate=Rate(100_000, 60))
    _, hasty = keys.create("hasty", ["ask"], rate=Rate(5, 60))

    async def ask(client: httpx.AsyncClient, key: str) -> httpx.Response:
        return await client.post(ASK, json=body(), headers={"Authorization": f"Bearer {key}"})

    async def burst(url: str) -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=url, timeout=SECONDS, limits=limits) as client:
            return await asyncio.gather(
                *(ask(client, key) for key in [patient] * 60 + [hasty] * 20)
            )

    with serving(copied, "--max-running", 2, "--max-waiting", 4) as (server, url):
        outcomes, memory = Counter[int](), []
        for _ in range(4):
            for response in asyncio.run(burst(url)):
                outcomes[response.status_code] += 1
                if response.status_code != 200:
                    assert int(response.headers["retry-after"]) >= 1
            memory.append(memory_mb(server))
            calm = httpx.post(
                f"{url}{ASK}", json=body(), headers={"Authorization": f"Bearer {patient}"}
            )
            assert calm.status_code == 200
    assert set(outcomes) == {200, 429, 503}
    assert memory[-1] < memory[0] + 50
