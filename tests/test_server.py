"""Where the server listens, how it ends, and what it lets a browser do."""

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ui.access.installing import Access, install_access
from ui.access.settings import AccessSettings
from ui.access.store import KEYS_NAME
from ui.security import is_loopback
from ui.server import ServeError, check_access, check_port, create_app, serve

# A server as `citewise serve` runs it, but with an assistant that never stops talking.
SERVER = """
import itertools, pathlib, sys, types, ui.server
from assistant.events import TextDelta

class Endless:
    backend = "endless"
    library = types.SimpleNamespace(
        path=pathlib.Path(sys.argv[1]),
        place=pathlib.Path(sys.argv[1]).joinpath,
        catalogue=types.SimpleNamespace(is_shared=False),
    )

    def stream(self, question, **bounds):
        return (TextDelta("word ") for _ in itertools.count())

create_app = ui.server.create_app
ui.server.create_app = lambda assistant, **_: create_app(assistant, with_chat=False)
ui.server.serve(Endless(), port=0)
"""


class SilentAssistant:
    backend = "silent"

    def __init__(self, path: Path = Path()) -> None:
        self.library = SimpleNamespace(path=path, place=path.joinpath)

    def stream(self, question: str, **bounds: Any) -> Iterator[Any]:
        raise RuntimeError("down")
        yield

    ask = stream


@pytest.fixture
def client() -> TestClient:
    app = create_app(SilentAssistant(), with_chat=False)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def directives(policy: str) -> dict[str, list[str]]:
    parts = [directive.split() for directive in policy.split(";")]
    return {name: sources for name, *sources in parts}


# Headers


def test_it_says_that_it_is_well(client: TestClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/healthz", "/v1/models", "/v1/nothing", "/nothing"])
def test_every_response_forbids_what_a_page_need_not_do(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    allowed = directives(headers["content-security-policy"])
    assert allowed["default-src"] == ["'self'"]
    assert allowed["connect-src"] == ["'self'"]
    assert allowed["img-src"] == ["'self'", "data:", "blob:"]
    assert allowed["form-action"] == ["'none'"]
    assert allowed["frame-ancestors"] == ["'none'"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_no_directive_names_another_site(client: TestClient) -> None:
    policy = client.get("/healthz").headers["content-security-policy"]
    sources = {source for sources in directives(policy).values() for source in sources}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


def test_failures_and_streams_have_the_headers_too(client: TestClient) -> None:
    request = {"messages": [{"role": "user", "content": "Why?"}], "stream": True}
    response = client.post("/v1/chat/completions", json=request)
    assert response.status_code == 500
    assert "frame-ancestors" in response.headers["content-security-policy"]


# Hosts


def guarded(library: Path) -> TestClient:
    """Return a client of the server as it listens on this machine."""
    app = create_app(SilentAssistant(), with_chat=False)
    install_access(app, Access.of(library / KEYS_NAME, AccessSettings()))
    return TestClient(app)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:7860", "127.0.0.1:7860", "[::1]:7860", "LocalHost:1"]
)
def test_a_request_that_names_this_machine_is_answered(host: str, tmp_path: Path) -> None:
    assert guarded(tmp_path).get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example"])
def test_a_request_that_names_another_host_is_refused(host: str, tmp_path: Path) -> None:
    assert 400 <= guarded(tmp_path).get("/healthz", headers={"host": host}).status_code < 500


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_needs_no_key(host: str, tmp_path: Path) -> None:
    assert is_loopback(host)
    check_access(AccessSettings(host=host), tmp_path / KEYS_NAME)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org", ""])
def test_another_host_is_refused_unless_everyone_may_come_in(host: str, tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="--no-auth"):
        check_access(AccessSettings(host=host), tmp_path / KEYS_NAME)
    with pytest.raises(ServeError, match="--no-auth"):
        serve(SilentAssistant(tmp_path), access=AccessSettings(host=host))
    check_access(AccessSettings(host=host, no_auth=True), tmp_path / KEYS_NAME)


# Ports


def test_a_port_in_use_is_named_with_the_flag_that_picks_another(
    taken_port: int, tmp_path: Path
) -> None:
    with pytest.raises(ServeError, match=f"Port {taken_port} .*--port") as failure:
        check_port("127.0.0.1", taken_port)
    assert "\n" not in str(failure.value)
    with pytest.raises(ServeError, match=f"Port {taken_port} "):
        serve(SilentAssistant(tmp_path), port=taken_port)


def test_a_free_port_passes_and_stays_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 65_536, 99_999])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(ServeError, match="--port"):
        check_port("127.0.0.1", port)


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(ServeError, match="--host"):
        check_port("192.0.2.1", 7860)


# The process


def test_checking_a_port_loads_no_web_framework() -> None:
    code = (
        "import sys, ui.server; ui.server.check_port('127.0.0.1', 0);"
        "from pathlib import Path; from ui.access.settings import AccessSettings;"
        "ui.server.check_access(AccessSettings(), Path('/nowhere/keys.sqlite'));"
        "sys.exit(' '.join({'fastapi', 'gradio', 'uvicorn', 'torch'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_ctrl_c_ends_the_server_quietly_even_while_it_streams(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            address = server.stderr.readline()
            assert "http://127.0.0.1:" in address
            port = int(address.split("http://127.0.0.1:")[1].split()[0])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            body = '{"stream": true, "messages": [{"role": "user", "content": "Talk"}]}'
            headers = {"content-type": "application/json"}
            connection.request("POST", "/v1/chat/completions", body, headers)
            assert b"word" in connection.getresponse().read(2_000)
            server.send_signal(signal.SIGINT)
            out, err = server.communicate(timeout=60)
            connection.close()
        finally:
            server.kill()
    assert (server.returncode, out, err) == (0, "", "")
