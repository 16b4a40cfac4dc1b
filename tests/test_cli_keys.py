"""`citewise keys`: make, list and revoke, for a person and for a program."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import ui.cli.main
from ui.access.keys import id_in
from ui.access.ring import KeyRing
from ui.access.store import KEYS_NAME, KeyStore
from ui.cli.commands import keys

Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = [command for command in ui.cli.main.COMMANDS if command is not keys]
    monkeypatch.setattr(ui.cli.main, "COMMANDS", (*commands, keys))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory that holds a library; the command does not open it."""
    (tmp_path / "catalogue.sqlite").write_bytes(b"")
    return tmp_path


def test_a_new_key_is_printed_alone_and_only_once(place: Path, run_citewise: Citewise) -> None:
    ended = run_citewise("keys", "create", "my laptop", "--library", place)
    token = ended.out.strip()
    key_id = id_in(token)
    assert ended.code == 0
    assert key_id
    assert "shown only now" in ended.err
    assert "ask search" in ended.err
    listed = run_citewise("keys", "list", "--library", place)
    assert key_id in listed.out
    assert "my laptop" in listed.out
    assert token[14:] not in listed.out
    assert KeyRing(KeyStore(place / KEYS_NAME)).judge(token).fault is None


def test_a_key_is_made_as_asked_for(place: Path, run_citewise: Citewise) -> None:
    ended = run_citewise(
        *("keys", "create", "bot", "--scope", "ask,add", "--expires", "30", "--rate", "60/min"),
        *("--library", place, "--json"),
    )
    made = ended.json
    assert made["scopes"] == ["add", "ask"]
    assert made["rate"] == "60/min"
    assert made["state"] == "active"
    ends = datetime.fromisoformat(made["expires_at"])
    assert timedelta(days=29) < ends - datetime.now(UTC) <= timedelta(days=30)
    assert id_in(made["key"]) == made["id"]
    assert "key" not in run_citewise("keys", "list", "--library", place, "--json").json[0]


def test_a_publishable_key_can_only_ask(place: Path, run_citewise: Citewise) -> None:
    command = ("keys", "create", "site", "--publishable", "--library", place, "--json")
    made = run_citewise(*command).json
    assert made["key"].startswith("pk_")
    assert made["scopes"] == ["ask"]
    refused = run_citewise(*command, "--scope", "ask,search")
    assert refused.code == 2
    assert "leave --scope out" in refused.err


def test_a_revoked_key_is_listed_as_such(place: Path, run_citewise: Citewise) -> None:
    made = run_citewise("keys", "create", "old", "--library", place, "--json").json
    ended = run_citewise("keys", "revoke", made["id"], "--library", place)
    assert (ended.code, ended.out) == (0, f"Key {made['id']} (old) is revoked.\n")
    (listed,) = run_citewise("keys", "list", "--library", place, "--json").json
    assert listed["state"] == "revoked"
    assert KeyRing(KeyStore(place / KEYS_NAME)).judge(made["key"]).fault == "revoked"


def test_an_unknown_id_fails_with_the_command_that_lists_them(
    place: Path, run_citewise: Citewise
) -> None:
    ended = run_citewise("keys", "revoke", "nobody", "--library", place)
    assert ended.code == 1
    assert "citewise keys list" in ended.err


def test_no_keys_are_said_to_be_none(place: Path, run_citewise: Citewise) -> None:
    assert "citewise keys create NAME" in run_citewise("keys", "list", "--library", place).out
    assert json.loads(run_citewise("keys", "list", "--library", place, "--json").out) == []
    assert [file.name for file in place.iterdir()] == ["catalogue.sqlite"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("create",),
        ("create", " "),
        ("create", "x" * 101),
        ("create", "a", "--scope", "everything"),
        ("create", "a", "--expires", "0"),
        ("create", "a", "--rate", "often"),
        ("revoke",),
        (),
    ],
)
def test_what_cannot_be_made_is_bad_usage(
    place: Path, run_citewise: Citewise, arguments: tuple[str, ...]
) -> None:
    ended = run_citewise("keys", *arguments, *(("--library", place) if arguments else ()))
    assert ended.code == 2
    assert not (place / KEYS_NAME).exists()


def test_a_directory_without_a_library_gets_no_keys(tmp_path: Path, run_citewise: Citewise) -> None:
    ended = run_citewise("keys", "create", "a", "--library", tmp_path / "none")
    assert ended.code == 1
    assert "--library DIR" in ended.err


def test_a_name_cannot_pass_for_another_line(place: Path, run_citewise: Citewise) -> None:
    run_citewise("keys", "create", "a\nb\x1b[2J", "--library", place)
    listed = run_citewise("keys", "list", "--library", place).out
    assert "a b[2J" in listed
    assert "\x1b" not in listed
