"""Keys: what is kept of them, who can read it, and what a running server sees."""

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from ui.access.errors import KeyStoreError, UnknownKeyError
from ui.access.keys import digest_of, id_in, new_token, without_keys
from ui.access.rate import Rate, parse_rate
from ui.access.ring import KeyRing
from ui.access.schema import KEY_TABLES, KEYS_METADATA
from ui.access.store import KEYS_NAME, KeyStore
from vectorstore.database import Database, Place, Tables

OF_THE_FIRST = """
    CREATE TABLE keys (
        key_id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, digest BLOB NOT NULL,
        created_at TEXT NOT NULL, publishable INTEGER NOT NULL, rate_count INTEGER,
        rate_seconds INTEGER, expires_at TEXT, revoked_at TEXT, last_used_at TEXT
    ) WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE spent (token_id TEXT PRIMARY KEY, expires_at TEXT NOT NULL) WITHOUT ROWID;
    PRAGMA user_version = 1;
    INSERT INTO keys VALUES ('0123456789', 'laptop', 'ask', x'00',
        '2026-11-20T10:00:00.000000+00:00', 1, 60, 60, NULL, NULL, NULL);
    INSERT INTO secrets VALUES ('sessions', CAST('secret' AS BLOB));
    INSERT INTO spent VALUES ('ticket', '2999-01-01T00:00:00.000000+00:00');
"""


@pytest.fixture
def store(place: Place) -> KeyStore:
    return KeyStore(place)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the tests that look into the file keep it."""
    return tmp_path / KEYS_NAME


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_key_says_what_it_is_and_holds_256_random_bits() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    for token in tokens:
        assert re.fullmatch(r"cw_[0-9a-f]{10}_[A-Za-z0-9_-]{43}", token)
        assert id_in(token) == token[3:13]
    assert new_token(publishable=True).startswith("pk_")


@pytest.mark.parametrize("text", ["", "none", "sk-123", "cw_", "cw_0123456789_short", "ü" * 57])
def test_what_is_no_key_has_no_id(text: str) -> None:
    assert id_in(text) is None


def test_only_a_digest_is_kept(path: Path) -> None:
    key, token = KeyStore(path).create("laptop", ["ask"])
    assert key.digest == digest_of(token)
    assert token.encode() not in path.read_bytes()
    assert token.split("_", 2)[2].encode() not in path.read_bytes()


@pytest.mark.usefixtures("open_to_all")
def test_the_files_are_for_their_owner_only(path: Path) -> None:
    store = KeyStore(path)
    store.create("laptop", ["ask"])
    with closing(sqlite3.connect(path)) as reader:  # so that SQLite keeps its other files
        assert reader.execute("SELECT name FROM keys").fetchall() == [("laptop",)]
        store.create("phone", ["ask"])
        files = (KEYS_NAME, f"{KEYS_NAME}-wal", f"{KEYS_NAME}-shm")
        assert modes(path) == dict.fromkeys(files, 0o600)


@pytest.mark.usefixtures("open_to_all")
def test_files_that_others_can_read_are_closed_when_they_are_written(path: Path) -> None:
    store = KeyStore(path)
    store.create("laptop", ["ask"])
    path.chmod(0o644)
    with closing(sqlite3.connect(path)) as reader:
        assert reader.execute("SELECT name FROM keys").fetchall() == [("laptop",)]
        assert 0o644 in modes(path).values()
        store.create("phone", ["ask"])
        assert set(modes(path).values()) == {0o600}


@pytest.fixture
def open_to_all() -> Iterator[None]:
    old = os.umask(0)
    yield
    os.umask(old)


def modes(path: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}


def test_reading_makes_no_file(path: Path) -> None:
    store = KeyStore(path)
    assert store.all() == []
    assert store.spent() == frozenset()
    assert not path.exists()


def test_a_key_comes_back_as_it_was_made(store: KeyStore) -> None:
    ends = datetime.now(UTC) + timedelta(days=3)
    key, _ = store.create("a", ["ask", "add"], rate=Rate(60, 60), expires_at=ends)
    other, _ = store.create("b", ["ask"], publishable=True)
    assert store.all() == [key, other]


def test_a_revoked_key_stays_in_the_list(store: KeyStore) -> None:
    key, _ = store.create("laptop", ["ask"])
    revoked = store.revoke(key.key_id)
    assert revoked.state() == "revoked"
    assert store.revoke(key.key_id).revoked_at == revoked.revoked_at
    assert [key.state() for key in store.all()] == ["revoked"]


def test_an_unknown_id_is_named_with_the_command_that_lists_them(store: KeyStore) -> None:
    with pytest.raises(UnknownKeyError, match=r"'nobody'.*citewise keys list"):
        store.revoke("nobody")


def test_a_key_expires(store: KeyStore) -> None:
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    key, _ = store.create("laptop", ["ask"], expires_at=ends)
    assert key.state(ends - timedelta(seconds=1)) == "active"
    assert key.state(ends) == "expired"


def test_a_damaged_file_is_named(path: Path) -> None:
    path.write_bytes(b"no database " * 500)
    with pytest.raises(KeyStoreError, match=rf"{KEYS_NAME}.*can be moved away"):
        KeyStore(path).all()


def test_keys_of_a_later_citewise_are_left_alone(store: KeyStore) -> None:
    store.create("laptop", ["ask"])
    later = Tables("keys", KEYS_METADATA, Path(), "0099")
    with Database(store.place, KEY_TABLES).writing() as connection:
        connection.execute(update(later.version).values(version_num="0099"))
    with pytest.raises(KeyStoreError, match=r"version 0099.*Update citewise"):
        KeyStore(store.place).create("phone", ["ask"])


def test_a_file_of_the_first_citewise_stays_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OF_THE_FIRST)
    before = tables_in(path)
    store = KeyStore(path)
    [key] = store.all()
    assert (key.name, key.publishable, key.rate) == ("laptop", True, Rate(60, 60))
    assert store.secret("sessions") == b"secret"
    assert store.spent() == {"ticket"}
    assert not store.spend("ticket", datetime.now(UTC) + timedelta(hours=1))
    store.note_used({key.key_id: datetime.now(UTC)})
    made, _ = store.create("phone", ["ask"])
    store.revoke(key.key_id)
    assert [key.state() for key in store.all()] == ["revoked", "active"]
    assert store.all()[1] == made
    assert tables_in(path) == before


def tables_in(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT sql FROM sqlite_master").fetchall()


def test_the_secret_is_made_once_whoever_asks(store: KeyStore) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(KeyStore(store.place).secret("sessions")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert store.secret("other") != found[0]


def test_a_ticket_is_spent_once_whoever_spends_it(store: KeyStore) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert store.spend("ticket", later)
    assert not KeyStore(store.place).spend("ticket", later)
    assert store.spent() == {"ticket"}


def test_old_tickets_are_forgotten(store: KeyStore) -> None:
    store.spend("old", datetime.now(UTC) - timedelta(seconds=1))
    store.spend("new", datetime.now(UTC) + timedelta(hours=1))
    assert store.spent() == {"new"}


# The ring


def test_a_key_is_known_by_its_whole_text(store: KeyStore) -> None:
    key, token = store.create("laptop", ["ask"])
    ring = KeyRing(store)
    assert ring.judge(token).key == key
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    for guess in (wrong, token[:-1], f"{token} ", f"pk{token[2:]}", key.key_id, "", "\ud800"):
        assert ring.judge(guess).fault == "unknown"


def test_each_judgement_compares_once_in_constant_time(
    store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An id that exists, one that does not and no key at all take the same path."""
    import hmac

    _, token = store.create("laptop", ["ask"])
    ring, compared = KeyRing(store), []
    real = hmac.compare_digest

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((len(a), len(b)))
        return real(a, b)

    monkeypatch.setattr("ui.access.ring.hmac.compare_digest", compare)
    for guess in (token, token[:-1] + "-", new_token(), "nonsense"):
        ring.judge(guess)
    assert compared == [(32, 32)] * 4


