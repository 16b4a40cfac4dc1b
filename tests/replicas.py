"""Several `citewise serve` behind a real nginx: what they share is chosen in one place."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.loopback import Loopback, Reply, openai_parts, serving
from tests.nginx import Proxy, proxying
from tests.ports import free_port
from ui.access.rate import Rate
from ui.access.store import KEYS_NAME, KeyStore
from vectorstore.database import parse_address

ROOT = Path(__file__).parents[1]
CITEWISE = "import sys; from ui.cli.main import main; sys.exit(main(sys.argv[1:]))"
USER, PASSWORD = "ada", "correct horse"
SLOW = "openai:m"
_SECONDS_BETWEEN_WORDS = 0.2  # the chat shows words that come at once with those after them
_SECONDS_TO_START = 150.0
_SECONDS_TO_END = 60.0  # what docs/operations.md says to give it


@dataclass(frozen=True, slots=True)
class Sharing:
    """What replicas have in common. `options` are those of every command for the replica `n`."""

    options: Callable[[int], Sequence[object]]
    keys: Callable[[], KeyStore]


def one_directory(library: Path) -> Sharing:
    """Return that all replicas of one machine use one library."""
    return Sharing(
        options=lambda _: ("--library", library), keys=lambda: KeyStore(library / KEYS_NAME)
    )


def in_one_database(address: str, directory: Path) -> Sharing:
    """Return that replicas of several machines share a database, each with its own directory."""
    return Sharing(
        options=lambda n: ("--library", directory / f"library-{n}", "--database-url", address),
        keys=lambda: KeyStore(parse_address(address)),
    )


def on_a_copy(library: Path, directory: Path) -> Sharing:
    """Return that all replicas of one machine use a copy of a library."""
    return one_directory(shutil.copytree(library, directory / "library"))


class PatientModel:
    """A language model that says its first words at once, and the others when it may go on.

    `environment` lets a server ask it as `SLOW`.
    """

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.loopback = Loopback()

    def __iter__(self) -> Iterator[bytes]:
        yield from openai_parts("Pando is a benchmark ", finish=None, usage=None)
        self.go_on.wait(_SECONDS_BETWEEN_WORDS)
        yield from openai_parts("of models ", finish=None, usage=None)
        self.go_on.wait(_SECONDS_TO_START)
        yield from openai_parts("[1].")

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of a server that may ask it."""
        return {"OPENAI_BASE_URL": f"{self.loopback.address}/v1", "OPENAI_API_KEY": "none"}


@contextmanager
def patient_model() -> Iterator[PatientModel]:
    """Serve a language model on this machine for the `with` block."""
    model = PatientModel()
    with serving(Reply(model)) as model.loopback:
        yield model


@dataclass
class Replica:
    """One server process on a port that stays its own, however often it is started."""

    command: list[str]
    log: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        """Return its own address, past nginx."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, unless it runs; return once it answers."""
        if self.process and self.process.poll() is None:
            return
        self.stop()
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*self.command, "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._wait(self.process)

    def kill(self) -> None:
        """End it as a loss of power would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        self._end(signal.SIGTERM)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, and do not wait for the end."""
        assert self.process is not None
        self.process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with self.process as process:
            process.send_signal(number)
            try:
                process.wait(_SECONDS_TO_END)
            finally:
                process.kill()
        self.process = None

    def _wait(self, process: "subprocess.Popen[str]") -> None:
        too_late = threading.Timer(_SECONDS_TO_START, process.kill)
        too_late.start()
        line = process.stdout.readline() if process.stdout else ""
        too_late.cancel()
        assert re.search(r"http://\S+", line), self.log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Replicated:
    """Replicas and the nginx before them. `key` asks as often as it likes."""

    replicas: tuple[Replica, ...]
    proxy: Proxy
    sharing: Sharing
    key: str

    @property
    def url(self) -> str:
        """Return the address that clients know."""
        return self.proxy.url

    @property
    def headers(self) -> dict[str, str]:
        """Return the header of `key`."""
        return {"Authorization": f"Bearer {self.key}"}

    def at(self, port: int) -> Replica:
        """Return the replica on a port."""
        return next(replica for replica in self.replicas if replica.port == port)

    def beside(self, replica: Replica) -> Replica:
        """Return another one."""
        return next(other for other in self.replicas if other is not replica)

    def start(self) -> None:
        """Start those that do not run; return once nginx leads readers to each of them.

        One that was gone it may pass over for some seconds more, and then takes readers from where
        they are.
        """
        start_all(self.replicas)
        unseen = {replica.port for replica in self.replicas}
        while unseen:
            name = uuid4().hex
            cookie = f"citewise_reader={name}"
            httpx.get(f"{self.url}/readyz", headers={"Cookie": cookie, "X-Request-Id": name})
            unseen.difference_update(self.proxy.tried(request_id=name, at_least=1))


def start_all(replicas: Sequence[Replica]) -> None:
    """Start replicas at once: each takes seconds to load its encoder."""
    with ThreadPoolExecutor(len(replicas)) as pool:
        for started in [pool.submit(replica.start) for replica in replicas]:
            started.result()


@contextmanager
def replicated(
    sharing: Sharing, directory: Path, *options: object, n: int = 2, **environment: str
) -> Iterator[Replicated]:
    """Run `n` servers with these options behind nginx for the `with` block."""
    logins = directory / "logins"
    logins.write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    logins.chmod(0o600)
    _, key = sharing.keys().create("tests", ["ask", "search"], rate=Rate(1_000_000, 60))
    behind = ("--trusted-proxy", "127.0.0.1", "--auth-file", logins, *options)
    made = [_replica(n, sharing, behind, directory, environment) for n in range(n)]
    try:
        start_all(made)
        ports = [replica.port for replica in made]
        with proxying("nginx-replicas.conf", ports, directory / "nginx") as proxy:
            yield Replicated(tuple(made), proxy, sharing, key)
    finally:
        for replica in made:
            replica.kill()


def _replica(
    n: int, sharing: Sharing, options: Sequence[object], directory: Path, environment: Any
) -> Replica:
    words = ("serve", *sharing.options(n), *options)
    command = [sys.executable, "-c", CITEWISE, *map(str, words)]
    return Replica(command, directory / f"replica-{n}.log", {**os.environ, **environment})
