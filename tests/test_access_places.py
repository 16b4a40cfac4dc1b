"""Places and buckets: who is worked for at once, who waits, who is sent away."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.access_servers import ASK, Behind, bearer
from ui.access.buckets import Buckets
from ui.access.places import FullError, Places
from ui.access.rate import Rate


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


# Buckets


def test_a_bucket_is_refilled_evenly() -> None:
    async def story() -> None:
        clock = Clock()
        buckets = Buckets(clock=clock)
        rate = Rate(3, 60)
        assert [(await buckets.take("ada", rate)).remaining for _ in range(3)] == [2, 1, 0]
        assert (await buckets.take("ada", rate)).wait_seconds == pytest.approx(20)
        clock.now += 20.001
        assert (await buckets.take("ada", rate)).wait_seconds == 0
        assert (await buckets.take("ada", rate)).wait_seconds == pytest.approx(20, abs=0.1)
        clock.now += 1_000
        assert (await buckets.take("ada", rate)).remaining == 2

    asyncio.run(story())


def test_callers_have_buckets_of_their_own() -> None:
    async def story() -> None:
        buckets = Buckets(clock=Clock())
        assert (await buckets.take("ada", Rate(1, 60))).wait_seconds == 0
        assert (await buckets.take("ada", Rate(1, 60))).wait_seconds > 0
        assert (await buckets.take("bob", Rate(1, 60))).wait_seconds == 0

    asyncio.run(story())


def test_memory_is_bounded_however_many_come() -> None:
    async def story() -> None:
        buckets = Buckets(max_callers=100, clock=Clock())
        for n in range(1_000):
            await buckets.take(f"caller {n}", Rate(1, 60))
        assert len(buckets) == 100

    asyncio.run(story())


# Places


def hold_for(places: Places, seconds: float) -> None:
    """Let requests take so long, until that is what is expected of them."""
    for _ in range(200):
        places.ask("a")
        places.leave("a", seconds)


def test_places_go_to_those_who_come_first_while_there_are_some() -> None:
    async def story() -> None:
        places = Places(2, max_waiting=1)
        first, second, third = places.ask("a"), places.ask("b"), places.ask("c")
        assert [place.done() for place in (first, second, third)] == [True, True, False]
        assert (places.n_running, places.n_waiting) == (2, 1)
        places.leave("a", 0.1)
        assert third.done()
        assert (places.n_running, places.n_waiting) == (2, 0)

    asyncio.run(story())


def test_a_full_queue_sends_the_newcomer_away() -> None:
    async def story() -> None:
        places = Places(1, max_waiting=1)
        places.ask("a")
        waiting, away = places.ask("b"), places.ask("c")
        assert not waiting.done()
        with pytest.raises(FullError):
            away.result()

    asyncio.run(story())


def test_one_who_floods_the_queue_gives_way_to_another() -> None:
    async def story() -> None:
        places = Places(2, max_waiting=3)
        assert places.ask("loud").done()
        assert places.ask("loud").done()
        flood = [places.ask("loud") for _ in range(3)]
        quiet = places.ask("quiet")
        with pytest.raises(FullError):
            flood[-1].result()
        places.leave("loud", 0.1)
        assert quiet.done()  # it had no place, and loud still has one
        assert not flood[0].done()

    asyncio.run(story())


def test_nobody_has_all_places() -> None:
    async def story() -> None:
        places = Places(4, max_waiting=10)
        loud = [places.ask("loud") for _ in range(6)]
        assert sum(place.done() for place in loud) == 3
        assert places.ask("quiet").done()

    asyncio.run(story())


def test_one_who_waits_no_longer_leaves_no_trace() -> None:
    async def story() -> None:
        places = Places(1, max_waiting=5)
        places.ask("a")
        gone, next_one = places.ask("b"), places.ask("c")
        places.forget(gone)
        places.leave("a", 0.1)
        assert next_one.done()
        places.leave("c", 0.1)
        assert (places.n_running, places.n_waiting) == (0, 0)

    asyncio.run(story())


def test_retry_is_told_by_how_long_requests_take() -> None:
    async def story() -> int:
        places = Places(4, max_waiting=100)
        hold_for(places, 8.0)
        for n in range(8):
            places.ask(f"caller {n}")
        return places.seconds_to_retry()

    assert asyncio.run(story()) == 10  # five in line for four places, of 8 s each


@pytest.mark.parametrize(
    ("seconds", "n_expected"),
    [
        (0.1, 40),  # a second of waiting, at forty a second
        (8.0, 4),  # as long as a request takes
    ],
)
def test_nobody_waits_much_longer_than_is_worth_it(seconds: float, n_expected: int) -> None:
    async def story() -> int:
        places = Places(4, max_waiting=64)
        hold_for(places, seconds)
        asked = [places.ask(f"caller {n}") for n in range(80)]
        away = [place for place in asked if place.done() and place.exception()]
        assert len(away) + places.n_running + places.n_waiting == 80
        return places.n_waiting

    assert asyncio.run(story()) == n_expected


# Admission


class Crowd:
    """Requests at once to an application in this event loop."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        transport = httpx.ASGITransport(behind.app, client=("127.0.0.1", 1))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    def ask(self, said: str, **headers: str) -> "asyncio.Task[httpx.Response]":
        return asyncio.ensure_future(self.client.post(ASK, content=said, headers=headers))

    async def until(self, n_running: int, n_waiting: int) -> None:
        places = self.behind.access.places
        async with asyncio.timeout(30):
            while (places.n_running, places.n_waiting) != (n_running, n_waiting):
                await asyncio.sleep(0)


