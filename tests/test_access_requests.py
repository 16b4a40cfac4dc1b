"""What requests may look like, whom they may name, where they may come from, how long they are."""

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from tests.access_servers import ASK, STRANGER, Behind, bearer, running, talk
from ui.access.addresses import is_this_machine, network_of
from ui.access.hosts import host_in
from ui.access.routes import route_of
from ui.operations.connections import ConnectionLimits

LAB = "https://lab.example"


@pytest.fixture
def behind(tmp_path: Path) -> Behind:
    return Behind(tmp_path)


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/v1/../../etc/passwd",
        "/v1/%2e%2e/%2e%2e/etc/passwd",
        "/gradio_api/file=/../etc/passwd/..",
        "/v1/papers/..%2f..%2fcatalogue.sqlite",
        "/v1/papers/..%5c..%5ckeys.sqlite",
        "/v1/%00",
        "/v1/papers/a%0d%0aSet-Cookie:x=1",
        "/./v1/models",
    ],
)
def test_a_path_that_climbs_is_refused(behind: Behind, path: str) -> None:
    with running(behind.app) as (host, port, _):
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answer = talk(host, port, head.encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Set-Cookie" not in answer
    assert b"inside" not in answer


@pytest.mark.parametrize("path", ["//v1/search", "/V1/search", "/v1search", "/%2Fv1/search"])
def test_no_other_spelling_reaches_a_route_of_programs(tmp_path: Path, path: str) -> None:
    """It is a page then, which is closed to others, whatever the application would make of it."""
    behind = Behind(tmp_path, host="0.0.0.0")
    response = behind.client(STRANGER).get(f"http://127.0.0.1{path}")
    assert response.status_code in (401, 403)


def test_ids_with_slashes_pass(behind: Behind) -> None:
    response = behind.client().get("/v1/papers/https://doi.org/10.1000/x")
    assert response.status_code == 200


@given(st.text())
def test_every_path_has_a_route_of_a_bounded_name(path: str) -> None:
    assert len(route_of(f"/{path}").name) < 40


def test_what_is_not_listed_is_a_page() -> None:
    assert route_of("/anything/else").face == "page"
    assert route_of("/v1x").face == "page"
    assert route_of("/mcp/").face == "mcp"
    assert route_of("/v1/unknown").face == "api"


# Heads


def test_injected_headers_come_back_nowhere(behind: Behind) -> None:
    evil = "x\r\nSet-Cookie: a=b"
    for name in ("x-request-id", "host", "origin"):
        head = f"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n{name}: {evil}\r\n"
        with running(behind.app) as (host, port, _):
            answer = talk(host, port, f"{head}Connection: close\r\n\r\n".encode())
        assert b"\nset-cookie" not in answer.lower()


@pytest.mark.parametrize("sent", ["a b", "x" * 65, "é", "<script>", "a;b", ""])
def test_a_request_id_that_is_not_sane_is_replaced(behind: Behind, sent: str) -> None:
    response = behind.client().get("/healthz", headers={"x-request-id": sent.encode()})
    assert response.headers["x-request-id"].startswith("req_")


def test_a_sane_request_id_is_kept_on_answers_and_refusals(behind: Behind) -> None:
    for path in ("/healthz", "/v1/models?key=x"):
        response = behind.client().get(path, headers={"x-request-id": "mine-1"})
        assert response.headers.get_list("x-request-id") == ["mine-1"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(f"x-{n}", "y") for n in range(101)], 431),
        ([("x-long", "y" * 40_000)], 431),
        ([("content-length", "5"), ("transfer-encoding", "chunked")], 400),
        ([("content-length", "5"), ("content-length", "6")], 400),
        ([("content-length", "+5")], 400),
        ([("content-length", "-5")], 400),
        ([("content-length", "５")], 400),
    ],
)
def test_a_head_that_only_attacks_have_is_refused(
    behind: Behind, headers: list[tuple[str, str]], status: int
) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    response = behind.client().request("POST", ASK, headers=encoded, content=None)
    assert response.status_code == status


def test_an_address_without_end_is_refused(behind: Behind) -> None:
    assert behind.client().get(f"/v1/models?q={'a' * 9_000}").status_code == 414
    assert behind.client().get(f"/v1/papers/{'a' * 3_000}").status_code == 414


# Hosts


@pytest.mark.parametrize("path", ["/", "/v1/models", "/mcp", "/widget.js", "/healthz", "/metrics"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.5"]
)
def test_a_site_that_points_its_name_here_gets_nothing(
    behind: Behind, path: str, host: str
) -> None:
    response = behind.client().get(path, headers={"host": host})
    assert response.status_code == 421
    assert "--allowed-host" in response.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:7860", "127.0.0.1:1", "[::1]:7860"])
def test_this_machine_is_known_by_its_loopback_names(behind: Behind, host: str) -> None:
    assert behind.client().get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["", "a b", "127.0.0.1:x", "user@127.0.0.1", "127.0.0.1/evil", "[::1", "[evil]", "é"]
)
def test_a_host_that_is_none_is_refused(behind: Behind, host: str) -> None:
    response = behind.client().get("/healthz", headers={"host": host.encode()})
    assert response.status_code == 400


