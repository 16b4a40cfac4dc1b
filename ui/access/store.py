"""The library's file of keys: `keys.sqlite`, readable by its owner only."""

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ui.access.errors import KeyStoreError, UnknownKeyError
from ui.access.keys import Key, Scope, digest_of, id_in, new_token
from ui.access.rate import Rate
from ui.access.rows import VERSION, key_of, row_of, text_of

KEYS_NAME = "keys.sqlite"
_OWNER_ONLY = 0o600
_TIMEOUT_SECONDS = 2.0
_SECRET_BYTES = 32
_TABLES = (
    """CREATE TABLE keys (
        key_id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, digest BLOB NOT NULL,
        created_at TEXT NOT NULL, publishable INTEGER NOT NULL, rate_count INTEGER,
        rate_seconds INTEGER, expires_at TEXT, revoked_at TEXT, last_used_at TEXT
    ) WITHOUT ROWID""",
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE spent (token_id TEXT PRIMARY KEY, expires_at TEXT NOT NULL) WITHOUT ROWID",
    f"PRAGMA user_version = {VERSION}",
)


class KeyStore:
    """The keys of a library, and what else must outlive a process: a secret, and tickets used up.

    Any number of processes may use the file at once. It is made when something is first kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        publishable: bool = False,
        rate: Rate | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[Key, str]:
        """Return a new key and its token, which nobody can be shown again."""
        token = new_token(publishable=publishable)
        key = Key(
            key_id=id_in(token) or "",
            name=name,
            scopes=frozenset(scopes),
            digest=digest_of(token),
            created_at=datetime.now(UTC),
            publishable=publishable,
            rate=rate,
            expires_at=expires_at,
        )
        row = row_of(key)
        marks = ", ".join(f":{column}" for column in row)
        with self._writing() as connection:
            connection.execute(f"INSERT INTO keys ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608
        return key, token

    def all(self) -> list[Key]:
        """Return every key there ever was, oldest first."""
        with self._reading() as connection:
            if connection is None:
                return []
            rows = connection.execute("SELECT * FROM keys ORDER BY created_at, key_id")
            return [key_of(row) for row in rows]

    def revoke(self, key_id: str) -> Key:
        """Let a key be used no more; return it. Raises UnknownKeyError."""
        key = next((key for key in self.all() if key.key_id == key_id), None)
        if key is None:
            raise UnknownKeyError(f"No key has the id {key_id!r}. List them: citewise keys list")
        if key.revoked_at:
            return key
        now = datetime.now(UTC)
        with self._writing() as connection:
            connection.execute(
                "UPDATE keys SET revoked_at = ? WHERE key_id = ?", (text_of(now), key_id)
            )
        return replace(key, revoked_at=now)

    def note_used(self, used: Mapping[str, datetime]) -> None:
        """Remember when keys, by id, were last used."""
        with self._writing() as connection:
            rows = [(text_of(when), key_id) for key_id, when in used.items()]
            connection.executemany("UPDATE keys SET last_used_at = ? WHERE key_id = ?", rows)

    def secret(self, name: str) -> bytes:
        """Return the library's secret of this name, made when first asked for."""
        with self._writing() as connection:
            made = (name, secrets.token_bytes(_SECRET_BYTES))
            connection.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", made)
            [value] = connection.execute(
                "SELECT value FROM secrets WHERE name = ?", (name,)
            ).fetchone()
        return bytes(value)

    def spend(self, token_id: str, expires_at: datetime) -> bool:
        """Use a ticket up; return False where that was done before, by whatever process."""
        with self._writing() as connection:
            connection.execute("DELETE FROM spent WHERE expires_at < ?", (_now(),))
            row = (token_id, text_of(expires_at))
            done = connection.execute("INSERT OR IGNORE INTO spent VALUES (?, ?)", row)
            return done.rowcount == 1

    def spent(self) -> frozenset[str]:
        """Return the tickets that are used up and would still be valid otherwise."""
        with self._reading() as connection:
            if connection is None:
                return frozenset()
            rows = connection.execute("SELECT token_id FROM spent WHERE expires_at >= ?", (_now(),))
            return frozenset(row["token_id"] for row in rows)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Give a connection, or None where there is no file yet."""
        if not self.path.exists():
            yield None
            return
        with self._translated(), closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._translated():
            self._make_private()
            with closing(self._connect()) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection

    def _make_private(self) -> None:
        """Make the file before SQLite does, which would let everyone read it; or take that back."""
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
        if self.path.stat().st_mode & 0o077:
            self.path.chmod(_OWNER_ONLY)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_TIMEOUT_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._version(connection) == VERSION:
            return
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            if self._version(connection) == 0:
                for statement in _TABLES:
                    connection.execute(statement)

    def _version(self, connection: sqlite3.Connection) -> int:
        [version] = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise KeyStoreError(
                f"{str(self.path)!r} has version {version}; this Citewise knows versions up to"
                f" {VERSION}. Update citewise."
            )
        return int(version)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise KeyStoreError(
                f"Cannot read or write the keys in {str(self.path)!r}: {error}. Check the disk and"
                " who owns the file. A damaged one can be moved away; its keys are then lost."
            ) from None


def _now() -> str:
    return text_of(datetime.now(UTC))
