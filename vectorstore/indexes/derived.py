"""Keeps both derived indexes in step with the catalogue."""

import json
import logging
import secrets
import shutil
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from vectorstore.analysis import terms
from vectorstore.catalogue import Catalogue, Changes
from vectorstore.indexes.dense import DenseIndex
from vectorstore.indexes.lexical import LexicalIndex

logger = logging.getLogger(__name__)

_STATE_NAME = "state.json"
_SAME_VECTOR = 0.98  # a vector stored in half precision is this similar to itself, at least


@dataclass(frozen=True, slots=True)
class _State:
    """Which directory holds the indexes, and what generation of the catalogue they have reached.

    `applying` is true while they are being written: Chroma killed then cannot be trusted again.
    """

    build: str = "none"
    generation: int = -1
    checksum: int = 0
    applying: bool = False


class DerivedIndexes:
    """The dense and the lexical index of one library; only the holder of its lock changes them."""

    dense: DenseIndex
    lexical: LexicalIndex

    def __init__(self, directory: Path, catalogue: Catalogue) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._state = _read_state(directory)

    def is_current(self) -> bool:
        """Return whether the files on disk answer for the catalogue as it is now."""
        return _read_state(self._directory).generation == self._catalogue.generation

    def open(self) -> None:
        """Open the indexes as they are on disk, whatever generation they have reached."""
        self._state = _read_state(self._directory)
        self._open_build(self._state.build)

    def follow(self) -> None:
        """Open the indexes that another process has built meanwhile in place of the open ones."""
        if _read_state(self._directory).build != self._state.build:
            self.open()

    def catch_up(self) -> None:
        """Open the indexes and apply what changed since; rebuild them where that cannot be."""
        reason = self._try_to_catch_up()
        if reason:
            self.rebuild(reason)

    def rebuild(self, reason: str) -> None:
        """Make both indexes anew from the catalogue's vectors; nothing is encoded again.

        The reason is logged; an empty one says that nothing was wrong.
        """
        if reason and self._catalogue.n_chunks() and self._directory.exists():
            logger.warning("Rebuilding the search indexes from the catalogue: %s.", reason)
        # A new directory each time: Chroma holds on to the files of a path for the whole process,
        # and readers keep to the old one until the new one is whole.
        build = secrets.token_hex(4)
        self._open_build(build)
        changes = self._catalogue.changes_since(-1)
        self._write(Changes(changes.generation, changes.upserts, []))
        self._note_finished(build, changes.generation)
        for other in self._directory.iterdir():
            if other.is_dir() and other.name != build:
                shutil.rmtree(other, ignore_errors=True)

    def _open_build(self, build: str) -> None:
        path = self._directory / build
        self.dense = DenseIndex(path / "chroma")
        self.lexical = LexicalIndex(path / "tantivy")

    def _try_to_catch_up(self) -> str:
        """Return why the indexes must be made anew; empty where they now serve the catalogue."""
        try:
            self._state = _read_state(self._directory)
            if (
                self._state.applying
                or not 0 <= self._state.generation <= self._catalogue.generation
            ):
                return "no finished ones were found"
            # Before they are opened: Chroma ends the process over a damaged HNSW file.
            if _checksum(self._directory / self._state.build) != self._state.checksum:
                return "their files are damaged"
            self._open_build(self._state.build)
            if not self.is_current():
                self._apply(self._catalogue.changes_since(self._state.generation))
            return (
                "" if self._serve_the_catalogue() else "they do not hold what the catalogue holds"
            )
        except Exception as error:  # noqa: BLE001 (a damaged Chroma or tantivy raises what it likes)
            return f"they cannot be used ({type(error).__name__}: {error})"

    def _apply(self, changes: Changes) -> None:
        self._note(replace(self._state, applying=True))
        self._write(changes)
        self._note_finished(self._state.build, changes.generation)

    def _write(self, changes: Changes) -> None:
        self.dense.apply(changes.upserts, changes.deleted_chunk_ids)
        paper_ids = {stored.chunk.paper_id for stored in changes.upserts}
        papers = self._catalogue.get(list(paper_ids))
        gone = {chunk_id.rpartition("#")[0] for chunk_id in changes.deleted_chunk_ids} - paper_ids
        # A paper that lost one of its chunks only is still there.
        self.lexical.apply(list(papers.values()), gone - self._catalogue.get(list(gone)).keys())

    def _note_finished(self, build: str, generation: int) -> None:
        # Chroma takes rows into the graph, and that to disk, when it is next asked something.
        self._serve_the_catalogue()
        self._note(_State(build, generation, _checksum(self._directory / build)))

    def _note(self, state: _State) -> None:
        _write_state(self._directory, state)
        self._state = state

    def _serve_the_catalogue(self) -> bool:
        """Return whether the counts agree and what was stored last is found.

        Counts alone prove nothing: Chroma counts rows that its HNSW graph has lost or cannot read.
        """
        if self.dense.count() != self._catalogue.n_chunks():
            return False
        if self.lexical.count() != self._catalogue.n_papers():
            return False
        newest = self._catalogue.newest_chunk()
        if newest is None:
            return True
        paper_id = newest.chunk.paper_id
        title = self._catalogue.get([paper_id])[paper_id].title
        nearest = self.dense.search(newest.vector, top_k=1)
        is_lexical_sound = bool(self.lexical.search(title, top_k=1)) or not terms(title)
        return max(nearest.values(), default=0.0) > _SAME_VECTOR and is_lexical_sound


def _checksum(build: Path) -> int:
    """Return one CRC-32 over the files that reading leaves alone; 1 GB takes about 1 s."""
    crc = 0
    for path in sorted(build.rglob("*")):
        if path.is_file() and _is_settled(path):
            crc = zlib.crc32(path.relative_to(build).as_posix().encode(), crc)
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    crc = zlib.crc32(block, crc)
    return crc


def _is_settled(path: Path) -> bool:
    """Return whether a file changes only when papers do.

    Chroma writes a graph's `.bin` files anew at each opening until it first saves the graph, with
    its pickle, after a thousand rows.
    """
    if path.suffix == ".bin":
        return path.with_name("index_metadata.pickle").exists()
    return not path.name.startswith((".", "chroma.sqlite3"))


def _read_state(directory: Path) -> _State:
    try:
        return _State(**json.loads((directory / _STATE_NAME).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return _State()


def _write_state(directory: Path, state: _State) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    temporary = directory / f"{_STATE_NAME}.new"
    temporary.write_text(json.dumps(asdict(state)), encoding="ascii")
    temporary.replace(directory / _STATE_NAME)
