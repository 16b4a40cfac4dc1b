"""Alembic's revisions, run one after the other, make the same tables as the code of today."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from assistant.conversations.schema import TABLES as CONVERSATION_TABLES
from ui.access.schema import BUCKET_TABLES, KEY_TABLES
from vectorstore.catalogue.tables import TABLES as CATALOGUE_TABLES
from vectorstore.database import Database, Place, Tables

OF_BOTH = (CATALOGUE_TABLES, CONVERSATION_TABLES, KEY_TABLES)


def differences(connection: Connection, tables: Tables) -> list[object]:
    """Return in what the database differs from today's tables, once all revisions have run."""
    tables._upgrade(connection, "none")
    ours = tables.metadata.tables.keys()
    context = MigrationContext.configure(
        connection,
        opts={"include_name": lambda name, kind, _: kind != "table" or name in ours},
    )
    return list(compare_metadata(context, tables.metadata))


def definitions(connection: Connection, tables: Tables) -> set[tuple[str, str]]:
    """Return in SQL what Alembic does not compare, such as conditions of indexes."""
    wanted = (
        "SELECT name, sql FROM sqlite_schema"
        if connection.dialect.name == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    made = connection.exec_driver_sql(wanted).all()
    return {(name, sql) for name, sql in made if tables.version.name not in name}


@pytest.mark.parametrize("tables", OF_BOTH, ids=lambda tables: tables.name)
def test_the_revisions_make_todays_tables(place: Place, tables: Tables) -> None:
    with Database(place, tables).engine.connect() as connection:
        with connection.begin() as made:
            assert differences(connection, tables) == []
            by_revisions = definitions(connection, tables)
            made.rollback()
        with connection.begin():
            tables.metadata.create_all(connection)
            assert definitions(connection, tables) == by_revisions


@pytest.mark.slow
def test_the_revisions_make_the_table_of_buckets(database: Place) -> None:
    with Database(database, BUCKET_TABLES).engine.begin() as connection:
        assert differences(connection, BUCKET_TABLES) == []
