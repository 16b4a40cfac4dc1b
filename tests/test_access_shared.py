"""Several servers over one PostgreSQL: keys, sessions and rate limits are those of all."""

import asyncio
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import URL, delete, select, text, update

from tests.access_servers import ASK, STRANGER, Behind, bearer, running
from tests.postgres_servers import PostgresServer, serving_postgres
from ui.access.buckets import Allowance
from ui.access.errors import KeyStoreError
from ui.access.keys import new_token
from ui.access.logins import Logins
from ui.access.rate import Rate
from ui.access.ring import KeyRing
from ui.access.schema import BUCKET_TABLES, BUCKETS
from ui.access.shared_buckets import SharedBuckets
from ui.access.store import KeyStore
from vectorstore.database import Database, parse_address

pytestmark = pytest.mark.slow

LOGINS = Logins({"ada": "correct horse"})
OWN = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
TEN_A_MINUTE, ONE_A_MINUTE = Rate(10, 60), Rate(1, 60)

Servers = Callable[..., list[Behind]]


@pytest.fixture
def servers(tmp_path: Path, database: URL) -> Iterator[Servers]:
    """Give a maker of two servers on machines of their own, which share a database."""
    with ExitStack() as stack:

        def make(**settings: Any) -> list[Behind]:
            made = [Behind(tmp_path, database=database, **settings) for _ in range(2)]
            for server in made:
                stack.callback(server.access.close)
            return made

        yield make


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what happens soon; fail where it does not."""
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


def status(server: Behind, token: str) -> int:
    return server.client(STRANGER, **bearer(token)).post(ASK).status_code


def take(buckets: SharedBuckets, caller: str, rate: Rate) -> Allowance:
    return asyncio.run(buckets.take(caller, rate))


# Keys and sessions


def test_a_key_of_one_machine_counts_on_all_until_it_is_revoked(servers: Servers) -> None:
    here, there = servers()
    key, token = here.store.create("laptop", ["ask"])
    until(lambda: status(there, token) == 200)
    there.store.revoke(key.key_id)
    until(lambda: status(here, token) == 401)


def test_keys_are_followed_though_nobody_asks(database: URL) -> None:
    class Noting(KeyStore):
        readers: ClassVar[list[str]] = []

        def all_and_spent(self) -> tuple:
            self.readers.append(threading.current_thread().name)
            return super().all_and_spent()

    clock, store = Clock(), Noting(database)
    ring = KeyRing(store, clock=clock)
    ring.follow()
    with closing(ring):
        clock.now += 100
        assert ring.is_empty  # whoever asks reads nothing, however old it is
        _, token = store.create("laptop", ["ask"])
        until(lambda: ring.judge(token).fault is None)
    assert set(store.readers[1:]) == {"keys"}


def log_in(client: TestClient, password: str = "correct horse") -> httpx.Response:
    form = re.search(r'name="form" value="([^"]+)"', client.get("/login").text)
    assert form
    fields = {"user": "ada", "password": password, "form": form[1]}
    return client.post("/login", data=fields, headers=OWN)


def test_a_session_of_one_machine_is_one_of_all_and_ends_on_all(servers: Servers) -> None:
    here, there = servers(logins=LOGINS)
    first, second = here.client(), there.client()
    assert log_in(first).status_code == 303
    second.cookies.set("citewise_session", first.cookies["citewise_session"])
    assert second.get("/").status_code == 200
    assert first.post("/logout", headers=OWN).status_code == 303
    until(lambda: second.get("/").status_code == 401)


def test_a_ticket_is_spent_once_whichever_machines_spend_it(database: URL) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    stores = [KeyStore(database) for _ in range(8)]
    with ThreadPoolExecutor(8) as machines:
        first = list(machines.map(lambda store: store.spend("ticket", later), stores))
    assert first.count(True) == 1


def test_processes_that_fork_talk_over_connections_of_their_own(database: URL) -> None:
    """As `serve --workers` does, which reads the keys before."""
    address = database.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", FORKING, address], capture_output=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


FORKING = """
import os, sys
from ui.access.store import KeyStore
from vectorstore.database import parse_address
store = KeyStore(parse_address(sys.argv[1]))
store.all()
child = os.fork()
for n in range(100):
    assert store.spend(f"{child} {n}", __import__("datetime").datetime.max)
    assert f"{child} {n}" in store.spent()
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


