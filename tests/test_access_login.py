"""The chat's login: who gets in, what a cookie is worth, and attacks on it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.access_servers import ASK, STRANGER, Behind
from ui.access.errors import AccessError
from ui.access.login_page import login_page, target_of
from ui.access.logins import Logins, logins_of, parse_login
from ui.access.ring import KeyRing
from ui.access.sessions import SESSION_SECONDS, Sessions
from ui.access.store import KeyStore

LOGINS = Logins({"ada": "correct horse", "Zoë": "battery staple"})
OWN = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
HTML = {"accept": "text/html"}


@pytest.fixture
def behind(tmp_path: Path) -> Behind:
    return Behind(tmp_path, logins=LOGINS)


def form_of(client: TestClient) -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def log_in(client: TestClient, user: str = "ada", password: str = "correct horse", **said: str):
    fields = {"user": user, "password": password, "form": form_of(client), **said}
    return client.post("/login", data=fields, headers=OWN)


# Getting in


def test_a_person_is_led_to_the_login_and_a_program_is_told(behind: Behind) -> None:
    led = behind.client(**HTML).get("/chat/x")
    assert (led.status_code, led.headers["location"]) == (303, "/login?next=/chat/x")
    assert behind.client(**HTML).get("/").headers["location"] == "/login"
    assert behind.client().get("/gradio_api/info").status_code == 401
    assert behind.client(**HTML).post("/gradio_api/queue/join").status_code == 401


@pytest.mark.parametrize("user", ["ada", "Zoë"])
def test_who_knows_the_password_gets_in(behind: Behind, user: str) -> None:
    client = behind.client(**HTML)
    password = {"ada": "correct horse", "Zoë": "battery staple"}[user]
    response = log_in(client, user, password, next="/chat/x")
    assert (response.status_code, response.headers["location"]) == (303, "/chat/x")
    assert client.get("/").status_code == 200
    assert client.post(ASK).status_code == 200  # the chat's own page may use the API too


def test_the_cookie_is_out_of_scripts_and_other_sites_reach(behind: Behind) -> None:
    cookie = log_in(behind.client()).headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()


def test_behind_https_the_cookie_never_travels_in_clear(tmp_path: Path) -> None:
    behind = Behind(tmp_path, logins=LOGINS, trusted_proxies=("127.0.0.1",))
    client = behind.client(**{"x-forwarded-proto": "https"})
    cookie = log_in(client).headers["set-cookie"]
    assert cookie.startswith("__Host-citewise_session=")
    assert "secure" in cookie.lower()


@pytest.mark.parametrize(
    ("user", "password"), [("ada", "wrong"), ("ada", ""), ("eve", "correct horse"), ("", "")]
)
def test_a_wrong_login_does_not_tell_which_part_was_wrong(
    behind: Behind, user: str, password: str
) -> None:
    client = behind.client()
    response = log_in(client, user, password)
    assert response.status_code == 401
    assert "Name or password is wrong." in response.text
    assert "set-cookie" not in response.headers
    assert client.get("/").status_code == 401


def test_passwords_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import hmac

    lengths, real = [], hmac.compare_digest

    def compare(a: bytes, b: bytes) -> bool:
        lengths.append((len(a), len(b)))
        return real(a, b)

    monkeypatch.setattr("ui.access.logins.hmac.compare_digest", compare)
    for user, password in (("ada", "correct horse"), ("ada", "x"), ("eve", "x" * 500)):
        LOGINS.are_right(user, password)
    assert lengths == [(32, 32)] * 3


# Attacks


def test_a_login_that_was_listened_to_cannot_be_sent_again(behind: Behind) -> None:
    client = behind.client()
    fields = {"user": "ada", "password": "correct horse", "form": form_of(client)}
    assert client.post("/login", data=fields, headers=OWN).status_code == 303
    again = behind.client().post("/login", data=fields, headers=OWN)
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


def test_a_form_is_no_session_and_a_session_no_form(behind: Behind) -> None:
    client = behind.client()
    form = form_of(client)
    client.cookies.set("citewise_session", form)
    assert client.get("/").status_code == 401
    other = behind.client()
    log_in(other)
    fields = {"user": "ada", "password": "correct horse", "form": other.cookies["citewise_session"]}
    assert behind.client().post("/login", data=fields, headers=OWN).status_code == 403


def test_a_copied_cookie_ends_with_its_session(behind: Behind) -> None:
    client = behind.client()
    log_in(client)
    copied = client.cookies["citewise_session"]
    thief = behind.client()
    thief.cookies.set("citewise_session", copied)
    assert thief.get("/").status_code == 200
    assert client.post("/logout", headers=OWN).status_code == 303
    assert thief.get("/").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1", "sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
def test_no_other_site_can_log_its_visitor_in_or_out(behind: Behind, headers: Any) -> None:
    client = behind.client()
    fields = {"user": "ada", "password": "correct horse", "form": form_of(client)}
    assert client.post("/login", data=fields, headers=headers).status_code == 403
    log_in(client)
    assert client.post("/logout", headers=headers).status_code == 403
    assert client.get("/").status_code == 200


def test_guessing_passwords_is_slowed_down_and_others_still_get_in(behind: Behind) -> None:
    guesser = behind.client(STRANGER)
    statuses = [log_in(guesser, password=f"guess {n}").status_code for n in range(9)]
    assert statuses[:6] == [401] * 6
    assert set(statuses[6:]) == {429}
    slowed = log_in(guesser)
    assert int(slowed.headers["retry-after"]) >= 1
    assert log_in(behind.client()).status_code == 303


def test_guessing_from_many_addresses_is_slowed_down_too(behind: Behind) -> None:
    guesses = (
        log_in(behind.client(f"203.0.113.{n}"), password="guess!!!").status_code for n in range(250)
    )
    assert 429 in guesses  # after 60, and some more where they take their time


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: cookie.replace(cookie.split(".")[1], "9999999999"),
        lambda cookie: "Wm_Dqw." + cookie.partition(".")[2],
        lambda cookie: cookie.rpartition(".")[0],
        lambda cookie: cookie.rpartition(".")[0] + ".",
        lambda cookie: "x" * 5_000,
        lambda cookie: "...",
        lambda cookie: "",
    ],
)
def test_a_forged_cookie_is_worth_nothing(behind: Behind, spoil: Callable[[str], str]) -> None:
    client = behind.client()
    log_in(client)
    forged = spoil(client.cookies["citewise_session"])
    response = behind.client(cookie=f"citewise_session={forged}").get("/")
    assert response.status_code == 401


def test_a_session_ends_when_it_is_old_or_the_password_changes(tmp_path: Path) -> None:
    now = 1_000_000.0
    store = KeyStore(tmp_path / "keys.sqlite")
    secret, ring = store.secret("sessions"), KeyRing(store)
    cookie = Sessions(secret, LOGINS, ring, lambda: now).start("ada")
    assert Sessions(secret, LOGINS, ring, lambda: now + 60).user_of(cookie) == "ada"
    late = Sessions(secret, LOGINS, ring, lambda: now + SESSION_SECONDS + 1)
    assert late.user_of(cookie) is None
    for logins in (Logins({"ada": "new password"}), Logins({"eve": "correct horse"}), Logins()):
        assert Sessions(secret, logins, ring, lambda: now).user_of(cookie) is None
    assert Sessions(b"another library's", LOGINS, ring, lambda: now).user_of(cookie) is None


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "",
        "/é",
        "/" + "a" * 600,
    ],
)
def test_the_login_leads_nowhere_else(behind: Behind, target: str) -> None:
    assert target_of(target) == "/"
    response = log_in(behind.client(), next=target)
    assert response.headers["location"] == "/"


def test_the_login_page_runs_nothing_and_sends_only_its_form(behind: Behind) -> None:
    response = behind.client().get("/login?next=/%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script" not in policy
    assert "<script" not in response.text
    assert response.headers["cache-control"] == "no-store"
    page = login_page(form="<form>", target='"><b>', problem="<i>{form}", user='"><b>{style}')
    assert not re.search(r"<(b|i|form)>", page)


def test_a_form_without_end_is_refused(behind: Behind) -> None:
    response = behind.client().post("/login", content=b"user=" + b"a" * 20_000, headers=OWN)
    assert response.status_code == 403


def test_old_forms_are_refused(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    store = KeyStore(tmp_path / "keys.sqlite")
    ring = KeyRing(store)
    form = Sessions(b"secret", LOGINS, ring, now.timestamp).form()
    later = now + timedelta(minutes=16)
    assert not Sessions(b"secret", LOGINS, ring, later.timestamp).accept_form(form)


def test_without_logins_the_chat_is_open_here_and_closed_to_others(tmp_path: Path) -> None:
    assert Behind(tmp_path).client(**HTML).get("/").status_code == 200
    closed = Behind(tmp_path, host="0.0.0.0").client(STRANGER, **HTML).get("/")
    assert closed.status_code == 403
    assert "--auth USER:PASSWORD" in closed.text


# Logins as an operator gives them


def test_logins_come_from_flags_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "logins"
    file.write_text("# the team\nada:correct horse\n\nbob:pass:with:colons\n", encoding="utf-8")
    file.chmod(0o600)
    logins = logins_of([("eve", "battery staple")], file)
    assert logins.are_right("ada", "correct horse")
    assert logins.are_right("bob", "pass:with:colons")
    assert logins.are_right("eve", "battery staple")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("ada:short\n", "line 1"), ("ada\n", "line 1"), ("# none\n", "holds no login")],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "logins"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(AccessError, match=reason):
        logins_of([], file)


def test_passwords_that_others_can_read_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "logins"
    file.write_text("ada:correct horse\n", encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(AccessError, match="chmod 600"):
        logins_of([], file)
    with pytest.raises(AccessError, match="Cannot read"):
        logins_of([], tmp_path / "none")


@pytest.mark.parametrize("text", ["ada", ":password1", "ada:short", "a\nb:password1"])
def test_a_login_that_is_none_is_bad_usage(text: str) -> None:
    with pytest.raises(Exception, match=r"USER:PASSWORD|too short"):
        parse_login(text)
