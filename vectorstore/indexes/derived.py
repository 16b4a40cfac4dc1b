"""Keeps the derived indexes in step with the catalogue."""

import json
import logging
import secrets
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from vectorstore.analysis import term_counts, terms
from vectorstore.catalogue import Catalogue, CatalogueReader, Deletions, StoredChunk
from vectorstore.errors import LibraryUnwritableError, one_line
from vectorstore.indexes.checksums import checksum
from vectorstore.indexes.chroma_server import ChromaServer
from vectorstore.indexes.dense import SAME_VECTOR, DenseIndex, LocalDenseIndex
from vectorstore.indexes.lexical import LexicalIndex, searched_text, weights_of
from vectorstore.indexes.matrix import VectorMatrix
from vectorstore.indexes.server_dense import ServerDenseIndex
from vectorstore.indexes.term_matrix import TermMatrix

logger = logging.getLogger(__name__)

_STATE_NAME, _CHROMA_NAME = "state.json", "chroma"
_LAYOUT = 6  # raised when what a build consists of changes
# Up to here comparing with every vector takes a millisecond, and is exact: Chroma, whose import
# alone takes one second, is not asked.
FEW_CHUNKS = 20_000


@dataclass(frozen=True, slots=True)
class _State:
    """Which directory holds the indexes, and what generation of the catalogue they have reached.

    `applying` is true while they are being written: Chroma killed then cannot be trusted again.
    """

    build: str = "none"
    generation: int = -1
    checksum: int = 0
    applying: bool = False
    layout: int = 0


