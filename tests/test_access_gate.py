"""The gate: attacks on the API and on MCP, each a test."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.access_servers import ASK, STRANGER, Behind, bearer
from ui.access.errors import AccessError
from ui.access.keys import new_token
from ui.access.listening import why_not_listen
from ui.access.logins import Logins
from ui.access.rate import Rate
from ui.access.settings import AccessSettings
from ui.access.store import KEYS_NAME

LOGINS = Logins({"ada": "correct horse"})
PROGRAMS = [("POST", ASK), ("GET", "/v1/search"), ("GET", "/v1/papers/a/b"), ("POST", "/mcp")]


@pytest.fixture
def behind(tmp_path: Path) -> Behind:
    return Behind(tmp_path)


def refused(response: Any) -> tuple[int, str]:
    """Return status and code of a refusal, which must have OpenAI's shape."""
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert response.headers["x-content-type-options"] == "nosniff"
    return response.status_code, error["code"]


# Who needs a key


@pytest.mark.parametrize(("method", "path"), PROGRAMS)
def test_without_keys_this_machine_is_let_in_with_any_key_or_none(
    behind: Behind, method: str, path: str
) -> None:
    for headers in ({}, bearer("none"), bearer(new_token())):
        assert behind.client().request(method, path, headers=headers).status_code == 200


@pytest.mark.parametrize(("method", "path"), [*PROGRAMS, ("GET", "/v1/nothing"), ("GET", "/v1")])
def test_once_a_key_exists_each_route_of_programs_wants_one(
    behind: Behind, method: str, path: str
) -> None:
    behind.key()
    response = behind.client().request(method, path)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert behind.app.state.n_asked == 0


def test_a_refusal_has_openais_shape_on_v1_and_is_plain_elsewhere(behind: Behind) -> None:
    behind.key()
    assert refused(behind.client().post(ASK)) == (401, "missing_api_key")
    plain = behind.client().post("/mcp")
    assert plain.headers["content-type"].startswith("text/plain")
    assert "Authorization: Bearer" in plain.text


def test_a_key_opens_what_its_scopes_name(behind: Behind) -> None:
    _, token = behind.key("ask", "search")
    client = behind.client(**bearer(token))
    for method, path in (*PROGRAMS, ("GET", "/v1/models")):
        assert client.request(method, path).status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("ask", "GET", "/v1/search"),
        ("ask", "GET", "/v1/papers/x"),
        ("ask", "POST", "/v1/imports"),
        ("search", "POST", ASK),
        ("search", "POST", "/mcp"),
        ("search", "POST", "/v1/imports"),
        ("add", "POST", ASK),
        ("add", "GET", "/v1/models"),
    ],
)
def test_a_key_of_the_wrong_scope_is_refused(
    behind: Behind, scope: str, method: str, path: str
) -> None:
    _, token = behind.key(scope)
    response = behind.client(**bearer(token)).request(method, path)
    assert response.status_code == 403
    assert scope in response.text
    assert behind.app.state.n_asked == 0


def test_a_revoked_key_is_refused(behind: Behind) -> None:
    key, token = behind.key()
    behind.revoke(key)
    assert refused(behind.client(**bearer(token)).post(ASK)) == (401, "revoked_api_key")


