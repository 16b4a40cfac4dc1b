"""The widget's script and its demo, as they are sent."""

import gzip

import pytest
from fastapi.testclient import TestClient

from tests.widget_pages import LAB, OwlAssistant, client_of
from ui.server import create_app
from ui.widget import WidgetSettings
from ui.widget.routes import widget_routes
from ui.widget.script import widget_script


def test_the_script_is_small() -> None:
    assert len(widget_script().packed) < 12 * 1_024
    assert gzip.decompress(widget_script().packed) == widget_script().source


def test_the_script_makes_no_markup_of_text_and_asks_nobody_else() -> None:
    source = widget_script().source.decode()
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert word not in source
    assert source.count("fetch(") == 1
    assert [line for line in source.splitlines() if "http" in line and "w3.org" not in line] == [
        'return ["http:", "https:"].includes(url.protocol) ? url : null;'
    ]


@pytest.mark.parametrize(("coding", "is_packed"), [("gzip, br", True), ("identity", False)])
def test_the_script_is_sent_packed_where_that_is_understood(coding: str, is_packed: bool) -> None:
    response = client_of().get("/widget.js", headers={"accept-encoding": coding})
    assert response.content == widget_script().source
    assert ("content-encoding" in response.headers) is is_packed
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_script_is_kept_for_ever_by_its_version_and_asked_for_again_otherwise() -> None:
    client = client_of()
    assert "immutable" in cached(client, f"?v={widget_script().version}")
    assert "immutable" not in cached(client, "")
    assert "immutable" not in cached(client, "?v=1")
    first = client.get("/widget.js")
    again = client.get("/widget.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def cached(client: TestClient, query: str) -> str:
    return client.get(f"/widget.js{query}").headers["cache-control"]


# The demo


def test_the_demo_is_for_this_machine_or_a_server_with_listed_pages() -> None:
    def status(origins: frozenset[str], host: str, path: str) -> int:
        app = create_app(OwlAssistant(), with_chat=False)
        widget_routes(app, OwlAssistant(), WidgetSettings(origins))
        return TestClient(app).get(path, headers={"host": host}).status_code

    for path in ("/widget/demo", "/widget/demo.js", "/widget/demo.css"):
        assert status(frozenset(), "127.0.0.1:7860", path) == 200
        assert status(frozenset(), "citewise.example", path) == 404
        assert status(frozenset({LAB}), "citewise.example", path) == 200
    for path in ("/widget/style", "/widget/..%2fkeys.py", "/widget/demo.html"):
        assert status(frozenset({LAB}), "127.0.0.1", path) == 404


def test_the_demo_has_a_policy_without_inline_script_or_style() -> None:
    response = client_of().get("/widget/demo")
    own, *_ = response.headers.get_list("content-security-policy")
    assert "script-src 'self';" in own
    assert "unsafe" not in own
    assert f"v={widget_script().version}" in response.text
