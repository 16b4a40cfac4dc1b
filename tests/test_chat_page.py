"""The page as Gradio serves it, without a browser."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from ui.chat import resources
from ui.chat.page import head_html, mount_chat
from vectorstore import Library

STATIC = Path(resources.__file__).parent / "static"


def mounted(assistant: Assistant) -> FastAPI:
    """Mount the chat inside a running event loop.

    Outside one Gradio makes an event loop for every lock it needs, and closes none of them.
    """

    async def mount() -> FastAPI:
        return mount_chat(FastAPI(), assistant)

    return asyncio.run(mount())


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(mounted(assistant)) as client:
        yield client


def test_the_page_is_served_with_its_own_style_and_script(client: TestClient) -> None:
    page = client.get("/").text
    assert "Citewise" in page
    assert "--accent-soft" in page
    assert "drawThread" in page


def test_no_handler_can_be_called_as_an_api(client: TestClient) -> None:
    config = client.get("/config").json()
    assert {event["api_visibility"] for event in config["dependencies"]} == {"private"}
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}


@pytest.mark.parametrize("path", ["upload", "upload/", "process_recording"])
def test_no_file_can_be_uploaded(client: TestClient, path: str) -> None:
    files = {"files": ("note.html", b"<script>alert(1)</script>", "text/html")}
    assert client.post(f"/gradio_api/{path}", files=files).status_code in {404, 405}


def test_no_gradio_footer_and_no_analytics(client: TestClient) -> None:
    config = client.get("/config").json()
    assert config["footer_links"] == []
    assert config["analytics_enabled"] is False


def test_a_library_without_papers_has_a_page_too(make_library: Callable[[], Library]) -> None:
    from assistant.build import build_assistant
    from assistant.settings import load_settings

    library = make_library()
    assistant = build_assistant(load_settings(library=library.path), library)
    with TestClient(mounted(assistant)) as client:
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "file",
    [file for file in STATIC.rglob("*") if file.suffix in {".css", ".html", ".js"}],
    ids=lambda file: file.name,
)
def test_our_own_files_name_no_other_site(file: Path) -> None:
    assert not re.search(r"https?://|//\w+\.\w", file.read_text(encoding="utf-8"))


def test_style_and_script_cannot_end_their_element_early() -> None:
    assert head_html().count("</style>") == 1
    assert head_html().count("</script>") == 1


def test_gradio_is_not_imported_before_it_is_needed() -> None:
    check = "import sys, ui.chat.page; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False, timeout=60).returncode == 0