def test_an_expired_key_is_refused(behind: Behind) -> None:
    _, token = behind.key(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert refused(behind.client(**bearer(token)).post(ASK)) == (401, "expired_api_key")


def test_revoking_the_only_key_opens_nothing(behind: Behind) -> None:
    key, _ = behind.key()
    behind.revoke(key)
    assert refused(behind.client().post(ASK)) == (401, "missing_api_key")


def test_a_publishable_key_is_of_no_use_outside_the_widget(behind: Behind) -> None:
    _, token = behind.key("ask", publishable=True)
    for method, path in PROGRAMS:
        assert behind.client(**bearer(token)).request(method, path).status_code == 403
    authoriser = behind.access.widget_authoriser()
    assert authoriser.allows(token, "https://lab.example")
    assert not authoriser.allows("", "https://lab.example")


def test_the_widget_wants_a_key_where_the_api_does(tmp_path: Path) -> None:
    lab = "https://lab.example"
    assert Behind(tmp_path).access.widget_authoriser().allows("", lab)
    assert not Behind(tmp_path, host="0.0.0.0").access.widget_authoriser().allows("", lab)
    everyone = Behind(tmp_path, host="0.0.0.0", no_auth=True)
    assert everyone.access.widget_authoriser().allows("", lab)


def test_a_secret_key_does_not_work_in_a_page(behind: Behind) -> None:
    _, token = behind.key("ask")
    assert not behind.access.widget_authoriser().allows(token, "https://lab.example")


@pytest.mark.parametrize(
    "header", ["Basic {}", "Token {}", "{}", "Bearer", "Bearer {} {}", "Bearer  {}x", "bearer\t{}"]
)
def test_a_key_in_another_form_is_no_key(behind: Behind, header: str) -> None:
    _, token = behind.key()
    headers = {"authorization": header.replace("{}", token)}
    assert behind.client().post(ASK, headers=headers).status_code == 401


def test_the_scheme_may_be_in_any_case(behind: Behind) -> None:
    _, token = behind.key()
    headers = {"authorization": f"bEaReR {token}"}
    assert behind.client().post(ASK, headers=headers).status_code == 200


def test_two_keys_are_ambiguous(behind: Behind) -> None:
    _, token = behind.key()
    headers = [("authorization", f"Bearer {token}"), ("authorization", "Bearer none")]
    assert refused(behind.client().post(ASK, headers=headers)) == (400, "ambiguous_key")


@pytest.mark.parametrize("name", ["key", "api_key", "API_KEY", "access_token", "token", "x"])
def test_a_key_in_the_address_is_refused_and_stands_in_no_answer(behind: Behind, name: str) -> None:
    _, token = behind.key()
    response = behind.client().post(f"{ASK}?{name}={token}")
    assert refused(response) == (400, "key_in_address")
    assert token not in response.text
    encoded = token.replace("_", "%5F")
    assert refused(behind.client().post(f"{ASK}?{name}={encoded}")) == (400, "key_in_address")


def test_no_auth_lets_everyone_in_though_keys_exist(tmp_path: Path) -> None:
    behind = Behind(tmp_path, no_auth=True, host="0.0.0.0")
    key, token = behind.key("search")
    behind.revoke(key)
    for headers in ({}, bearer(token)):
        assert behind.client(STRANGER).post(ASK, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"},
        {"allowed_hosts": ("papers.example",)},
        {"trusted_proxies": ("127.0.0.1",)},
        {"logins": LOGINS},
    ],
)
def test_others_never_come_in_without_a_key(tmp_path: Path, settings: Any) -> None:
    behind = Behind(tmp_path, **settings)
    assert refused(behind.client().post(ASK)) == (401, "missing_api_key")
    _, token = behind.key()
    (tmp_path / KEYS_NAME).unlink()
    behind.look_again()
    assert behind.client(**bearer(token)).post(ASK).status_code == 401


def test_a_websocket_is_never_let_through(behind: Behind) -> None:
    from starlette.websockets import WebSocketDisconnect

    with (
        pytest.raises(WebSocketDisconnect),
        behind.client().websocket_connect("/v1/chat/completions"),
    ):
        pass


# Where it listens


@pytest.mark.parametrize(
    ("settings", "has_keys", "listens"),
    [
        ({}, False, True),
        ({"host": "localhost"}, False, True),
        ({"host": "0.0.0.0"}, False, False),
        ({"host": "0.0.0.0"}, True, True),
        ({"host": "0.0.0.0", "no_auth": True}, False, True),
        ({"host": "0.0.0.0", "logins": LOGINS}, False, True),
        ({"allowed_hosts": ("papers.example",)}, False, False),
        ({"trusted_proxies": ("127.0.0.1",)}, False, False),
    ],
)
def test_where_it_may_listen(settings: Any, has_keys: bool, listens: bool) -> None:
    reason = why_not_listen(AccessSettings(**settings), has_keys=has_keys)
    assert (reason is None) is listens
    if reason:
        assert "citewise keys create NAME" in reason
        assert "--no-auth" in reason


def test_everyone_and_some_cannot_be_let_in_at_once() -> None:
    with pytest.raises(AccessError, match="--no-auth"):
        AccessSettings(no_auth=True, logins=LOGINS)


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "proxy.example", ""])
def test_no_proxy_is_trusted_that_anybody_could_be(proxy: str) -> None:
    with pytest.raises(AccessError, match="--trusted-proxy"):
        AccessSettings(trusted_proxies=(proxy,))


# Metrics


