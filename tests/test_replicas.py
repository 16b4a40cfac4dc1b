"""What two servers behind nginx share: keys, logins and conversations; and what they do not."""

import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from tests.mcp_clients import talk
from tests.nginx import needs_nginx
from tests.postgres_servers import PostgresServer
from tests.replicas import PASSWORD, USER, Replica, Replicated, in_one_database, replicated
from ui.access.rate import Rate

pytestmark = [pytest.mark.slow, needs_nginx]

ASK = "/v1/chat/completions"
PANDO = "What is Pando?"
OWNER = "a-browser-of-the-tests"
SECONDS = 60.0


@pytest.fixture(scope="module")
def pair(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replicated]:
    directory = tmp_path_factory.mktemp("pair")
    with replicated(in_one_database(postgres.new_database(), directory), directory) as running:
        yield running


def body(question: str = PANDO) -> dict[str, Any]:
    return {"model": "citewise", "messages": [{"role": "user", "content": question}]}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def until(holds: Callable[[], bool]) -> None:
    """Return once something holds; the test's own time limit bounds it.

    Not in haste: an address that sends thirty wrong keys in a minute is refused for a while.
    """
    pause = threading.Event()
    while not holds():
        pause.wait(0.25)


# Keys and logins


def test_a_key_counts_at_both_once_it_is_made_and_at_neither_once_it_is_revoked(
    pair: Replicated, run_citewise: Callable[..., Any]
) -> None:
    def statuses() -> set[int]:
        return {
            httpx.get(f"{replica.url}/v1/models", headers=bearer(token)).status_code
            for replica in pair.replicas
        }

    where = pair.sharing.options(0)
    made = run_citewise("keys", "create", "laptop", "--json", *where).json
    token = made["key"]
    until(lambda: statuses() == {200})
    assert run_citewise("keys", "revoke", made["id"], *where).code == 0
    until(lambda: statuses() == {401})


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    """Return what keeps cookies and says, as browsers do, that a form is the site's own."""
    with httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}, timeout=SECONDS) as browser:
        yield browser


def login_form(browser: httpx.Client, url: str) -> dict[str, str]:
    """Return the form at an address, filled in."""
    form = re.search(r'name="form" value="([^"]+)"', browser.get(f"{url}/login").text)
    assert form
    return {"form": form[1], "user": USER, "password": PASSWORD}


@pytest.fixture
def reader(pair: Replicated, browser: httpx.Client) -> httpx.Client:
    """Return a browser that has signed in through nginx."""
    form = login_form(browser, pair.url)
    assert browser.post(f"{pair.url}/login", data=form).status_code == 303
    return browser


def test_who_signs_in_at_one_is_known_to_the_other_and_who_leaves_is_to_neither(
    pair: Replicated, reader: httpx.Client
) -> None:
    def statuses() -> set[int]:
        found = [reader.get(f"{replica.url}/config").status_code for replica in pair.replicas]
        return {*found, reader.get(f"{pair.url}/config").status_code}

    assert statuses() == {200}
    copied = dict(reader.cookies)
    reader.post(f"{pair.url}/logout")
    reader.cookies.update(copied)  # what one who copied the cookie would do
    until(lambda: statuses() == {401})


def test_a_login_form_of_one_is_accepted_by_the_other_once(
    pair: Replicated, browser: httpx.Client
) -> None:
    one, other = pair.replicas
    form = login_form(browser, one.url)
    statuses = [browser.post(f"{each.url}/login", data=form).status_code for each in (other, one)]
    assert statuses == [303, 403]


# Conversations


EMPTY: dict[str, Any] = {"textbox": "", "state": None}  # what a page sends of them at first


