"""The tables of a part of Citewise, and how those of an earlier version become today's."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from vectorstore.database.errors import DatabaseError

_SCRIPTS = Path(__file__).with_name("alembic")
_FIRST = "0001"  # of the tables that were there before revisions were counted


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one part, such as "conversations".

    `migrations` is the directory of its Alembic revisions; `revision` is the last of them, which
    the tables of `metadata` have.
    """

    name: str
    metadata: MetaData
    migrations: Path
    revision: str

    @property
    def version(self) -> Table:
        """Return the table of one row that tells the revision; Alembic keeps it."""
        return Table(f"{self.name}_version", MetaData(), Column("version_num", String(32)))

    def are_current(self, connection: Connection) -> bool:
        """Return whether the database has these tables, of this revision."""
        return self._stored(connection) == self.revision

    def are_there(self, connection: Connection) -> bool:
        """Return whether the database has these tables, of any revision."""
        return self._stored(connection) is not None

    def bring_up_to_date(self, connection: Connection) -> None:
        """Make the tables, or upgrade them, inside the caller's transaction.

        Raises DatabaseError where a later Citewise made them.
        """
        stored = self._stored(connection)
        if stored is None:
            self.metadata.create_all(connection)
            self._stamp(connection, self.revision)
        elif stored != self.revision:
            if not inspect(connection).has_table(self.version.name):
                self._stamp(connection, _FIRST)
            self._upgrade(connection, stored)

    def _stored(self, connection: Connection) -> str | None:
        """Return the revision of the tables that are there; None where there are none."""
        names = set(inspect(connection).get_table_names())
        if self.version.name in names:
            return connection.scalar(select(self.version.c.version_num))
        return _FIRST if names & self.metadata.tables.keys() else None

    def _stamp(self, connection: Connection, revision: str) -> None:
        table = self.version
        table.create(connection)
        connection.execute(table.insert(), {"version_num": revision})

    def _upgrade(self, connection: Connection, stored: str) -> None:
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        for name, path in (("script_location", _SCRIPTS), ("version_locations", self.migrations)):
            config.set_main_option(name, str(path).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.attributes.update(connection=connection, version_table=self.version.name)
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise DatabaseError(
                f"The {self.name} have version {stored}; this Citewise knows versions up to"
                f" {self.revision}. Update citewise."
            ) from None
