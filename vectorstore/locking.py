"""Who may change a library: one process of all machines its catalogue, one of each its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.catalogue import Catalogue
from vectorstore.database import AdvisoryLock
from vectorstore.errors import LibraryLockedError, LibraryUnwritableError

_INDEXING_SECONDS = 60.0  # that one waits for another process of this machine to be done


class LibraryLocks:
    """The locks of one library. Where its catalogue is a file in its directory, they are one."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self._path = path
        self._of_files = FileLock(path / "write.lock", timeout=0)
        self._of_all_machines = (
            AdvisoryLock(catalogue.database.engine, "library") if catalogue.is_shared else None
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one that changes the catalogue. Raises LibraryLockedError at once."""
        if self._of_all_machines is None:
            with self.indexing(wait=False):
                yield
            return
        if not self._of_all_machines.acquire():
            raise LibraryLockedError(
                "The library is being written by another process or machine."
                " Try again when it is done."
            )
        try:
            yield
        finally:
            self._of_all_machines.release()

    @contextmanager
    def indexing(self, *, wait: bool) -> Iterator[None]:
        """Be the one that changes the files of the directory.

        Raises LibraryLockedError, where it is to `wait` after a minute.
        """
        try:
            self._of_files.acquire(timeout=_INDEXING_SECONDS if wait else 0)
        except Timeout:
            raise LibraryLockedError(
                f"Library {str(self._path)!r} is being written by another process."
                " Try again when it is done."
            ) from None
        except OSError as error:
            raise LibraryUnwritableError(
                f"Cannot write {str(self._path)!r}: {error.strerror}."
            ) from None
        try:
            yield
        finally:
            self._of_files.release()