# Rate limits


def test_a_limit_is_one_for_all_servers_however_many_ask_at_once(servers: Servers) -> None:
    pair = servers()
    _, token = pair[0].store.create("laptop", ["ask"], rate=TEN_A_MINUTE)
    for server in pair:
        server.look_again()
    with running(pair[0].app) as (_, one, _), running(pair[1].app) as (_, other, _):

        def ask(n: int) -> int:
            url = f"http://127.0.0.1:{(one, other)[n % 2]}{ASK}"
            return httpx.post(url, headers=bearer(token), timeout=60).status_code

        with ThreadPoolExecutor(20) as clients:
            statuses = list(clients.map(ask, range(40)))
    assert statuses.count(200) == 10
    assert statuses.count(429) == 30


def test_wrong_keys_and_passwords_are_counted_for_all_servers(servers: Servers) -> None:
    pair = servers(host="0.0.0.0", logins=LOGINS)
    guesses = [status(pair[n % 2], new_token()) for n in range(40)]
    assert guesses == [401] * 30 + [429] * 10
    logins = [log_in(pair[n % 2].client(STRANGER), "guess!!!").status_code for n in range(9)]
    assert logins == [401] * 6 + [429] * 3


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets(database: URL, clock: Clock) -> Iterator[SharedBuckets]:
    with closing(SharedBuckets(database, b"secret", clock=clock)) as made:
        yield made


@pytest.mark.parametrize("rate", [Rate(3, 60), Rate(7, 60), Rate(600, 3_600)])
def test_a_shared_bucket_tells_what_is_left(buckets: SharedBuckets, rate: Rate) -> None:
    taken = [take(buckets, "ada", rate) for _ in range(3)]
    assert [allowance.remaining for allowance in taken] == [rate.count - n for n in (1, 2, 3)]
    assert all(allowance.wait_seconds == 0 for allowance in taken)
    each = rate.seconds / rate.count
    assert 2 * each < taken[-1].reset_seconds <= 3 * each
    assert take(buckets, "bob", rate).remaining == rate.count - 1


def test_an_empty_bucket_is_refilled_evenly(
    buckets: SharedBuckets, clock: Clock, database: URL
) -> None:
    for _ in range(10):
        take(buckets, "ada", TEN_A_MINUTE)
    refused = take(buckets, "ada", TEN_A_MINUTE)
    assert (refused.remaining, refused.rate) == (0, TEN_A_MINUTE)
    assert 0 < refused.wait_seconds <= 6
    assert 54 < refused.reset_seconds <= 60
    pass_by(database, 12)
    clock.now += 12
    again = [take(buckets, "ada", TEN_A_MINUTE).wait_seconds for _ in range(3)]
    assert [wait > 0 for wait in again] == [False, False, True]


def pass_by(database: URL, seconds: float) -> None:
    """Let time pass for all buckets."""
    with Database(database, BUCKET_TABLES).writing() as connection:
        connection.execute(
            update(BUCKETS).values(full_at=BUCKETS.c.full_at - timedelta(seconds=seconds))
        )


def test_one_who_is_refused_is_refused_here_until_there_can_be_a_token(
    buckets: SharedBuckets, clock: Clock, database: URL
) -> None:
    take(buckets, "ada", ONE_A_MINUTE)
    assert take(buckets, "ada", ONE_A_MINUTE).wait_seconds > 59
    with Database(database, BUCKET_TABLES).writing() as connection:
        connection.execute(delete(BUCKETS))
    clock.now += 30
    assert 29 < take(buckets, "ada", ONE_A_MINUTE).wait_seconds <= 30
    clock.now += 31
    assert take(buckets, "ada", ONE_A_MINUTE).wait_seconds == 0


