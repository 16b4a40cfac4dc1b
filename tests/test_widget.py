"""Which pages the widget's route answers: deny by default."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from tests.widget_pages import (
    KEY,
    LAB,
    SAID,
    STRANGER,
    URL,
    OwlAssistant,
    ask,
    client_of,
    error_of,
    events_of,
)
from ui.server import create_app
from ui.widget import NoKeyAsked, PublishableKeys, WidgetSettings
from ui.widget.cors import ReadableByListedPages
from ui.widget.routes import widget_routes

# Who is answered


def test_a_listed_page_gets_the_stream_and_may_read_it() -> None:
    response = ask(client_of())
    events = events_of(response)
    text = "".join(event["choices"][0]["delta"].get("content", "") for event in events)
    assert text == "They see well [1]."
    assert response.headers["access-control-allow-origin"] == LAB
    assert response.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in response.headers
    assert "set-cookie" not in response.headers


def test_sources_and_nearest_papers_come_without_invisible_characters() -> None:
    (told,) = [event for event in events_of(ask(client_of())) if "sources" in event]
    assert told["sources"][0]["title"] == told["nearest"][0]["title"] == "Owls of night"
    assert told["sources"][0]["quote"] == "They see well."
    assert told["sources"][0]["authors"] == ["Ada"]
    assert told["abstained"] is False


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "*",
        STRANGER,
        "http://lab.example",
        f"{LAB}:8443",
        f"{LAB}.evil.example",
        "https://sub.lab.example",
        "HTTPS://LAB.EXAMPLE",
        f"{LAB}/",
        f"{LAB}, {STRANGER}",
    ],
)
def test_any_other_origin_is_refused_and_cannot_read_why(origin: str | None) -> None:
    owls = OwlAssistant()
    response = ask(client_of(owls), origin)
    assert response.status_code == 403
    assert error_of(response)[1] in ("origin_not_listed", "no_origin")
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert response.headers["vary"] == "Origin"
    assert owls.asked == []


def test_two_origins_are_none() -> None:
    headers = [("origin", LAB), ("origin", STRANGER), ("content-type", "application/json")]
    response = client_of().post(URL, content=json.dumps(SAID), headers=headers)
    assert error_of(response) == (403, "no_origin")


def test_without_settings_nobody_may_ask() -> None:
    app = create_app(OwlAssistant(), with_chat=False)
    widget_routes(app, OwlAssistant(), WidgetSettings())
    client = TestClient(app, base_url="http://127.0.0.1:7860")
    assert error_of(ask(client)) == (403, "origin_not_listed")
    assert error_of(ask(client, "http://127.0.0.1:7860")) == (403, "key_not_allowed")


def test_our_own_page_on_this_machine_is_listed() -> None:
    client = client_of(origins=frozenset())
    assert ask(client, "http://127.0.0.1:7860").status_code == 200
    own = {"host": "localhost:7860", "origin": "http://localhost:7860"}
    assert client.post(URL, json=SAID, headers=own).status_code == 200
    assert error_of(ask(client, "http://127.0.0.1:8000")) == (403, "origin_not_listed")
    assert error_of(ask(client, "http://localhost:7860")) == (403, "origin_not_listed")


def test_a_name_that_was_pointed_at_this_machine_is_not_our_own_page() -> None:
    own = OwlAssistant()
    app = create_app(own, with_chat=False)
    widget_routes(app, own, WidgetSettings(authoriser=NoKeyAsked()))
    headers = {"host": "evil.example:7860", "origin": "http://evil.example:7860"}
    response = TestClient(app).post(URL, json=SAID, headers=headers)
    assert error_of(response) == (403, "origin_not_listed")


# Preflight


def preflight(client: TestClient, origin: str) -> Any:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    return client.options(URL, headers=asked)


def test_a_preflight_allows_what_the_widget_sends_and_no_more() -> None:
    response = preflight(client_of(), LAB)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == LAB
    assert response.headers["access-control-allow-methods"] == "POST"
    assert response.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    assert response.headers["vary"] == "Origin"


def test_a_preflight_of_an_unlisted_page_is_refused() -> None:
    response = preflight(client_of(), STRANGER)
    assert error_of(response) == (403, "origin_not_listed")
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/v1/models", "/v1/chat/completions", "/healthz", "/widget.js"])
def test_no_other_route_answers_a_listed_page(path: str) -> None:
    client = client_of()
    for response in (
        client.get(path, headers={"origin": LAB}),
        client.options(path, headers={"origin": LAB, "access-control-request-method": "POST"}),
    ):
        assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_refusal_of_what_stands_before_it_can_be_read_by_listed_pages_only() -> None:
    async def busy(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("busy", 503, {"Retry-After": "3"})(scope, receive, send)

    client = TestClient(ReadableByListedPages(busy, frozenset({LAB})))
    listed = client.post(URL, headers={"origin": LAB})
    assert listed.headers["access-control-allow-origin"] == LAB
    assert listed.headers["access-control-expose-headers"] == "Retry-After"
    for origin, path in ((STRANGER, URL), (LAB, "/v1/chat/completions"), (LAB, f"{URL}/")):
        other = client.post(path, headers={"origin": origin})
        assert (other.status_code, other.headers["retry-after"]) == (503, "3")
        assert not [name for name in other.headers if name.startswith("access-control")]


# Keys


def test_a_key_must_be_known_and_may_be_bound_to_origins() -> None:
    keys = PublishableKeys({KEY: frozenset({LAB}), "pk_other": frozenset({STRANGER})})
    client = client_of(origins=frozenset({LAB, STRANGER}), authoriser=keys)
    assert ask(client, authorization=f"Bearer {KEY}").status_code == 200
    for headers in ({}, {"authorization": "Bearer pk_wrong"}, {"authorization": f"Basic {KEY}"}):
        refused = ask(client, **headers)
        assert error_of(refused) == (403, "key_not_allowed")
        assert refused.headers["access-control-allow-origin"] == LAB
        assert "data-key" in refused.json()["error"]["message"]
    bound = ask(client, STRANGER, authorization=f"Bearer {KEY}")
    assert error_of(bound) == (403, "key_not_allowed")


def test_a_key_in_the_address_or_in_a_cookie_is_not_looked_at() -> None:
    client = client_of(authoriser=PublishableKeys({KEY: frozenset()}))
    headers = {"origin": LAB, "cookie": f"key={KEY}"}
    response = client.post(f"{URL}?key={KEY}&api_key={KEY}", json=SAID, headers=headers)
    assert error_of(response) == (403, "key_not_allowed")


def test_a_secret_key_cannot_be_made_publishable() -> None:
    with pytest.raises(ValueError, match="pk_") as refused:
        PublishableKeys({"sk_very_secret": frozenset()})
    assert "very_secret" not in str(refused.value)
