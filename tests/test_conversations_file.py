"""The file of kept conversations: many processes at once, a kill, damage."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assistant.conversations import (
    ConversationStore,
    Exchange,
    StoreUnavailableError,
    database,
)

PROGRAM = """
import sys
from pathlib import Path
from assistant.conversations import ConversationStore, Exchange
store, owner = ConversationStore(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
conversation_id = store.start(owner)
for number in range(int(sys.argv[3])):
    exchange = Exchange(question=f"{owner} {number}", text="x" * 500)
    store.append(conversation_id, exchange, owner=owner)
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite"


@pytest.fixture
def kept(path: Path) -> ConversationStore:
    return ConversationStore(path)


def writer(path: Path, owner: str, n_exchanges: int) -> subprocess.Popen[str]:
    """Start a process that is ready to keep exchanges, and does once it is sent a line."""
    arguments = [sys.executable, "-c", PROGRAM, str(path), owner, str(n_exchanges)]
    process = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def n_kept(kept: ConversationStore, owner: str) -> int:
    return sum(summary.n_exchanges for summary in kept.summaries(owner))


def test_looking_makes_no_file(tmp_path: Path, kept: ConversationStore) -> None:
    assert kept.summaries("ada") == []
    assert kept.ratings.listed() == []
    assert list(tmp_path.iterdir()) == []


# Many at once


def test_processes_that_write_at_once_lose_nothing(path: Path, kept: ConversationStore) -> None:
    writers = [writer(path, owner, 40) for owner in ("ada", "bob", "eve")]
    for process in writers:
        go(process)
    for process in writers:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert [n_kept(kept, owner) for owner in ("ada", "bob", "eve")] == [40, 40, 40]


def test_a_kill_loses_nothing_that_was_kept(path: Path, kept: ConversationStore) -> None:
    for n_before_kill in (1, 7):
        process = writer(path, f"ada{n_before_kill}", 100_000)
        go(process)
        assert process.stdout
        for _ in range(n_before_kill):
            process.stdout.readline()
        process.kill()
        rest, _ = process.communicate()
        n_acknowledged = n_before_kill + rest.count("\n")
        n_found = n_kept(kept, f"ada{n_before_kill}")
        assert n_acknowledged <= n_found <= n_acknowledged + 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# What is wrong with a file


def test_a_damaged_file_is_said_to_be_so_with_what_mends_it(
    path: Path, kept: ConversationStore
) -> None:
    path.write_bytes(b"This is no database." * 500)
    for use in (kept.summaries, kept.start, kept.ratings.listed):
        with pytest.raises(
            StoreUnavailableError, match=r"conversations\.sqlite.*Move the file away"
        ):
            use()


def test_a_file_that_was_cut_is_said_to_be_damaged(path: Path, kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    for number in range(50):
        kept.append(conversation_id, Exchange(question=f"{number}", text="x" * 3_000), owner="ada")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3] + b"\xff" * 4_000)
    with pytest.raises(StoreUnavailableError):
        kept.get(conversation_id, owner="ada")


def test_a_directory_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    # A file in the directory's place: root, as whom tests may run, writes to any directory.
    (tmp_path / "library").write_text("")
    kept = ConversationStore(tmp_path / "library" / "conversations.sqlite")
    assert kept.summaries() == []
    with pytest.raises(StoreUnavailableError, match="Check the disk"):
        kept.start("ada")


def test_a_file_that_another_holds_is_said_to_be_busy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_TIMEOUT_SECONDS", 0.1)
    kept = ConversationStore(path)
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question="Why?"), owner="ada")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="may be busy"):
            kept.append(conversation_id, Exchange(question="How?"), owner="ada")
        assert n_kept(kept, "ada") == 1  # reading goes on
