"""Which collection of a Chroma server is a library's: a small file in the library."""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "chroma.json"
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
LAYOUT = 1  # raised when what a collection consists of changes


@dataclass(frozen=True, slots=True)
class Pointer:
    """The library's id on servers, the collection to search, and the one that is being loaded.

    Names are empty where there is none. `catalogue` is the file number of the catalogue: a copy of
    the library has another, and must not write into the collection of the first.
    """

    library: str
    catalogue: int
    collection: str = ""
    loading: str = ""

    @property
    def prefix(self) -> str:
        """Return what the names of all collections of the library begin with."""
        return f"citewise-{self.library}-"

    def new_name(self, encoder: str, generation: int) -> str:
        """Return a name that no collection has had: Chroma may still hold on to an old one."""
        readable = _UNSAFE.sub("-", encoder)[-40:].strip("-") or "encoder"
        return f"{self.prefix}{readable}-v{LAYOUT}-g{generation}-{secrets.token_hex(4)}"


class PointerFile:
    """The file. Readers look at it as often as they like; the holder of the lock replaces it."""

    def __init__(self, catalogue: Path) -> None:
        self._catalogue = catalogue
        self._path = catalogue.with_name(_NAME)

    @property
    def version(self) -> tuple[int, int]:
        """Return what changes whenever the file does, in a fraction of the time of reading it."""
        try:
            status = self._path.stat()
        except OSError:
            return (0, 0)
        return (status.st_ino, status.st_mtime_ns)

    def read(self) -> Pointer:
        """Return what the file says; of a library that has no file, or a copied one, a new id."""
        new = Pointer(secrets.token_hex(6), self._catalogue.stat().st_ino)
        try:
            pointer = Pointer(**json.loads(self._path.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            return new
        return pointer if pointer.catalogue == new.catalogue else new

    def write(self, pointer: Pointer) -> None:
        """Replace the file at once."""
        temporary = self._path.with_name(f"{_NAME}.new")
        temporary.write_text(json.dumps(asdict(pointer)), encoding="ascii")
        temporary.replace(self._path)
