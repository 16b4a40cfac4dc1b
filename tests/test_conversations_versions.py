"""The tables of kept conversations: made by revisions, those of earlier and of later versions."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect

from assistant.conversations import ConversationStore, Exchange, StoreUnavailableError, database
from assistant.conversations.rows import record_of
from assistant.conversations.schema import TABLES
from vectorstore.database import Database, Place

# A file of before revisions were counted, as it was made then.
EARLIER = """
    CREATE TABLE conversations (
        conversation_id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL,
        folded_title TEXT NOT NULL,
        is_renamed INTEGER NOT NULL DEFAULT 0, filters TEXT NOT NULL,
        created_at TEXT NOT NULL, updated_at TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX conversations_by_owner ON conversations (owner, updated_at);
    CREATE TABLE exchanges (
        exchange_id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT NOT NULL
            REFERENCES conversations ON DELETE CASCADE,
        position INTEGER NOT NULL, record BLOB NOT NULL, UNIQUE (conversation_id, position)
    );
    CREATE VIRTUAL TABLE searched USING fts5 (question, answer, tokenize = 'trigram');
    CREATE TRIGGER forget_searched AFTER DELETE ON exchanges BEGIN
        DELETE FROM searched WHERE rowid = old.exchange_id;
    END;
    CREATE TABLE links (
        token TEXT PRIMARY KEY, exchange_id INTEGER NOT NULL UNIQUE
            REFERENCES exchanges ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE TABLE feedback (
        exchange_id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, thumb TEXT NOT NULL,
        comment TEXT NOT NULL, rated_at TEXT NOT NULL, record BLOB NOT NULL
    );
    CREATE INDEX feedback_by_conversation ON feedback (conversation_id);
    CREATE INDEX feedback_by_time ON feedback (rated_at);
    PRAGMA user_version = 1;
    INSERT INTO conversations (
        conversation_id, owner, title, folded_title, filters, created_at, updated_at
    ) VALUES (
        'c1', 'ada', 'Do owls see?', 'do owls see?', '{}',
        '2026-05-01T08:00:00.000000+00:00', '2026-05-01T08:00:00.000000+00:00'
    );
    INSERT INTO searched (rowid, question, answer) VALUES (7, 'do owls see?', 'owls see.');
    INSERT INTO links VALUES ('token', 7);
"""
FAILING = '''
"""Colours."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.add_column("conversations", sa.Column("colour", sa.Text))
    op.execute("SELECT * FROM nothing")
'''
OWLS = Exchange(question="Do owls see?", text="Owls see.")


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    path = tmp_path / "earlier.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(EARLIER)
        connection.execute("INSERT INTO exchanges VALUES (7, 'c1', 0, ?)", (record_of(OWLS),))
    return path


def test_a_file_of_before_revisions_were_counted_is_read(earlier: Path) -> None:
    kept = ConversationStore(earlier)
    for query in ("", "owls", "se"):
        [summary] = kept.summaries("ada", query=query)
        assert (summary.title, summary.n_exchanges) == ("Do owls see?", 1)
    [exchange] = kept.get("c1", owner="ada").exchanges
    assert exchange.exchange == OWLS
    assert kept.links.follow("token") == OWLS


def test_a_file_of_before_revisions_were_counted_is_written(earlier: Path) -> None:
    kept = ConversationStore(earlier)
    assert kept.rename("c1", "My owls", owner="ada") == "My owls"
    assert kept.append("c1", Exchange(question="And foxes?"), owner="ada") == 8
    kept.ratings.give(8, "up", owner="ada")
    assert len(kept.summaries("ada", query="foxes")) == 1
    kept.truncate("c1", 0, owner="ada")
    assert kept.summaries("ada", query="owls") == []
    with closing(sqlite3.connect(earlier)) as connection:
        assert connection.execute("SELECT count(*) FROM searched").fetchone() == (0,)
    kept.delete("c1", owner="ada")
    assert kept.ratings.listed() == []


def test_tables_of_a_later_version_are_left_alone(place: Place) -> None:
    with Database(place, replace(TABLES, revision="0099")).writing():
        pass
    kept = ConversationStore(place)
    for use in (kept.summaries, kept.start):
        with pytest.raises(StoreUnavailableError, match=r"version 0099.*Update citewise"):
            use()


def test_an_upgrade_that_fails_leaves_the_tables_as_they_were(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = ConversationStore(place).start("ada")
    migrations = tmp_path / "migrations"
    shutil.copytree(TABLES.migrations, migrations)
    (migrations / "0002_colours.py").write_text(FAILING)
    with monkeypatch.context() as patched:
        later = replace(TABLES, migrations=migrations, revision="0002")
        patched.setattr(database, "TABLES", later)
        with pytest.raises(StoreUnavailableError, match="nothing"):
            ConversationStore(place).summaries("ada")
    assert ConversationStore(place).get(conversation_id, owner="ada").exchanges == ()
    columns = inspect(Database(place, TABLES).engine).get_columns("conversations")
    assert "colour" not in [column["name"] for column in columns]
