"""Which collection of a Chroma server is a library's: noted in its catalogue."""

import json
import re
import secrets
from dataclasses import asdict, dataclass

from vectorstore.catalogue import Catalogue

_KEY = "dense index"
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
LAYOUT = 1  # raised when what a collection consists of changes


@dataclass(frozen=True, slots=True)
class Pointer:
    """The library's id on servers, the collection to search, and the one that is being loaded.

    Names are empty where there is none. `catalogue` is the catalogue's identity: a copy of the
    library has another, and must not write into the collection of the first.
    """

    library: str
    catalogue: str
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


class KeptPointer:
    """The pointer in a catalogue. Readers look at it often; the holder of the lock replaces it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @property
    def version(self) -> str:
        """Return what changes whenever the pointer does."""
        return self._catalogue.noted(_KEY)

    def read(self) -> Pointer:
        """Return what is noted; of a library where nothing is, or a copied one, a new id."""
        new = Pointer(secrets.token_hex(6), self._catalogue.identity)
        try:
            pointer = Pointer(**json.loads(self.version))
        except (ValueError, TypeError):
            return new
        return pointer if pointer.catalogue == new.catalogue else new

    def write(self, pointer: Pointer) -> None:
        """Note another in its place."""
        self._catalogue.note(_KEY, json.dumps(asdict(pointer)))