class DerivedIndexes:
    """The indexes of one library; only the holder of its lock changes them.

    With a `server` the dense index is there, and is kept in step apart from the files: that it
    cannot be reached costs none of them.
    """

    dense: DenseIndex
    lexical: LexicalIndex
    matrix: VectorMatrix
    terms: TermMatrix

    def __init__(
        self, directory: Path, catalogue: Catalogue, server: ChromaServer | None = None
    ) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._on_server = server and ServerDenseIndex(server, catalogue, lambda: self.matrix)
        self._state = _read_state(directory)
        self._seen = _version_of_state(directory)

    def is_current(self) -> bool:
        """Return whether the files on disk answer for the catalogue as it is now."""
        return _read_state(self._directory).generation == self._catalogue.generation

    @property
    def has_server(self) -> bool:
        """Return whether the dense index is on a server."""
        return self._on_server is not None

    def dense_place(self) -> str:
        """Return where the dense index is, a server's address and collection or "local"."""
        return self._on_server.place if self._on_server else "local"

    def is_dense_current(self) -> bool:
        """Return whether the dense index answers for the catalogue as it is now."""
        return self._on_server.is_current() if self._on_server else self.is_current()

    def check_server(self) -> None:
        """Raise ChromaServerError where there is a server and it does not answer within seconds."""
        if self._on_server:
            self._on_server.check()

    @property
    def version(self) -> tuple[str, int]:
        """Return the build that is open and the generation of the catalogue it has reached."""
        return self._state.build, self._state.generation

    def open(self) -> None:
        """Open the indexes as they are on disk, whatever generation they have reached."""
        self._state = _read_state(self._directory)
        self._open_build(self._state.build)

    def follow(self) -> None:
        """Open what another process has changed meanwhile in place of what is open."""
        version = _version_of_state(self._directory)
        if version == self._seen:
            return
        self._seen = version
        state = _read_state(self._directory)
        if (state.build, state.generation) != (self._state.build, self._state.generation):
            self.open()

    def catch_up(self) -> None:
        """Open the indexes and apply what changed since; rebuild them where that cannot be.

        The catalogue is taken as it is at one moment: others may go on to change it.
        """
        with self._catalogue.at_one_moment() as now:
            reason = self._try_to_catch_up(now)
            if reason:
                self._rebuild_files(now, reason)

    def catch_up_on_server(self) -> None:
        """Bring the dense index of the server, where there is one, up to the catalogue.

        Nobody else may change the catalogue meanwhile.
        """
        if self._on_server:
            self._on_server.catch_up()

    def rebuild(self) -> None:
        """Make the indexes anew from the catalogue's vectors; nothing is encoded again."""
        with self._catalogue.at_one_moment() as now:
            self._rebuild_files(now, "")
        if self._on_server:
            self._on_server.rebuild("")

    def _rebuild_files(self, now: CatalogueReader, reason: str) -> None:
        """Make the files anew; the reason is logged, an empty one says that nothing was wrong."""
        if reason and now.n_chunks() and self._directory.exists():
            logger.warning("Rebuilding the search indexes from the catalogue: %s.", reason)
        # A new directory each time: Chroma holds on to the files of a path for the whole process,
        # and readers keep to the old one until the new one is whole.
        build = secrets.token_hex(4)
        try:
            self._open_build(build)
            self._write(now, since=-1)
            self._note_finished(build, now.generation)
        except Exception as error:  # three libraries raise what they like, of a full disk too
            self._give_up(build)
            raise LibraryUnwritableError(
                f"Cannot write the search indexes in {str(self._directory)!r}: {one_line(error)}."
                " The papers are stored; the indexes are made anew when the library is next opened."
            ) from error
        for other in self._directory.iterdir():
            if other.is_dir() and other.name != build:
                shutil.rmtree(other, ignore_errors=True)

    def _give_up(self, build: str) -> None:
        """Remove what there is of a build and open the one before, as far as that can be."""
        shutil.rmtree(self._directory / build, ignore_errors=True)
        with suppress(Exception):
            self._open_build(self._state.build)

    def _open_build(self, build: str) -> None:
        path = self._directory / build
        self._local_dense = LocalDenseIndex(path / _CHROMA_NAME)
        self.dense = self._on_server or self._local_dense
        self.lexical = LexicalIndex(path / "tantivy")
        self.matrix = VectorMatrix(path / "matrix", self._catalogue.manifest.dimension)
        self.terms = TermMatrix(path / "terms")

    def _try_to_catch_up(self, now: CatalogueReader) -> str:
        """Return why the indexes must be made anew; empty where they now serve the catalogue."""
        try:
            self._state = _read_state(self._directory)
            is_finished = self._state.layout == _LAYOUT and not self._state.applying
            if not is_finished or self._state.generation > now.generation:
                return "no finished ones were found"
            # Before they are opened: Chroma ends the process over a damaged HNSW file.
            if checksum(self._directory / self._state.build) != self._state.checksum:
                return "their files are damaged"
            self._open_build(self._state.build)
            if self._state.generation != now.generation:
                self._note(replace(self._state, applying=True))
                self._write(now, since=self._state.generation)
                self._note_finished(self._state.build, now.generation)
            return "" if self._serve(now) else "they lack what the catalogue holds"
        except Exception as error:  # noqa: BLE001 (a damaged Chroma or tantivy raises what it likes)
            return f"they cannot be used ({type(error).__name__}: {error})"

    def _write(self, now: CatalogueReader, *, since: int) -> None:
        """Apply what came and went after a generation; before the first, all there is."""
        gone = now.deletions_since(since) if since >= 0 else Deletions([], [])
        with self.lexical.writing() as lexical, ThreadPoolExecutor(max_workers=1) as thread:
            lexical.remove(gone.paper_rows)
            self._apply_dense([], gone.chunk_rows)
            self.matrix.apply([], gone.chunk_rows)
            self.terms.apply({}, gone.paper_rows)
            for chunks in now.chunks_since(since):
                stored_by_chroma = thread.submit(self._apply_dense, chunks, [])
                self.matrix.apply(chunks, [])
                paper_rows = {stored.paper_row for stored in chunks}
                papers = now.get_rows(list(paper_rows))
                lexical.put(papers)
                self.terms.apply(
                    {row: term_counts(searched_text(paper)) for row, paper in papers.items()}, []
                )
                stored_by_chroma.result()
            self.matrix.save()
            self.terms.save()

    def _apply_dense(self, upserts: Sequence[StoredChunk], deleted_rows: Sequence[int]) -> None:
        if not self._on_server:
            self._local_dense.apply(upserts, deleted_rows)

    def _note_finished(self, build: str, generation: int) -> None:
        if self._on_server:
            # What it lacks from now on would pass for whole when no server is named any more.
            shutil.rmtree(self._directory / build / _CHROMA_NAME, ignore_errors=True)
        else:
            # Chroma takes rows into the graph, and that to disk, when it is next asked something.
            ones = np.ones(self._catalogue.manifest.dimension, np.float32)
            self._local_dense.search(ones, top_k=1)
        files = checksum(self._directory / build)
        self._note(_State(build, generation, files, layout=_LAYOUT))

    def _note(self, state: _State) -> None:
        _write_state(self._directory, state)
        self._state = state

    def _serve(self, now: CatalogueReader) -> bool:
        """Return whether the counts agree and what was stored last is found.

        Counts alone prove nothing: Chroma counts rows that its HNSW graph has lost or cannot read.
        """
        n_chunks, n_papers = now.n_chunks(), now.n_papers()
        if (self.matrix.count(), self.terms.count()) != (n_chunks, n_papers):
            return False
        if self.lexical.count() != n_papers:
            return False
        newest = now.newest_chunk()
        if newest is None:
            return True
        title = now.get_rows([newest.paper_row])[newest.paper_row].title
        if terms(title) and not self.lexical.search(weights_of(title), top_k=1):
            return False
        if self._on_server or n_chunks <= FEW_CHUNKS:
            return True
        nearest = self.matrix.positions_of_chunks(self._local_dense.search(newest.vector, top_k=1))
        similarities = self.matrix.similarities(newest.vector, nearest)
        return self._local_dense.count() == n_chunks and bool((similarities > SAME_VECTOR).any())


def _version_of_state(directory: Path) -> tuple[int, int]:
    """Return what changes whenever the state is written, in a fiftieth of the time of reading."""
    try:
        status = (directory / _STATE_NAME).stat()
    except OSError:
        return (0, 0)
    return (status.st_ino, status.st_mtime_ns)


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