def test_two_hosts_are_refused(behind: Behind) -> None:
    both = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n"
    with running(behind.app) as (host, port, _):
        answer = talk(host, port, both + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


def test_an_open_server_is_known_by_addresses_and_the_names_it_was_given(tmp_path: Path) -> None:
    behind = Behind(tmp_path, host="0.0.0.0", allowed_hosts=("Papers.example",))
    for host in ("192.168.1.5:7860", "[2001:db8::1]", "papers.example", socket.gethostname()):
        headers = {"host": host}
        assert behind.client(STRANGER).get("/healthz", headers=headers).status_code == 200
    headers = {"host": "evil.example"}
    assert behind.client(STRANGER).get("/healthz", headers=headers).status_code == 421


@given(st.text())
def test_a_host_header_never_makes_trouble(text: str) -> None:
    host = host_in(text)
    assert host is None or (host.isascii() and "/" not in host and " " not in host)


# Origins


def test_a_page_of_another_site_cannot_have_work_done(behind: Behind) -> None:
    """It could not read the answer without CORS, but a form needs no leave to send."""
    headers = {"origin": LAB, "content-type": "text/plain"}
    response = behind.client().post(ASK, headers=headers, content=b"{}")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "origin_not_listed")
    assert behind.app.state.n_asked == 0
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origin", [LAB, "null", "http://127.0.0.1.evil.example", "", "http://["])
def test_a_preflight_of_an_unlisted_page_gets_no_leave(behind: Behind, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    response = behind.client().options(ASK, headers=asked)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_listed_page_may_ask_with_a_key_and_reads_refusals(tmp_path: Path) -> None:
    behind = Behind(tmp_path, cors_origins=frozenset({LAB}))
    _, token = behind.key()
    asked = {"origin": LAB, "access-control-request-method": "POST"}
    leave = behind.client().options(ASK, headers=asked)
    assert leave.status_code == 204
    assert leave.headers["access-control-allow-origin"] == LAB
    assert "access-control-allow-credentials" not in leave.headers
    for headers, status in ((bearer(token), 200), ({}, 401)):
        response = behind.client().post(ASK, headers={"origin": LAB, **headers})
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == LAB
        assert "Origin" in response.headers["vary"]


def test_our_own_page_needs_no_leave(behind: Behind) -> None:
    headers = {"origin": "http://127.0.0.1", "host": "127.0.0.1"}
    assert behind.client().post(ASK, headers=headers).status_code == 200


# Bodies


def test_a_body_that_says_it_is_too_long_is_not_read(behind: Behind) -> None:
    head = f"POST {ASK} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999999\r\n\r\n"
    with running(behind.app) as (host, port, _):
        answer = talk(host, port, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"body_too_large" in answer
    assert b"connection: close" in answer
    assert behind.app.state.n_asked == 0


def test_a_body_in_chunks_is_cut_off_when_it_is_too_long(tmp_path: Path) -> None:
    behind = Behind(tmp_path, max_body_bytes=10_000)
    head = f"POST {ASK} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"1000\r\n" + b"a" * 4_096 + b"\r\n"
    with running(behind.app) as (host, port, _):
        answer = talk(host, port, head.encode(), chunk * 4)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert behind.app.state.n_asked == 0


def test_a_body_arrives_as_it_was_sent(behind: Behind) -> None:
    body = os.urandom(100_000)
    assert behind.client().post(ASK, content=body).json()["n_bytes"] == len(body)
    chunks = (body[n : n + 1_000] for n in range(0, len(body), 1_000))
    assert behind.client().post(ASK, content=chunks).json()["n_bytes"] == len(body)


# Slow loris, on a real socket


def test_a_body_that_drips_in_is_not_waited_for(tmp_path: Path) -> None:
    behind = Behind(tmp_path, body_seconds=0.2)
    head = f"POST {ASK} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"
    with running(behind.app) as (host, port, _):
        answer = talk(host, port, head.encode(), b"{", b'"')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"body_too_slow" in answer
    assert behind.app.state.n_asked == 0


@pytest.mark.parametrize(
    "pieces",
    [
        (b"",),
        (b"GET / HT",),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ", b"b"),
        (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"GET /health"),
        (
            b"POST /nothing HTTP/1.1\r\nHost: evil\r\nContent-Length: 50000\r\n\r\n",
            b"drip",
            b"drip",
        ),
    ],
    ids=["nothing", "a line", "a header", "a second head", "a body after its answer"],
)
def test_a_head_that_never_ends_is_not_waited_for(behind: Behind, pieces: tuple[bytes]) -> None:
    limits = ConnectionLimits(head_seconds=0.3)
    with running(behind.app, limits=limits) as (host, port, _):
        talk(host, port, *pieces)  # returns when the server has closed the connection


def test_a_head_that_grows_without_end_is_cut_off(behind: Behind) -> None:
    limits = ConnectionLimits(max_head_bytes=20_000)
    begun = b"GET / HTTP/1.1\r\nX-A: "
    too_much = b"a" * (20_001 - len(begun))  # a byte more might come after the end: a reset
    with running(behind.app, limits=limits) as (host, port, _):
        answer = talk(host, port, begun, too_much)
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_slow_clients_do_not_hinder_quick_ones(behind: Behind) -> None:
    head = f"POST {ASK} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{{".encode()
    quick = f"POST {ASK} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    with running(behind.app) as (host, port, _):
        slow = [socket.create_connection((host, port)) for _ in range(100)]
        try:
            for connection in slow:
                connection.sendall(head)
            assert talk(host, port, quick).startswith(b"HTTP/1.1 200 ")
        finally:
            for connection in slow:
                connection.close()


def test_a_client_that_leaves_in_the_middle_is_forgotten(behind: Behind) -> None:
    sent: list[Message] = []
    coming = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    head = [(b"host", b"127.0.0.1"), (b"content-length", b"9")]
    asyncio.run(behind.app(scope_of(head), receive, send))
    assert sent == []
    assert behind.app.state.n_asked == 0


def scope_of(headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": ASK,
        "raw_path": ASK.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
    }


# Addresses


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_addresses_are_counted_by_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_this_machine_is_known_by_its_addresses() -> None:
    assert all(map(is_this_machine, ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")))
    assert not any(map(is_this_machine, ("10.0.0.1", "", "localhost", "::")))
