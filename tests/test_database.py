"""SQLite files and PostgreSQL through one interface: transactions, versions, and what they spell
differently."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Column, MetaData, Table, func, insert, select
from sqlalchemy.exc import DBAPIError

from vectorstore.database import (
    Database,
    DatabaseError,
    Number,
    Place,
    PlainText,
    Tables,
    any_of,
    joined,
    parse_address,
    shown,
)
from vectorstore.database.locks import AdvisoryLock

METADATA = MetaData()
OWLS = Table(
    "owls",
    METADATA,
    Column("row", Number, primary_key=True),
    Column("name", PlainText, nullable=False, unique=True),
    sqlite_autoincrement=True,
)
FIRST = '''
"""Owls."""
revision, down_revision = "0001", None
def upgrade():
    raise AssertionError
'''
SECOND = '''
"""Owls have a year."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.add_column("owls", sa.Column("year", sa.Integer))
'''


def tables(migrations: Path = Path(), metadata: MetaData = METADATA, to: str = "0001") -> Tables:
    return Tables("owls", metadata, migrations, to)


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(OWLS.c.name).order_by(OWLS.c.name)))


def test_what_is_written_together_is_kept_or_not_at_all(place: Place) -> None:
    database = Database(place, tables())
    with database.writing() as connection:
        connection.execute(insert(OWLS), [{"name": "Bubo"}, {"name": "Strix"}])
    with pytest.raises(DBAPIError), database.writing() as connection:
        connection.execute(insert(OWLS), [{"name": "Tyto"}, {"name": "Bubo"}])
    assert names(database) == ["Bubo", "Strix"]


def test_before_the_first_writing_there_is_nothing_to_read(place: Place) -> None:
    assert names(Database(place, tables())) == []


def test_reading_makes_no_file(tmp_path: Path) -> None:
    names(Database(tmp_path / "owls.sqlite", tables()))
    assert list(tmp_path.iterdir()) == []


def test_texts_are_sorted_by_the_numbers_of_their_characters(place: Place) -> None:
    database = Database(place, tables())
    with database.writing() as connection:
        connection.execute(insert(OWLS), [{"name": name} for name in ("a", "B", "é", "z", "_")])
    assert names(database) == ["B", "_", "a", "z", "é"]


@pytest.mark.parametrize("n", [0, 3, 100_000])
def test_any_number_of_values_can_be_looked_for(place: Place, n: int) -> None:
    database = Database(place, tables())
    wanted = [f'owl "{number}"' for number in range(n)]
    with database.writing() as connection:
        connection.execute(insert(OWLS), [{"name": 'owl "1"'}, {"name": 'owl "x"'}])
    with database.reading() as connection:
        found = connection.scalars(select(OWLS.c.name).where(any_of(OWLS.c.name, wanted))).all()
        rows = connection.scalars(select(OWLS.c.row).where(any_of(OWLS.c.row, range(n)))).all()
    assert found == (['owl "1"'] if n else [])
    assert rows == ([1, 2] if n else [])


def test_a_text_with_nul_is_looked_for_in_vain(place: Place) -> None:
    with Database(place, tables()).reading() as connection:
        assert not connection.scalars(select(OWLS).where(any_of(OWLS.c.name, ["\0"]))).all()


def test_numbers_are_read_as_one_text(place: Place) -> None:
    database = Database(place, tables())
    with database.writing() as connection:
        connection.execute(insert(OWLS), [{"name": name} for name in "abc"])
    with database.reading() as connection:
        assert connection.scalar(select(joined(OWLS.c.row))) == "1,2,3"


def test_a_moment_stays_as_it_is_while_others_write(place: Place) -> None:
    database = Database(place, tables())
    with database.writing() as connection:
        connection.execute(insert(OWLS), {"name": "Bubo"})
    with database.at_one_moment() as then:
        with database.writing() as connection:
            connection.execute(insert(OWLS), {"name": "Strix"})
        assert then.scalar(select(func.count()).select_from(OWLS)) == 1
    assert names(database) == ["Bubo", "Strix"]


def test_who_writes_is_the_only_one(place: Place) -> None:
    database = Database(place, tables(), timeout_seconds=0.2)
    with database.writing() as connection:
        connection.execute(insert(OWLS), {"name": "Bubo"})
        with pytest.raises(DBAPIError), Database(place, tables(), timeout_seconds=0.2).writing():
            pass
    with database.writing():
        pass


def test_many_processes_may_begin_at_once(place: Place) -> None:
    def begin(name: str) -> None:
        with Database(place, tables()).writing() as connection:
            connection.execute(insert(OWLS), {"name": name})

    threads = [threading.Thread(target=begin, args=[name]) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(Database(place, tables())) == list("abcdef")


def test_a_file_that_takes_anothers_place_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "owls.sqlite"
    database = Database(path, tables())
    with database.writing() as connection:
        connection.execute(insert(OWLS), {"name": "Bubo"})
    for file in tmp_path.iterdir():
        file.unlink()
    with database.writing() as connection:
        connection.execute(insert(OWLS), {"name": "Strix"})
    assert names(database) == ["Strix"]


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    directory = tmp_path / "100% owls"
    directory.mkdir()
    (directory / "0001_owls.py").write_text(FIRST)
    (directory / "0002_years.py").write_text(SECOND)
    return directory


def with_years(migrations: Path) -> Tables:
    metadata = MetaData()
    Table(
        "owls",
        metadata,
        *(Column(column.name, column.type, primary_key=column.primary_key) for column in OWLS.c),
        Column("year", Number),
    )
    return tables(migrations, metadata, "0002")


def test_tables_of_an_earlier_version_become_todays(place: Place, migrations: Path) -> None:
    with Database(place, tables()).writing() as connection:
        connection.execute(insert(OWLS), {"name": "Bubo"})
    today = with_years(migrations)
    with Database(place, today).reading() as connection:
        assert connection.execute(select(today.metadata.tables["owls"])).all() == [
            (1, "Bubo", None)
        ]
        assert today.are_current(connection)


def test_a_file_of_before_versions_were_counted_has_the_first(
    tmp_path: Path, migrations: Path
) -> None:
    path = tmp_path / "owls.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE owls (row INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO owls VALUES (1, 'Bubo')")
    assert names(Database(path, tables())) == ["Bubo"]
    today = with_years(migrations)
    with Database(path, today).reading() as connection:
        assert connection.execute(select(today.metadata.tables["owls"])).all() == [
            (1, "Bubo", None)
        ]


def test_tables_of_a_later_version_are_refused(place: Place, migrations: Path) -> None:
    with Database(place, tables(migrations, to="0003")).writing():
        pass
    with (
        pytest.raises(DatabaseError, match="Update citewise"),
        Database(place, tables(migrations, to="0002")).reading(),
    ):
        pass


@pytest.mark.parametrize(
    "address", ["", "owls", "mysql://a@b/c", "sqlite:///x", "postgresql", "postgresql://h:port/d"]
)
def test_an_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(DatabaseError, match="postgresql://USER:PASSWORD@HOST"):
        parse_address(address)


def test_a_password_is_never_shown() -> None:
    url = parse_address("postgres://owl:hunter2@db.example:5433/papers")
    assert shown(url) == "'postgresql://owl:***@db.example:5433/papers'"


@pytest.mark.slow
def test_one_thread_of_all_machines_holds_a_lock(database: URL) -> None:
    engine = Database(database, tables()).engine
    mine, others = AdvisoryLock(engine, "papers"), AdvisoryLock(engine, "papers")
    of_keys = AdvisoryLock(engine, "keys")
    assert mine.acquire()
    assert mine.acquire()
    assert not others.acquire()
    assert of_keys.acquire()
    of_keys.release()
    mine.release()
    assert not others.acquire()
    mine.release()
    assert others.acquire()
    others.release()
