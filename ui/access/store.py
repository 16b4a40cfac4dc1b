"""Where keys are kept: `keys.sqlite` beside the library, or PostgreSQL for several machines."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ui.access.errors import KeyStoreError, UnknownKeyError
from ui.access.keys import Key, Scope, digest_of, id_in, new_token
from ui.access.rate import Rate
from ui.access.rows import key_of, row_of, text_of
from ui.access.schema import KEY_TABLES, KEYS, SECRETS, SPENT
from vectorstore.database import Database, DatabaseError, Place, shown

KEYS_NAME = "keys.sqlite"
_OWNER_ONLY = 0o600
_ENDINGS = ("", "-wal", "-shm")  # of the files that SQLite keeps a database in
_TIMEOUT_SECONDS = 2.0
_SECRET_BYTES = 32
_ALL_KEYS = select(KEYS).order_by(KEYS.c.created_at, KEYS.c.key_id)
_SPENT = select(SPENT.c.token_id).where(SPENT.c.expires_at >= bindparam("now"))


class KeyStore:
    """The keys of a library, and what else must outlive a process: a secret, and tickets used up.

    Any number of processes may use it at once. A file is made when something is first kept, for its
    owner only. All methods raise KeyStoreError.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._database = Database(place, KEY_TABLES, timeout_seconds=_TIMEOUT_SECONDS)

    @property
    def is_shared(self) -> bool:
        """Return whether other machines may use it too."""
        return self._database.is_shared

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
        with self._writing() as connection:
            connection.execute(insert(KEYS), row_of(key))
        return key, token

    def all(self) -> list[Key]:
        """Return every key there ever was, oldest first."""
        with self._reading() as connection:
            return _keys_in(connection)

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
                update(KEYS).where(KEYS.c.key_id == key_id).values(revoked_at=text_of(now))
            )
        return replace(key, revoked_at=now)

    def note_used(self, used: Mapping[str, datetime]) -> None:
        """Remember when keys, by id, were last used."""
        rows = [{"used": key_id, "last_used_at": text_of(when)} for key_id, when in used.items()]
        with self._writing() as connection:
            connection.execute(update(KEYS).where(KEYS.c.key_id == bindparam("used")), rows)

    def secret(self, name: str) -> bytes:
        """Return the library's secret of this name, made when first asked for."""
        stored = select(SECRETS.c.value).where(SECRETS.c.name == name)
        with self._writing() as connection:
            value = connection.scalar(stored)
            if value is None:
                value = secrets.token_bytes(_SECRET_BYTES)
                connection.execute(insert(SECRETS), {"name": name, "value": value})
        return bytes(value)

    def spend(self, token_id: str, expires_at: datetime) -> bool:
        """Use a ticket up; return False where that was done before, by whatever process."""
        stored = select(SPENT.c.token_id).where(SPENT.c.token_id == token_id)
        row = {"token_id": token_id, "expires_at": text_of(expires_at)}
        with self._writing() as connection:
            connection.execute(delete(SPENT).where(SPENT.c.expires_at < _now()))
            is_first = connection.scalar(stored) is None
            if is_first:
                connection.execute(insert(SPENT), row)
        return is_first

    def spent(self) -> frozenset[str]:
        """Return the tickets that are used up and would still be valid otherwise."""
        with self._reading() as connection:
            return _spent_in(connection)

    def all_and_spent(self) -> tuple[list[Key], frozenset[str]]:
        """Return both: half the work, most of which is opening."""
        with self._reading() as connection:
            return _keys_in(connection), _spent_in(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """Give a connection, or None where there is no file yet."""
        if isinstance(self.place, Path) and not self.place.exists():
            yield None
            return
        with self._translated(), self._database.reading() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._translated():
            if isinstance(self.place, Path):
                _make_private(self.place)
            with self._database.writing() as connection:
                yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, DatabaseError, OSError) as error:
            raise KeyStoreError(self._described(error)) from None

    def _described(self, error: Exception) -> str:
        """Return what went wrong where, and what mends it; never a statement with its values."""
        if isinstance(error, DatabaseError):
            return f"Cannot use the keys in {shown(self.place)}: {error}"
        reason = " ".join(str(getattr(error, "orig", error)).split())
        remedy = (
            "Check that the PostgreSQL server runs and lets this machine in."
            if self.is_shared
            else "Check the disk and who owns the file. A damaged one can be moved away; its keys"
            " are then lost."
        )
        return f"Cannot read or write the keys in {shown(self.place)}: {reason}. {remedy}"


def _keys_in(connection: Connection | None) -> list[Key]:
    return [key_of(row) for row in connection.execute(_ALL_KEYS)] if connection else []


def _spent_in(connection: Connection | None) -> frozenset[str]:
    found = connection.scalars(_SPENT, {"now": _now()}) if connection else ()
    return frozenset(found)


def _make_private(path: Path) -> None:
    """Make a file before SQLite does, which would let everyone read it; or take that back."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY))
    for ending in _ENDINGS:
        with suppress(FileNotFoundError):
            file = path.with_name(path.name + ending)
            if file.stat().st_mode & 0o077:
                file.chmod(_OWNER_ONLY)


def _now() -> str:
    return text_of(datetime.now(UTC))