def test_metrics_are_for_this_machine_or_a_key(tmp_path: Path) -> None:
    behind = Behind(tmp_path, host="0.0.0.0")
    _, token = behind.key("search")
    _, publishable = behind.key("ask", publishable=True)
    assert behind.client().get("/metrics").status_code == 200
    passed_on = {"x-forwarded-for": "127.0.0.1"}
    assert behind.client().get("/metrics", headers=passed_on).status_code == 401
    assert behind.client(STRANGER).get("/metrics").status_code == 401
    assert behind.client(STRANGER, **bearer(publishable)).get("/metrics").status_code == 401
    assert behind.client(STRANGER, **bearer(token)).get("/metrics").status_code == 200


def test_probes_are_open(tmp_path: Path) -> None:
    behind = Behind(tmp_path, host="0.0.0.0")
    behind.key()
    assert behind.client(STRANGER).get("/healthz").status_code == 200


# How often


def test_a_key_has_its_own_rate_and_hears_of_it(behind: Behind) -> None:
    _, token = behind.key(rate=Rate(2, 60))
    client = behind.client(**bearer(token))
    first, second, third = (client.post(ASK) for _ in range(3))
    assert [first.status_code, second.status_code] == [200, 200]
    assert first.headers["x-ratelimit-limit"] == "2"
    assert first.headers["x-ratelimit-remaining"] == "1"
    assert first.headers["ratelimit-policy"] == '"default";q=2;w=60'
    assert second.headers["ratelimit"].startswith('"default";r=0;t=')
    assert refused(third) == (429, "rate_limit_exceeded")
    assert 1 <= int(third.headers["retry-after"]) <= 30
    assert behind.app.state.n_asked == 2


def test_one_who_comes_too_often_hinders_nobody_else(tmp_path: Path) -> None:
    behind = Behind(tmp_path, key_rate=Rate(2, 60))
    _, loud = behind.key()
    _, quiet = behind.key()
    for _ in range(20):
        behind.client(STRANGER, **bearer(loud)).post(ASK)
        behind.client(STRANGER, **bearer(new_token())).post(ASK)
    assert behind.client(STRANGER, **bearer(loud)).post(ASK).status_code == 429
    assert behind.client(STRANGER, **bearer(quiet)).post(ASK).status_code == 200


def test_guessing_keys_is_slowed_down(tmp_path: Path) -> None:
    behind = Behind(tmp_path, host="0.0.0.0")
    behind.key()
    statuses = [
        behind.client(STRANGER, **bearer(new_token())).post(ASK).status_code for _ in range(40)
    ]
    assert statuses[:30] == [401] * 30
    assert set(statuses[30:]) == {429}


def test_an_address_has_a_rate_and_this_machine_has_none(tmp_path: Path) -> None:
    behind = Behind(tmp_path, no_auth=True, host="0.0.0.0", address_rate=Rate(2, 60))
    statuses = [behind.client(STRANGER).post(ASK).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert behind.client("203.0.113.8").post(ASK).status_code == 200
    assert {behind.client().post(ASK).status_code for _ in range(5)} == {200}


def test_one_customers_ipv6_addresses_count_together(tmp_path: Path) -> None:
    behind = Behind(tmp_path, no_auth=True, host="::", address_rate=Rate(2, 60))
    statuses = [behind.client(f"2001:db8::{n}").post(ASK).status_code for n in range(1, 4)]
    assert statuses == [200, 200, 429]
    assert behind.client("2001:db8:0:1::1").post(ASK).status_code == 200


# Proxies


def test_no_client_can_say_that_it_is_another(tmp_path: Path) -> None:
    behind = Behind(tmp_path, no_auth=True, host="0.0.0.0")
    said = {"x-forwarded-for": "10.1.1.1", "forwarded": "for=10.1.1.1", "x-real-ip": "10.1.1.1"}
    assert behind.client(STRANGER).post(ASK, headers=said).json()["address"] == STRANGER


def test_a_trusted_proxy_is_believed_about_whom_it_saw(tmp_path: Path) -> None:
    behind = Behind(tmp_path, no_auth=True, trusted_proxies=("127.0.0.1",))
    said = {"x-forwarded-for": f"10.1.1.1, {STRANGER}"}  # the first is what the client said
    assert behind.client().post(ASK, headers=said).json()["address"] == STRANGER
    assert behind.client("203.0.113.9").post(ASK, headers=said).json()["address"] == "203.0.113.9"