def test_beyond_places_and_queue_the_server_is_busy_and_then_itself_again(tmp_path: Path) -> None:
    behind = Behind(tmp_path, max_running=4, max_waiting=2)

    async def story() -> None:
        crowd = Crowd(behind)
        slow = [crowd.ask("slow") for _ in range(3)]
        await crowd.until(3, 0)
        waiting = [crowd.ask("quick body") for _ in range(2)]
        await crowd.until(3, 2)
        busy = await crowd.ask("quick")
        assert busy.status_code == 503
        assert busy.json()["error"]["code"] == "busy"
        assert int(busy.headers["retry-after"]) >= 1
        behind.app.state.go_on.set()
        responses = await asyncio.gather(*slow, *waiting)
        assert [response.status_code for response in responses] == [200] * 5
        assert responses[-1].json()["n_bytes"] == len("quick body")  # nothing was lost in waiting
        await crowd.until(0, 0)
        assert (await crowd.ask("quick")).status_code == 200

    asyncio.run(story())


def test_a_stream_holds_its_place_until_its_end(tmp_path: Path) -> None:
    behind = Behind(tmp_path, max_running=4, max_waiting=0)

    async def story() -> None:
        crowd = Crowd(behind)
        streams = [crowd.ask("stream") for _ in range(3)]
        await crowd.until(3, 0)
        assert (await crowd.ask("quick")).status_code == 503
        health = await crowd.client.get("/healthz")
        assert health.status_code == 200  # what makes no work needs no place
        behind.app.state.go_on.set()
        for stream in await asyncio.gather(*streams):
            assert stream.text.endswith("[DONE]\n\n")
        await crowd.until(0, 0)

    asyncio.run(story())


def test_one_who_takes_all_it_can_leaves_a_place_for_others(tmp_path: Path) -> None:
    behind = Behind(tmp_path, max_running=4, max_waiting=2)
    _, loud = behind.key()
    _, quiet = behind.key()

    async def story() -> None:
        crowd = Crowd(behind)
        slow = [crowd.ask("slow", **bearer(loud)) for _ in range(5)]
        await crowd.until(3, 2)
        assert (await crowd.ask("quick", **bearer(quiet))).status_code == 200
        behind.app.state.go_on.set()
        await asyncio.gather(*slow)

    asyncio.run(story())


def test_who_waits_too_long_is_told_to_come_again(tmp_path: Path) -> None:
    behind = Behind(tmp_path, max_running=1, max_waiting=5, max_wait_seconds=0.05)

    async def story() -> None:
        crowd = Crowd(behind)
        slow = crowd.ask("slow")
        await crowd.until(1, 0)
        assert (await crowd.ask("quick")).status_code == 503
        await crowd.until(1, 0)
        behind.app.state.go_on.set()
        assert (await slow).status_code == 200

    asyncio.run(story())


def test_a_client_that_reads_nothing_is_dropped(tmp_path: Path) -> None:
    """It would hold its place for ever."""
    behind = Behind(tmp_path, stall_seconds=0.05)
    said = [{"type": "http.request", "body": b"stream", "more_body": False}]

    async def receive() -> dict:
        return said.pop() if said else await asyncio.Future()

    async def send(message: dict) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Future()  # as uvicorn waits for a full connection

    async def story() -> None:
        scope = {
            "type": "http",
            "method": "POST",
            "path": ASK,
            "raw_path": ASK.encode(),
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), (b"content-length", b"6")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "scheme": "http",
            "http_version": "1.1",
        }
        with pytest.raises(BaseException):  # noqa: B017, PT011 (anyio wraps it)
            await behind.app(scope, receive, send)
        assert behind.access.places.n_running == 0

    asyncio.run(story())
