"""A real PostgreSQL on 127.0.0.1, that of Debian's package, for the tests that need one."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

from tests.ports import free_port
from vectorstore.database import parse_address

_PROGRAMS = Path("/usr/lib/postgresql")
_SECONDS = 60
# Speed over safety: what the tests kill are its clients, or it with SIGKILL, never the machine.
_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "listen_addresses=127.0.0.1",
    "max_connections=300",
)


def programs() -> Path | None:
    """Return where the server's programs are; None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(_PROGRAMS.glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


class PostgresServer:
    """A server with its data in a directory of its own; `address` is that of its first database."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        self.port = free_port()
        if self._user:
            directory.mkdir(exist_ok=True)
            os.chown(directory, pwd.getpwnam(self._user).pw_uid, -1)
        self._run(
            "initdb", "--auth=trust", "--username=citewise", "--encoding=UTF8", "--locale=C.UTF-8"
        )

    @property
    def address(self) -> str:
        """Return the address of the database that every server has."""
        return self._address_of("postgres")

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = " ".join(f"-c {each}" for each in _SETTINGS)
        self._run(
            "pg_ctl",
            "start",
            "--wait",
            f"--options=-p {self.port} -k {self._directory} {settings}",
            f"--log={self._directory / 'log'}",
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop it; "immediate" is as if it had crashed."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"test_{uuid4().hex[:12]}"
        engine = create_engine(parse_address(self.address), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._address_of(name)

    def _address_of(self, database: str) -> str:
        return f"postgresql://citewise@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *options: str) -> None:
        where = programs()
        assert where, "PostgreSQL is not installed"
        done = subprocess.run(
            [where / program, f"--pgdata={self._directory}", *options],
            user=self._user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{program} failed"


@contextmanager
def serving_postgres() -> Iterator[PostgresServer]:
    """Run a server for the `with` block."""
    # In /tmp by itself: the path of a socket has at most 107 characters.
    with tempfile.TemporaryDirectory(prefix="citewise-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder) / "data")
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
