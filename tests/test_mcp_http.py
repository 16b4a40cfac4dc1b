"""MCP over streamable HTTP: a real server, the official client, and requests of other kinds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from mcp import ClientSession
from pydantic import AnyUrl
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.mcp_clients import Endless, cancel, over_http, serving, talk
from ui.mcp.mounting import mount_mcp
from ui.mcp.resources import paper_uri

if TYPE_CHECKING:
    from assistant.assistant import Assistant

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ASK = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "ask", "arguments": {"question": "Talk"}},
}
HEADERS = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module", params=[False, True], ids=["sessions", "stateless"])
def address(assistant: "Assistant", request: pytest.FixtureRequest) -> Iterator[str]:
    with serving(assistant, stateless=request.param) as address:
        yield address


def post(address: str, message: Any = INITIALIZE, **headers: str) -> httpx.Response:
    return httpx.post(f"{address}/mcp", json=message, headers={**HEADERS, **headers}, timeout=60)


# What clients do


def test_a_client_searches_fetches_reads_and_asks(address: str) -> None:
    async def work(session: ClientSession) -> list[Any]:
        tools = (await session.list_tools()).tools
        found = await session.call_tool("search", {"query": "Pando"})
        paper_id = found.structuredContent["results"][0]["id"]
        fetched = await session.call_tool("fetch", {"id": paper_id})
        resource = await session.read_resource(AnyUrl(paper_uri(paper_id)))
        answer = await session.call_tool(
            "ask",
            {
                "question": "And how many authors does it have?",
                "history": [{"question": "What is MM-RLHF?"}],
            },
        )
        unknown = await session.call_tool("fetch", {"id": "none"})
        return [tools, fetched, resource, answer, unknown]

    tools, fetched, resource, answer, unknown = talk(over_http(address), work)
    assert {tool.name for tool in tools} == {"search", "fetch", "ask", "related_work"}
    assert resource.contents[0].text.endswith(fetched.structuredContent["text"])
    assert answer.structuredContent["citations"]
    assert unknown.isError
    assert "'none'" in unknown.content[0].text


def test_several_clients_at_once_get_each_their_own_answer(address: str) -> None:
    queries = ["probing", "hallucination", "sparse autoencoders", "quantization"]
    found: dict[str, Any] = {}

    async def search(query: str) -> None:
        async with over_http(address) as session:
            result = await session.call_tool("search", {"query": query})
        found[query] = result.structuredContent["results"][0]["id"]

    async def work() -> None:
        with anyio.fail_after(120):
            async with anyio.create_task_group() as tasks:
                for query in queries:
                    tasks.start_soon(search, query)

    anyio.run(work)
    assert len(set(found.values())) == len(queries)


def test_a_cancelled_request_stops_the_work() -> None:
    endless = Endless()

    async def work(session: ClientSession) -> None:
        async with anyio.create_task_group() as tasks:
            request_id = session._request_id
            tasks.start_soon(session.send_ping)
            tasks.start_soon(_ask_in_vain, session)
            assert await anyio.to_thread.run_sync(endless.begun.wait, 60)
            await cancel(session, request_id + 1)

    with serving(endless) as address:
        talk(over_http(address), work)
    assert endless.stopped.wait(60)


async def _ask_in_vain(session: ClientSession) -> None:
    with pytest.raises(Exception, match="Request cancelled"):
        await session.call_tool("ask", {"question": "Talk"})


def test_a_client_that_goes_away_stops_the_work_where_there_are_no_sessions() -> None:
    endless = Endless()
    with serving(endless, stateless=True) as address:
        with httpx.stream("POST", f"{address}/mcp", json=ASK, headers=HEADERS, timeout=60) as got:
            assert got.status_code == 200
            assert endless.begun.wait(60)
        assert endless.stopped.wait(60)


def test_the_server_ends_while_a_client_listens_and_another_asks() -> None:
    endless = Endless()

    async def listen_and_ask(address: str, done: Callable[[], None]) -> None:
        async with over_http(address) as session, anyio.create_task_group() as tasks:
            tasks.start_soon(session.call_tool, "ask", {"question": "Talk"})
            await anyio.to_thread.run_sync(endless.begun.wait, 60)
            await anyio.to_thread.run_sync(done)  # ends the server, within its bound
            tasks.cancel_scope.cancel()

    with ExitStack() as stack:
        address = stack.enter_context(serving(endless))
        with anyio.from_thread.start_blocking_portal() as portal:
            portal.call(listen_and_ask, address, stack.close)
    assert endless.stopped.wait(60)


# What others do


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil", "[", ""],
)
def test_a_request_that_names_another_host_is_refused(address: str, host: str) -> None:
    assert post(address, host=host).status_code == 421


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:7860", "[::1]:7860", "192.168.1.5:7860"]
)
def test_a_request_to_this_machine_is_answered(address: str, host: str) -> None:
    assert post(address, host=host).status_code == 200


def test_a_name_that_the_server_was_told_is_answered(assistant: "Assistant") -> None:
    with serving(assistant, hosts=["papers.example.org"]) as address:
        assert post(address, host="Papers.Example.org").status_code == 200
        assert post(address, host="example.org").status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://10.0.0.1", "["])
def test_a_page_of_another_site_is_refused(address: str, origin: str) -> None:
    assert post(address, origin=origin).status_code == 403


def test_a_page_of_this_machine_is_answered(address: str) -> None:
    assert post(address, origin="http://localhost:6274").status_code == 200


def test_no_page_is_told_that_it_may_read_an_answer(address: str) -> None:
    answer = post(address, origin="http://localhost:6274")
    assert "access-control-allow-origin" not in answer.headers
    preflight = httpx.options(f"{address}/mcp", headers={"origin": "http://localhost:6274"})
    assert preflight.status_code == 405


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_it_answers_with_a_slash_and_without_and_never_redirects(address: str, path: str) -> None:
    answer = httpx.post(f"{address}{path}", json=INITIALIZE, headers=HEADERS, timeout=60)
    assert answer.status_code == 200
    assert '"name":"citewise"' in answer.text


def test_what_is_no_message_is_refused_and_harms_nobody(address: str) -> None:
    def send(content: bytes, kind: str = "application/json") -> int:
        headers = {**HEADERS, "content-type": kind}
        return httpx.post(f"{address}/mcp", content=content, headers=headers).status_code

    assert send(b"{") == 400
    assert send(b"[]") == 400
    assert send(b'{"jsonrpc": "2.0"}') == 400
    assert send(b"\xff\xfe") == 400
    assert send(b"{}", "text/plain") == 400
    assert send(b" " * 1_000_001) == 413
    assert httpx.get(f"{address}/mcp").status_code == 406
    assert httpx.put(f"{address}/mcp").status_code == 405
    assert post(address).status_code == 200


def test_an_unknown_session_is_not_found(assistant: "Assistant") -> None:
    with serving(assistant) as address:
        assert post(address, ASK, **{"mcp-session-id": "guessed"}).status_code == 404


# How it is mounted


def refuse(_: ASGIApp) -> ASGIApp:
    async def refusal(__: Scope, ___: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body"})

    return refusal


def test_middleware_can_be_put_around_it(assistant: "Assistant") -> None:
    with serving(assistant, wrap=refuse) as address:
        assert post(address).status_code == 401
        assert post(address, host="evil.example").status_code == 421


def test_an_application_can_be_started_again_and_keeps_its_own_start_and_end(
    assistant: "Assistant",
) -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        seen.append("start")
        yield {"mine": 1}
        seen.append("end")

    app = FastAPI(lifespan=lifespan)
    mount_mcp(app, assistant)
    for _ in range(2):
        with TestClient(app, base_url="http://localhost") as client:
            assert client.post("/mcp", json=INITIALIZE, headers=HEADERS).status_code == 200
    assert seen == ["start", "end"] * 2
    assert TestClient(app, base_url="http://localhost").post("/mcp").status_code == 503