def test_keys_made_and_revoked_elsewhere_count_within_a_second(store: KeyStore) -> None:
    clock = Clock()
    ring = KeyRing(store, clock=clock)
    assert ring.is_empty
    key, token = KeyStore(store.place).create("laptop", ["ask"])
    assert ring.judge(token).fault == "unknown"
    clock.now += 1.1
    assert ring.judge(token).fault is None
    store.revoke(key.key_id)
    clock.now += 1.1
    assert ring.judge(token).fault == "revoked"
    assert not ring.is_empty  # what was closed stays closed


def test_a_flood_reads_the_file_no_more_than_once_a_second(store: KeyStore) -> None:
    class Counting(KeyStore):
        n_reads = 0

        def all_and_spent(self) -> tuple:
            self.n_reads += 1
            return super().all_and_spent()

    counting = Counting(store.place)
    ring = KeyRing(counting, clock=Clock())
    for _ in range(50):
        ring.judge(new_token())
    assert counting.n_reads == 1


def test_a_file_that_can_no_longer_be_read_leaves_the_keys_as_they_were(path: Path) -> None:
    clock, store = Clock(), KeyStore(path)
    _, token = store.create("laptop", ["ask"])
    ring = KeyRing(store, clock=clock)
    path.write_bytes(b"no database " * 500)
    clock.now += 5
    assert ring.judge(token).fault is None
    assert ring.judge(new_token()).fault == "unknown"


def test_the_last_use_is_written_down(store: KeyStore) -> None:
    clock = Clock()
    _, token = store.create("laptop", ["ask"])
    ring = KeyRing(store, clock=clock)
    assert not ring.has_notes()
    ring.judge(token)
    assert ring.has_notes()
    ring.note_uses()
    assert store.all()[0].last_used_at is not None
    ring.judge(token)
    assert not ring.has_notes()  # once a minute is enough
    clock.now += 61
    assert ring.has_notes()


# Rates and logs


@pytest.mark.parametrize(
    ("text", "rate"),
    [("60/min", Rate(60, 60)), ("5/s", Rate(5, 1)), ("1000/h", Rate(1000, 3_600))],
)
def test_a_rate_is_read_and_shown_as_it_is_written(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate
    assert str(rate) == text


@pytest.mark.parametrize("text", ["", "60", "0/min", "-1/s", "60/year", "1e9/s", "1/min/s"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="no rate such as 60/min"):
        parse_rate(text)


def test_no_key_stands_in_a_log() -> None:
    token = new_token()
    shown = without_keys(f"GET /v1?x={token} and pk_short")
    assert token[:13] in shown
    assert token[14:] not in shown
    assert shown.endswith("pk_short")
