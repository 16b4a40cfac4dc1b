"""The whole server, chat and all, behind its access."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.access_servers import ASK, STRANGER, bearer
from ui.access.installing import Access, install_access
from ui.access.logins import Logins
from ui.access.settings import AccessSettings
from ui.access.store import KEYS_NAME, KeyStore
from ui.operations.installing import Operations
from ui.operations.observing import observed
from ui.server import create_app

if TYPE_CHECKING:
    from assistant.assistant import Assistant

SAID = {"model": "citewise", "messages": [{"role": "user", "content": "What is Pando?"}]}
OWN = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}

MakeClient = Callable[..., TestClient]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for keys and conversations: the shared library's own must not change."""
    return tmp_path_factory.mktemp("access")


@pytest.fixture(scope="module")
def token(place: Path) -> str:
    return KeyStore(place / KEYS_NAME).create("a test", ["ask", "search"])[1]


@pytest.fixture(scope="module")
def client_at(assistant: "Assistant", place: Path, token: str) -> MakeClient:
    settings = AccessSettings(host="0.0.0.0", logins=Logins({"ada": "correct horse"}))
    operations = Operations.of()

    async def whole() -> FastAPI:  # outside an event loop Gradio makes some, and closes none
        return create_app(observed(assistant, operations.metrics))

    app = asyncio.run(whole())
    install_access(app, Access.of(place / KEYS_NAME, settings), operations.around())

    def make(**headers: str) -> TestClient:
        return TestClient(
            app,
            base_url="http://127.0.0.1",
            client=(STRANGER, 1),
            headers=headers,
            follow_redirects=False,
        )

    return make


def logged_in(client: TestClient) -> TestClient:
    form = re.search(r'name="form" value="([^"]+)"', client.get("/login").text)
    assert form
    fields = {"user": "ada", "password": "correct horse", "form": form[1]}
    assert client.post("/login", data=fields, headers=OWN).status_code == 303
    return client


def test_the_page_opens_to_who_has_logged_in(client_at: MakeClient) -> None:
    client = client_at(accept="text/html")
    assert client.get("/").headers["location"] == "/login"
    page = logged_in(client).get("/")
    assert page.status_code == 200
    assert "Citewise" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/config",
        "/gradio_api/info",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/queue/data?session_hash=x",
        "/chat/conversations",
        "/chat/papers",
        "/theme.css",
        "/assets/index.js",
        "/static/img/logo.svg",
        "/anything",
    ],
)
def test_nothing_of_the_chat_is_open_to_others(client_at: MakeClient, path: str) -> None:
    assert client_at().get(path).status_code == 401


def test_no_file_of_the_machine_is_served_to_who_has_logged_in(client_at: MakeClient) -> None:
    client = logged_in(client_at())
    for path in ("/gradio_api/file=/etc/passwd", "/gradio_api/file=/etc/../etc/passwd"):
        response = client.get(path)
        assert response.status_code in (400, 403, 404)
        assert "root:" not in response.text


def test_a_key_opens_the_real_api_streams_and_all(client_at: MakeClient, token: str) -> None:
    assert client_at().post(ASK, json=SAID).status_code == 401
    client = client_at(**bearer(token))
    whole = client.post(ASK, json=SAID)
    assert whole.status_code == 200
    assert whole.json()["sources"]
    assert whole.headers["x-ratelimit-limit"] == "600"
    streamed = client.post(ASK, json={**SAID, "stream": True})
    assert streamed.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize("path", ["/", ASK, "/mcp", "/healthz", "/login", "/v1/models"])
def test_a_site_that_points_its_name_here_gets_nothing(
    client_at: MakeClient, token: str, path: str
) -> None:
    headers: Any = {"host": "evil.example", **bearer(token)}
    assert client_at().get(path, headers=headers).status_code == 421
