"""Answers under load, over loopback: `python -m benchmarks.load --library DIR`.

`citewise serve` answers a steady rate of questions about the library's own papers, extractively;
then four times that; then the first rate again. The questions are asked in turn, again and again:
with as many as papers, the sentences of each are encoded anew. The client runs on the same cores
and takes its share of them.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.errors import BenchmarkError
from benchmarks.load_client import Asker, Phase
from benchmarks.processes import OFFLINE, ROOT
from benchmarks.tables import machine, number, record, table, today

_PAGE = Path(__file__).with_name("README.md")
_START = "import sys; from ui.cli.main import main; sys.exit(main(sys.argv[1:]))"
_SECONDS_TO_START = 120.0
_WARM_UP_RATE, _WARM_UP_SECONDS = 10.0, 20.0
_PAPERS_A_REQUEST = 100
_FORMS = (
    "What does {title} propose?",
    "How is {title} evaluated?",
    "Which papers are about {title}?",
    "What is the result of {title}?",
)
_HEADER = ("phase", "asked/s", "answers/s", "p50 ms", "p95 ms", "outcomes", "server MB after")


def main() -> int:
    """Measure the phases and print one table."""
    arguments = _parser().parse_args()
    try:
        text = _run(arguments)
        sys.stdout.write(text + "\n")
        if arguments.record:
            record(_PAGE, "load", text)
    except BenchmarkError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    return 0


def load_table(phases: Sequence[tuple[str, Phase, float]]) -> str:
    """Return the phases as Markdown: each with its name and the server's memory after it."""
    rows = [
        [
            name,
            number(phase.rate),
            number(phase.answers_per_second),
            number(phase.latency_ms(50)),
            number(phase.latency_ms(95)),
            ", ".join(f"{n:,} × {what}" for what, n in sorted(phase.outcomes.items())),
            number(memory_mb),
        ]
        for name, phase, memory_mb in phases
    ]
    return table(_HEADER, rows)


def questions_about(titles: Sequence[str]) -> list[str]:
    """Return a question a title, of several forms in turn."""
    return [_FORMS[n % len(_FORMS)].format(title=title) for n, title in enumerate(titles)]


def _run(arguments: argparse.Namespace) -> str:
    library = arguments.work / "library"
    shutil.rmtree(arguments.work, ignore_errors=True)
    shutil.copytree(arguments.library, library)
    with _serving(library, shlex.split(arguments.serve_options)) as (address, process):
        titles, n_papers = _titles(address, arguments.key, arguments.questions)
        asker = Asker(address, questions_about(titles), arguments.key)
        phases = asyncio.run(_phases(asker, arguments, process.pid))
    about = (
        f"{n_papers:,} papers, {len(titles):,} questions; {machine()}, client included; {today()}."
    )
    return f"{about}\n\n{load_table(phases)}"


async def _phases(
    asker: Asker, arguments: argparse.Namespace, pid: int
) -> list[tuple[str, Phase, float]]:
    rate, seconds = arguments.rate, arguments.seconds
    warm_up = min(_WARM_UP_SECONDS, arguments.questions / _WARM_UP_RATE)
    await asker.phase(_WARM_UP_RATE, warm_up)
    found = []
    for name, factor, length in (
        ("sustained", 1, seconds),
        (f"{arguments.factor} times that", arguments.factor, seconds / 2),
        ("afterwards", 1, seconds / 2),
    ):
        phase = await asker.phase(rate * factor, length)
        found.append((name, phase, _memory_mb(pid)))
    await asker.close()
    return found


@contextlib.contextmanager
def _serving(
    library: Path, options: Sequence[str]
) -> Iterator[tuple[tuple[str, int], "subprocess.Popen[bytes]"]]:
    """Run `citewise serve` over a library; give its address and process once it answers."""
    address = ("127.0.0.1", _free_port())
    log = library.with_name("serve.log")
    command = [sys.executable, "-c", _START, "serve", "--library", str(library)]
    command += ["--port", str(address[1]), *options]
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            command, cwd=ROOT, env={**os.environ, **OFFLINE}, stdout=written, stderr=written
        )
        try:
            _wait_for(address, process, log)
            yield address, process
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(address: tuple[str, int], process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(address, 1):
            return
        time.sleep(0.1)
    raise BenchmarkError(f"citewise serve did not start:\n{log.read_text()[-3_000:]}")


def _titles(address: tuple[str, int], key: str, n_titles: int) -> tuple[list[str], int]:
    """Return titles of the library's papers, at most so many, and how many papers there are."""
    titles: list[str] = []
    while True:
        page = _get(address, "/v1/papers", key, limit=_PAPERS_A_REQUEST, offset=len(titles))
        titles += [paper["title"] for paper in page["data"]]
        if not page["has_more"] or len(titles) >= n_titles:
            return titles[:n_titles], page["total"]


def _get(address: tuple[str, int], path: str, key: str, **parameters: int) -> Any:
    url = f"http://{address[0]}:{address[1]}{path}?{urlencode(parameters)}"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        return json.load(response)


def _memory_mb(pid: int) -> float:
    """Return what a process holds now, in MB of 10^6 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    line = next(line for line in lines if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=__doc__)
    parser.add_argument("--library", type=Path, required=True, help="library; it is copied")
    parser.add_argument("--rate", type=float, default=40.0, help="questions a second (40)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the first phase (60)")
    parser.add_argument("--factor", type=int, default=4, help="of the overload (4)")
    parser.add_argument("--questions", type=int, default=200, help="different ones (200)")
    parser.add_argument("--key", default="", help="API key, where the server asks for one")
    parser.add_argument("--serve-options", default="", help="more options of citewise serve")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench" / "load", help="directory")
    parser.add_argument("--record", action="store_true", help="write the table into README.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
