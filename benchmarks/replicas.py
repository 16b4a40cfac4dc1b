"""One and two servers behind nginx, by turns: `python -m benchmarks.replicas --library DIR`.

Needs nginx, and the environment of `make install`. All run on the same cores, the client too: two
cores cannot show that two replicas answer more than one, only that nothing is lost by the second.
What nginx costs is the median of answers asked one after the other, by turns with and without it.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks.load import questions_about
from benchmarks.load_client import Asker, Phase
from benchmarks.tables import machine, number, table, today
from tests.nginx import proxying
from tests.replicas import Replicated, on_a_copy, replicated

_N_CLIENTS = 8
_TITLES = ("Pando", "ProtoPathway", "agents", "retrieval", "vision", "reasoning", "code", "speech")
_WARM_UP_SECONDS = 5.0


class Crowd(Asker):
    """Clients who each ask again as soon as they are answered."""

    async def ask_for(self, seconds: float, n_clients: int) -> Phase:
        """Return what came of their questions: of each client one at least."""
        phase = Phase(0.0)
        started = time.perf_counter()

        async def ask_on() -> None:
            while True:
                phase.asked += 1
                await self._ask(time.perf_counter(), phase)
                if time.perf_counter() - started >= seconds:
                    return

        await asyncio.gather(*(ask_on() for _ in range(n_clients)))
        phase.duration = time.perf_counter() - started
        return phase


def main() -> int:
    """Measure, and print two tables."""
    arguments = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        sharing = on_a_copy(arguments.library, directory)
        with replicated(sharing, directory) as pair, _fronts(pair, directory) as fronts:
            text = asyncio.run(_measured(fronts, pair.key, arguments))
    sys.stdout.write(f"{machine()}, client included; {today()}.\n\n{text}\n")
    return 0


@contextmanager
def _fronts(pair: Replicated, directory: Path) -> Iterator[dict[str, str]]:
    """Give the addresses by which one replica, or both, can be asked."""
    one = [pair.replicas[0].port]
    with (
        proxying("nginx.conf", one, directory / "a") as plain,
        proxying("nginx-replicas.conf", one, directory / "b") as single,
    ):
        yield {
            "no nginx": pair.replicas[0].url,
            "nginx.conf": plain.url,
            "nginx-replicas.conf, one replica": single.url,
            "nginx-replicas.conf, two replicas": pair.url,
        }


async def _measured(fronts: dict[str, str], key: str, arguments: argparse.Namespace) -> str:
    crowds = {name: _crowd(url, key) for name, url in fronts.items()}
    for crowd in crowds.values():
        await crowd.ask_for(_WARM_UP_SECONDS, _N_CLIENTS)
    alone = await _by_turns(crowds, arguments.answers, 0.0, n_clients=1)
    together = await _by_turns(crowds, arguments.rounds, arguments.seconds, n_clients=_N_CLIENTS)
    for crowd in crowds.values():
        await crowd.close()
    return f"{_alone_table(alone)}\n\n{_together_table(together)}"


async def _by_turns(
    crowds: dict[str, Crowd], n_rounds: int, seconds: float, *, n_clients: int
) -> dict[str, list[Phase]]:
    """Return the phases of each; one of no seconds is one question a client."""
    found: dict[str, list[Phase]] = {name: [] for name in crowds}
    for _ in range(n_rounds):
        for name, crowd in crowds.items():
            found[name].append(await crowd.ask_for(seconds, n_clients))
    return found


def _alone_table(found: dict[str, list[Phase]]) -> str:
    seconds = {name: _of_all(phases, lambda p: p.seconds[0]) for name, phases in found.items()}
    least = seconds["no nginx"]
    rows = [[name, number(s * 1e3), number((s - least) * 1e3)] for name, s in seconds.items()]
    return table(("one client", "median ms", "more, ms"), rows)


def _together_table(found: dict[str, list[Phase]]) -> str:
    base = found["nginx-replicas.conf, one replica"]

    def row(name: str, phases: Sequence[Phase]) -> list[str]:
        pairs = list(zip(phases, base, strict=True))
        rate = median(p.answers_per_second / b.answers_per_second for p, b in pairs)
        p95 = median(_p95(p) / _p95(b) for p, b in pairs)
        failed = sum(p.asked - len(p.seconds) for p in phases)
        shown = (_of_all(phases, lambda p: p.answers_per_second), _of_all(phases, _p95))
        return [name, *map(number, (*shown, rate, p95)), str(failed)]

    header = (f"{_N_CLIENTS} clients", "answers/s", "p95 ms", "rate ratio", "p95 ratio", "failed")
    return table(header, [row(name, phases) for name, phases in found.items()])


def _of_all(phases: Sequence[Phase], figure: Callable[[Phase], float]) -> float:
    return median(figure(phase) for phase in phases)


def _p95(phase: Phase) -> float:
    return phase.latency_ms(95) or 0.0


def _crowd(url: str, key: str) -> Crowd:
    parts = urlsplit(url)
    return Crowd((parts.hostname or "", parts.port or 0), questions_about(_TITLES), key)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.replicas", description=__doc__)
    parser.add_argument("--library", type=Path, required=True, help="library; it is copied")
    parser.add_argument("--answers", type=int, default=300, help="of one client, each way (300)")
    parser.add_argument("--rounds", type=int, default=6, help="of eight clients, each way (6)")
    parser.add_argument("--seconds", type=float, default=5.0, help="a round (5)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
