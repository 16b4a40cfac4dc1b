"""Questions over loopback at a steady rate, by a client that leaves the cores to the server."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measuring import percentile

TIMEOUT = "timeout"
CUT = "cut"
UNSENT = "not sent"  # too many were under way

_MAX_UNDER_WAY = 4_000
_SECONDS_PER_ANSWER = 30.0


@dataclass
class Phase:
    """What came of the questions of one phase. `seconds` are from when one was due to its answer.

    A client that waits for an answer before it asks again would hide how long others wait.
    """

    rate: float
    asked: int = 0
    duration: float = 0.0
    seconds: list[float] = field(default_factory=list)  # of answers alone
    outcomes: Counter[str] = field(default_factory=Counter)  # by status, or what went wrong

    @property
    def answers_per_second(self) -> float:
        """Return how many questions were answered in a second."""
        return len(self.seconds) / self.duration if self.duration else 0.0

    def latency_ms(self, percent: float) -> float | None:
        """Return a percentile of the answers' latency; None where there is no answer."""
        return percentile(self.seconds, percent) * 1e3 if self.seconds else None


class Asker:
    """Asks a server for answers over connections that are kept and used again."""

    def __init__(self, address: tuple[str, int], questions: Sequence[str], key: str = "") -> None:
        self._address = address
        self._requests = [_request(question, key) for question in questions]
        self._n_sent = 0
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def phase(self, rate: float, seconds: float) -> Phase:
        """Ask `rate` times a second, evenly, whatever becomes of it; return when all is told."""
        phase = Phase(rate)
        started = time.perf_counter()
        tasks: set[asyncio.Task[None]] = set()
        for number in range(int(rate * seconds)):
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            phase.asked += 1
            if len(tasks) >= _MAX_UNDER_WAY:
                phase.outcomes[UNSENT] += 1
                continue
            task = asyncio.create_task(self._ask(due, phase))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if tasks:
            await asyncio.wait(tasks)
        phase.duration = max(seconds, time.perf_counter() - started)
        return phase

    async def close(self) -> None:
        """Close the connections."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _ask(self, due: float, phase: Phase) -> None:
        request = self._requests[self._n_sent % len(self._requests)]
        self._n_sent += 1
        try:
            async with asyncio.timeout(_SECONDS_PER_ANSWER):
                status = await self._exchange(request)
        except TimeoutError:
            phase.outcomes[TIMEOUT] += 1
        except (OSError, asyncio.IncompleteReadError):
            phase.outcomes[CUT] += 1
        else:
            phase.outcomes[str(status)] += 1
            if status == 200:
                phase.seconds.append(time.perf_counter() - due)

    async def _exchange(self, request: bytes) -> int:
        """Send a request and read its response; return the status."""
        reader, writer = await self._connection()
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            status, headers = _read_head(head)
            await reader.readexactly(int(headers[b"content-length"]))
        except BaseException:
            writer.close()
            raise
        if headers.get(b"connection") == b"close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        return status

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection that the server has not closed."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(*self._address)


def _read_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    status, *lines = head.strip().split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return int(status.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


def _request(question: str, key: str) -> bytes:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": question}]}
    text = json.dumps(body).encode()
    bearer = f"Authorization: Bearer {key}\r\n" if key else ""
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\n{bearer}Content-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text
