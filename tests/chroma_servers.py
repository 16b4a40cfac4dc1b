"""A real Chroma server on this machine, that tests start, kill and start again."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_port

_PROGRAM = Path(sys.executable).with_name("chroma")
_START_SECONDS = 60.0


class RunningChroma:
    """`chroma run` over a directory, on a port that stays the same when it is started again."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; return when it answers."""
        arguments = ["run", "--path", self._directory, "--host", "127.0.0.1"]
        self._process = subprocess.Popen(
            [_PROGRAM, *arguments, "--port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "the Chroma server ended at once"
            assert time.monotonic() < end, "the Chroma server does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it without a warning, as a lost machine does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def lose_its_data(self) -> None:
        """End it, remove all that it stored, and start it again."""
        self.kill()
        shutil.rmtree(self._directory)
        self.start()

    def collections(self, prefix: str = "") -> list[str]:
        """Return the names of its collections that begin so."""
        found = self._ask("GET", "").json()
        return [each["name"] for each in found if each["name"].startswith(prefix)]

    def remove(self, collection: str) -> None:
        """Remove a collection behind everyone's back."""
        self._ask("DELETE", f"/{collection}").raise_for_status()

    def remove_rows(self, collection: str, rows: list[int]) -> None:
        """Remove rows of a collection behind everyone's back."""
        identifier = self._ask("GET", f"/{collection}").json()["id"]
        ids = [str(row) for row in rows]
        self._ask("POST", f"/{identifier}/delete", {"ids": ids}).raise_for_status()

    def overwrite(self, collection: str, rows: list[int], vector: list[float]) -> None:
        """Give rows of a collection another vector behind everyone's back."""
        identifier = self._ask("GET", f"/{collection}").json()["id"]
        body = {"ids": [str(row) for row in rows], "embeddings": [vector] * len(rows)}
        self._ask("POST", f"/{identifier}/upsert", body).raise_for_status()

    def _ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        address = f"{self.url}/api/v2/tenants/default_tenant/databases/default_database"
        return httpx.request(method, f"{address}/collections{path}", json=body, timeout=30)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=5).is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_chroma(directory: Path) -> Iterator[RunningChroma]:
    """Run a server for the `with` block."""
    server = RunningChroma(directory)
    try:
        server.start()
        yield server
    finally:
        server.kill()