def test_no_caller_can_be_read_in_the_table(buckets: SharedBuckets, database: URL) -> None:
    take(buckets, "address 203.0.113.7", TEN_A_MINUTE)
    assert stored(database)
    assert all(len(caller) == 32 and b"203" not in caller for caller in stored(database))


def stored(database: URL) -> list[bytes]:
    with Database(database, BUCKET_TABLES).reading() as connection:
        return [bytes(caller) for caller in connection.scalars(select(BUCKETS.c.caller))]


def test_full_buckets_lose_their_rows(database: URL) -> None:
    for caller in ("ada", "bob"):
        with closing(SharedBuckets(database, b"secret")) as buckets:
            take(buckets, caller, TEN_A_MINUTE)
        pass_by(database, 10)
    with closing(SharedBuckets(database, b"secret")) as buckets:
        take(buckets, "eve", TEN_A_MINUTE)
    assert len(stored(database)) == 1


# The database away


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """Give a server that a test may stop."""
    with serving_postgres() as server:
        yield server


def test_a_server_goes_on_while_the_database_is_away(
    tmp_path: Path, own_postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = parse_address(own_postgres.new_database()).set(password="hunter2")
    behind = Behind(tmp_path, database=url, logins=LOGINS)
    with closing(behind.access):
        _, token = behind.key(rate=TEN_A_MINUTE)
        own_postgres.stop()
        with caplog.at_level(logging.WARNING, "ui.access"):
            assert [status(behind, token) for _ in range(12)] == [200] * 10 + [429] * 2
            assert status(behind, new_token()) == 401
        limits = [record for record in caplog.records if "Rate limits" in record.message]
        assert len(limits) == 1
        with pytest.raises(KeyStoreError, match=r"Check that the PostgreSQL server runs") as raised:
            behind.store.all()
        assert str(url.port) in str(raised.value)
        assert "hunter2" not in f"{raised.value} {caplog.text}"
        response = log_in(behind.client())
        assert (response.status_code, response.text) == (
            503,
            "Nobody can sign in or out just now. Try again later.\n",
        )
        own_postgres.start()
        _, made = behind.store.create("phone", ["ask"])
        until(lambda: status(behind, made) == 200)


def test_limits_are_shared_again_once_the_database_is_back(
    own_postgres: PostgresServer,
) -> None:
    clock, url = Clock(), parse_address(own_postgres.new_database())
    with closing(SharedBuckets(url, b"secret", clock=clock)) as buckets:
        assert take(buckets, "ada", TEN_A_MINUTE).remaining == 9
        own_postgres.stop()
        assert take(buckets, "ada", TEN_A_MINUTE).remaining == 9  # of this process's own bucket
        own_postgres.start()
        assert take(buckets, "ada", TEN_A_MINUTE).remaining == 8
        clock.now += 6
        assert take(buckets, "ada", TEN_A_MINUTE).remaining == 8  # of the shared one


def test_a_database_that_does_not_answer_holds_nobody_up_for_long(
    buckets: SharedBuckets, database: URL
) -> None:
    async def story() -> None:
        first = asyncio.create_task(buckets.take("ada", TEN_A_MINUTE))
        await asyncio.sleep(0.1)
        assert not first.done()  # it waits, and the event loop does not
        assert (await first).remaining == 9
        assert (await buckets.take("ada", TEN_A_MINUTE)).remaining == 8

    take(buckets, "ada", TEN_A_MINUTE)
    with Database(database, BUCKET_TABLES).writing() as connection:
        connection.execute(text("LOCK TABLE buckets"))
        asyncio.run(story())