class ChatPage:
    """The chat page as its script speaks to the server, past nginx or through it."""

    def __init__(self, reader: httpx.Client, url: str) -> None:
        self.reader = reader
        self.url = url
        config = self.get("/config").json()
        self.values = {
            each["id"]: EMPTY.get(each["type"], each["props"].get("value"))
            for each in config["components"]
        }
        events = (each for each in config["dependencies"] if each["api_name"] == "ask")
        self.asking = next(events)
        self.session = uuid4().hex[:12]

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.reader.get(f"{self.url}{path}", **more)

    def ask(self, question: str, conversation: str = "") -> str:
        """Return all that the page is sent until the answer is complete."""
        visitor = json.dumps({"owner": OWNER, "conversation": conversation})
        values = [self.values[n] for n in self.asking["inputs"]]
        event = {
            "data": [question, *values[1:-1], visitor],
            "fn_index": self.asking["id"],
            "session_hash": self.session,
        }
        joined = self.reader.post(f"{self.url}/gradio_api/queue/join", json=event)
        assert joined.status_code == 200, joined.text
        told = self.get("/gradio_api/queue/data", params={"session_hash": self.session}).text
        assert '"process_completed"' in told
        assert '"success":true' in told.rpartition("process_completed")[2]
        return told

    def conversations(self) -> list[dict[str, Any]]:
        found = self.get("/chat/conversations", headers={"X-Citewise-Owner": OWNER}).json()
        return list(found["conversations"])


def test_a_conversation_begun_at_one_goes_on_at_the_other(
    pair: Replicated, reader: httpx.Client
) -> None:
    one, other = (ChatPage(reader, replica.url) for replica in pair.replicas)
    one.ask(PANDO)
    (begun,) = other.conversations()
    assert (begun["title"], begun["questions"]) == (PANDO, 1)
    other.ask("What is ProtoPathway?", begun["id"])
    (grown,) = one.conversations()
    assert (grown["id"], grown["questions"]) == (begun["id"], 2)


def test_a_reader_behind_nginx_asks_where_the_page_came_from(
    pair: Replicated, reader: httpx.Client
) -> None:
    """The queue of the chat is in one process: a page that met the other would see no answer."""
    reader.get(pair.url)  # gives the cookie
    path = "/gradio_api/queue/join"
    before = len(pair.proxy.tried(path=path))
    page = ChatPage(reader, pair.url)
    for _ in range(3):
        page.ask(PANDO)
    ports = pair.proxy.tried(path=path, at_least=before + 3)[before:]
    assert len(ports) == 3
    assert len(set(ports)) == 1


# MCP


@asynccontextmanager
async def session_with(url: str, headers: dict[str, str]) -> AsyncIterator[ClientSession]:
    async with (
        httpx.AsyncClient(headers=headers, timeout=SECONDS) as client,
        streamable_http_client(f"{url}/mcp", http_client=client) as (received, sent, _),
        ClientSession(received, sent) as session,
    ):
        await session.initialize()
        yield session


def test_a_client_of_mcp_has_a_session_through_nginx(pair: Replicated) -> None:
    async def work(session: ClientSession) -> list[bool]:
        found = [await session.call_tool("search", {"query": "Pando"}) for _ in range(5)]
        return [result.isError for result in found]

    assert talk(session_with(pair.url, pair.headers), work) == [False] * 5


# Requests that are sent again, and limits


def test_a_request_that_is_sent_again_through_nginx_gets_the_answer_it_got(
    pair: Replicated,
) -> None:
    for n in range(6):
        headers = {**pair.headers, "Idempotency-Key": f"key-{n}"}
        first, second = (
            httpx.post(f"{pair.url}{ASK}", json=body(), headers=headers, timeout=SECONDS)
            for _ in range(2)
        )
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
        assert second.json() == first.json()


def test_a_replica_does_not_remember_what_another_has_answered(pair: Replicated) -> None:
    """It is why nginx sends a key where it went before. docs/operations.md says so."""
    headers = {**pair.headers, "Idempotency-Key": "key-of-one"}

    def replayed(replica: Replica) -> bool:
        found = httpx.post(f"{replica.url}{ASK}", json=body(), headers=headers, timeout=SECONDS)
        return "idempotent-replayed" in found.headers

    one, other = pair.replicas
    assert [replayed(one), replayed(one), replayed(other)] == [False, True, False]


def test_a_key_may_ask_as_often_at_both_together_as_at_one(pair: Replicated) -> None:
    _, token = pair.sharing.keys().create("hasty", ["search"], rate=Rate(4, 3_600))

    def status(replica: Replica) -> int:
        """Return how a request is answered, once the replica has read the keys."""
        found: list[int] = []
        url = f"{replica.url}/v1/models"
        until(lambda: found.append(get(url)) or found[-1] != 401)  # type: ignore[func-returns-value]
        return found[-1]

    def get(url: str) -> int:
        return httpx.get(url, headers=bearer(token)).status_code

    assert [status(replica) for replica in pair.replicas * 3] == [200] * 4 + [429] * 2
