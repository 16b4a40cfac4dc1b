"""Runs one measured step in a process of its own, so that its memory and start are its own."""

import importlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.measuring import peak_memory_mb

ROOT = Path(__file__).parents[1]

# No system may wait for an answer from outside, nor tell its maker that it was used.
OFFLINE = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime, which txtai imports, reports from C++
    "TRANSFORMERS_OFFLINE": "1",
}
_STARTED = "BENCHMARK_STARTED"
_LOOPBACK = ("127.", "::1", "localhost")
_attempts: list[str] = []


def run_step(function: str, **arguments: Any) -> dict[str, Any]:
    """Call `module:function` in a fresh process and return what it returns.

    Arguments and result are JSON. Added to the result: `peak_mb`, the most memory of that process,
    and `network`, the addresses it tried to reach, in vain.
    Raises BenchmarkError with the end of its output when it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.processes", function, str(result)]
        ended = subprocess.run(  # noqa: S603 (our own module)
            command,
            cwd=ROOT,
            env={**os.environ, **OFFLINE, _STARTED: str(time.monotonic())},
            input=json.dumps(arguments, default=str),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if ended.returncode or not result.is_file():
            raise BenchmarkError(
                f"{function} failed with exit code {ended.returncode}:\n{ended.stdout[-3_000:]}"
            )
        returned: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return returned


def seconds_since_start() -> float:
    """Return how long ago the parent started this process."""
    return time.monotonic() - float(os.environ[_STARTED])


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse, as an audit hook, to look up or reach any other machine from Python."""
    if event == "socket.connect":
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = str(arguments[0])
    else:
        return
    if not host.startswith(_LOOPBACK):
        _attempts.append(host)
        raise OSError(f"A benchmark is offline; {host} was asked for.")


def main(function: str, result: Path) -> None:
    """Call the function with the JSON of standard input and write its result."""
    sys.addaudithook(_refuse_network)
    logging.disable(logging.INFO)
    module, _, name = function.partition(":")
    returned = getattr(importlib.import_module(module), name)(**json.load(sys.stdin))
    measured = {"peak_mb": peak_memory_mb(), "network": sorted(set(_attempts))}
    result.write_text(json.dumps({**returned, **measured}), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
