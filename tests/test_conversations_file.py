"""The file of kept conversations: many at once, a kill, damage, other versions, hostile text."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversations import (
    ConversationError,
    ConversationStore,
    Exchange,
    StoreUnavailableError,
    UnknownConversationError,
    database,
    schema,
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


# Many at once


def test_processes_that_write_at_once_lose_nothing(path: Path, kept: ConversationStore) -> None:
    writers = [writer(path, owner, 40) for owner in ("ada", "bob", "eve")]
    for process in writers:
        go(process)
    for process in writers:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert [n_kept(kept, owner) for owner in ("ada", "bob", "eve")] == [40, 40, 40]


def test_threads_that_write_and_read_at_once_lose_nothing(kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    failures: list[ConversationError] = []

    def use(number: int) -> None:
        try:
            for each in range(10):
                exchange = Exchange(question=f"{number} {each}")
                kept.append(conversation_id, exchange, owner="ada")
                kept.summaries("ada", query="1")
        except ConversationError as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    exchanges = kept.get(conversation_id, owner="ada").exchanges
    assert len({each.exchange.question for each in exchanges}) == 80


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
    path: Path, kept: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_TIMEOUT_SECONDS", 0.1)
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question="Why?"), owner="ada")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="may be busy"):
            kept.append(conversation_id, Exchange(question="How?"), owner="ada")
        assert n_kept(kept, "ada") == 1  # reading goes on


def test_a_change_that_fails_changes_nothing(kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question="Why?"), owner="ada")
    with pytest.raises(TypeError):
        kept.replace_last(conversation_id, Exchange(question="?", text=b"no text"), owner="ada")
    [left] = kept.get(conversation_id, owner="ada").exchanges
    assert left.exchange.question == "Why?"


# Versions


def test_a_file_of_a_later_version_is_left_alone(path: Path, kept: ConversationStore) -> None:
    kept.start("ada")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for use in (kept.summaries, kept.start):
        with pytest.raises(StoreUnavailableError, match=r"version 99.*Update citewise"):
            use()


def test_a_file_of_an_earlier_version_is_brought_up_to_date(
    path: Path, kept: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question="Why?"), owner="ada")
    later = (*schema.UPGRADES, ("ALTER TABLE conversations ADD COLUMN colour TEXT DEFAULT 'red'",))
    monkeypatch.setattr(database, "UPGRADES", later)
    assert n_kept(kept, "ada") == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT colour FROM conversations").fetchone() == ("red",)


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(
    path: Path, kept: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.start("ada")
    failing = ("ALTER TABLE conversations ADD COLUMN colour TEXT", "SELECT * FROM nothing")
    monkeypatch.setattr(database, "UPGRADES", (*schema.UPGRADES, failing))
    with pytest.raises(StoreUnavailableError, match="nothing"):
        kept.summaries("ada")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        columns = [row[1] for row in connection.execute("PRAGMA table_info(conversations)")]
    assert "colour" not in columns


# Hostile text

HOSTILE = [
    '"', "'", '" OR 1=1 --', "NEAR(a b)", "question:secret", "* AND NOT", "(((", "%", "_", "\\",
    "a\x00b", "\ud800", "^x -y +z", '""""', "{question answer} : x", "x" * 90_000, "日", "🦉" * 9,
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: ascii(query)[:20])
def test_a_hostile_query_is_only_text(query: str, kept: ConversationStore) -> None:
    conversation_id, other = kept.start("ada"), kept.start("ada")
    kept.append(conversation_id, Exchange(question=f"What does {query} mean?"), owner="ada")
    kept.append(other, Exchange(question="Something without it"), owner="ada")
    found = [summary.conversation_id for summary in kept.summaries("ada", query=query)]
    assert conversation_id in found
    if not query.isspace() and query not in ("\ud800",):  # what cannot be seen is not looked for
        assert other not in found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_can_be_asked_searched_and_be_an_id(text: str, kept: ConversationStore) -> None:
    conversation_id = kept.start("ada")
    kept.append(conversation_id, Exchange(question=text, text=text), owner="ada")
    [exchange] = kept.get(conversation_id, owner="ada").exchanges
    assert exchange.exchange.question == text
    assert kept.summaries("ada", query=text)[0].conversation_id == conversation_id
    kept.rename(conversation_id, text, owner="ada")
    kept.ratings.give(exchange.exchange_id, "up", text, owner="ada")
    with pytest.raises(UnknownConversationError):
        kept.get(text, owner="ada")
    with pytest.raises(UnknownConversationError):
        kept.links.follow(text)
    kept.delete(conversation_id, owner="ada")


def test_a_number_beyond_all_ids_is_unknown(kept: ConversationStore) -> None:
    kept.start("ada")
    with pytest.raises(UnknownConversationError):
        kept.links.make(2**80, owner="ada")
