"""Readers of the chat at once: until the first words and the whole answer, and memory.

`python -m benchmarks.chat_readers --library DIR [--readers 20]` starts `citewise serve` over the
library (copied, since conversations are kept in it) and asks through Gradio's own queue, as a page
does. Everybody asks at the same moment; one warm round is not counted.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from benchmarks.tables import machine, number, table, today

QUESTIONS = (
    "Which methods explain what a language model does?",
    "How are retrieval systems evaluated?",
    "What is known about hallucination?",
    "Which papers study translation?",
    "How does fine-tuning change a model?",
)
_SECONDS_TO_ANSWER = 120
_WORDS = "prose"  # the class of an answer's text; the steps before it have none
_HEADER = (
    "readers",
    *("first words p50 ms", "p95", "whole answer p50 ms", "p95", "memory of the server MB"),
)


class Seconds(NamedTuple):
    """From asking until the first words, and until the answer was whole."""

    first_words: float
    whole: float


class Page:
    """What a browser knows of the page: which event asks, and with which values."""

    def __init__(self, url: str) -> None:
        self._url = url
        config = httpx.get(f"{url}/config", timeout=_SECONDS_TO_ANSWER).json()
        parts = {part["id"]: part for part in config["components"]}
        [composer] = [i for i, p in parts.items() if p["props"].get("elem_id") == "composer"]
        [event] = [e for e in config["dependencies"] if [composer, "submit"] in e["targets"]]
        self._event, self._composer = event["id"], composer
        self._place = event["inputs"].index(composer)
        self._values = [_value(parts[each]) for each in event["inputs"]]

    def ask(self, question: str) -> Seconds:
        """Ask as a reader of one's own."""
        session = uuid4().hex
        values = [*self._values]
        values[self._place] = question
        asked = {"data": values, "fn_index": self._event, "session_hash": session}
        began = time.perf_counter()
        with httpx.Client(
            base_url=f"{self._url}/gradio_api/queue", timeout=_SECONDS_TO_ANSWER
        ) as client:
            client.post("/join", json={**asked, "trigger_id": self._composer}).raise_for_status()
            first = 0.0
            for message in _messages(client, session):
                if not first and _has_words(message):
                    first = time.perf_counter() - began
                if message["msg"] == "process_completed":
                    if not message["success"]:
                        raise RuntimeError(f"The answer to {question!r} failed.")
                    whole = time.perf_counter() - began
                    return Seconds(first or whole, whole)  # an abstention comes as one
        raise RuntimeError(f"The stream of {question!r} ended early.")


def main() -> None:
    """Print a table with a row for each number of readers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--readers", type=int, nargs="+", default=[1, 5, 20])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory) / "library"
        shutil.copytree(arguments.library, library)
        began = time.perf_counter()
        with _serving(library) as (process, url):
            page = Page(url)
            up = time.perf_counter() - began
            _round(page, 1)
            rows = [_row(n, _round(page, n), _megabytes(process)) for n in arguments.readers]
    sys.stdout.write(f"{today()}, {machine()}; the page is there after {up:.1f} s\n\n")
    sys.stdout.write(table(_HEADER, rows) + "\n")


def _row(n_readers: int, seconds: Sequence[Seconds], megabytes: int) -> list[str]:
    first, whole = zip(*seconds, strict=True)
    return [str(n_readers), *_told(first), *_told(whole), number(megabytes)]


def _round(page: Page, n_readers: int) -> list[Seconds]:
    asked = [QUESTIONS[n % len(QUESTIONS)] for n in range(n_readers)]
    with ThreadPoolExecutor(n_readers) as readers:
        return list(readers.map(page.ask, asked))


@contextmanager
def _serving(library: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [
        sys.executable,
        "-m",
        "ui.cli.main",
        "serve",
        "--port",
        "0",
        "--library",
        str(library),
    ]
    with subprocess.Popen(  # noqa: S603 (our own command)
        command, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout  # noqa: S101 (a pipe)
            line = process.stdout.readline()
            yield process, line.split(" at ", 1)[1].split()[0]
        finally:
            process.terminate()


def _messages(client: httpx.Client, session: str) -> Iterator[dict[str, Any]]:
    with client.stream("GET", "/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                yield json.loads(line.removeprefix("data:"))


def _has_words(message: dict[str, Any]) -> bool:
    """Return whether an answer has begun to stand in the chat: its steps are told before."""
    return message["msg"] in {
        "process_generating",
        "process_completed",
    } and _WORDS in json.dumps(message["output"])


def _value(part: dict[str, Any]) -> Any:
    if part["type"] == "state":
        return None
    value = part["props"].get("value")
    return "" if value is None and part["type"] == "textbox" else value


def _told(seconds: Sequence[float]) -> list[str]:
    p95 = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return [number(1_000 * median(seconds)), number(1_000 * p95)]


def _megabytes(process: subprocess.Popen[str]) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1_024


if __name__ == "__main__":
    main()
