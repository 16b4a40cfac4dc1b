"""The dense index on a Chroma server: follows the catalogue by itself, and may be away."""

import logging
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.encoders.encoder import Vectors
from vectorstore.indexes.arrays import Rows
from vectorstore.indexes.chroma_server import (
    HURRIED,
    ChromaServer,
    ChromaServerError,
    CollectionLostError,
    CollectionUnusableError,
    Patience,
    ServerAwayError,
)
from vectorstore.indexes.collection_pointer import LAYOUT, KeptPointer, Pointer
from vectorstore.indexes.dense import SAME_VECTOR
from vectorstore.indexes.matrix import VectorMatrix
from vectorstore.indexes.server_collection import Progress, ServerCollection
from vectorstore.pipeline import run_ahead

logger = logging.getLogger(__name__)

_SECONDS_WITHOUT = 5.0  # that a server which did not answer is not asked again by a search
_SHARE_KNOWN = 0.9  # of what the server finds, where it holds what the library does
_MANY_CHUNKS = 5_000  # that take more than some seconds
_PROBES, _MAX_LOST_PROBES = 16, 1  # HNSW may miss a vector, even a stored one


class ServerDenseIndex:
    """Chunks, by row number, near a vector, in a collection of a library's own on a server.

    `matrix` gives the vectors of all chunks, which are compared while the server does not answer.
    """

    def __init__(
        self, server: ChromaServer, catalogue: Catalogue, matrix: Callable[[], VectorMatrix]
    ) -> None:
        self._server = server
        self._catalogue = catalogue
        self._matrix = matrix
        self._pointer = KeptPointer(catalogue)
        self._opened: ServerCollection | None = None
        self._seen = self._pointer.version
        self._away_until = 0.0

    @property
    def place(self) -> str:
        """Return where the index is: the server's address and the collection's name."""
        return f"{self._server.url} {self._pointer.read().collection}".rstrip()

    def check(self) -> None:
        """Raise ChromaServerError where the server does not answer, before anything is done."""
        self._server.check()

    def count(self) -> int:
        """Return how many chunks the server says it holds."""
        return self._collection().count()

    def is_current(self) -> bool:
        """Return whether the server answers, and for the catalogue as it is now."""
        try:
            found = self._open(patience=HURRIED)
        except ChromaServerError:
            return False
        return found.progress == Progress(self._catalogue.generation)

    def search(self, vector: Vectors, *, top_k: int) -> Rows:
        """Return the row numbers of the `top_k` nearest chunks, nearest first.

        While the server does not answer, and some seconds more, all vectors are compared instead:
        slower, and exact. So they are while it holds other chunks, as in a rebuild.
        """
        if top_k < 1:
            return np.zeros(0, dtype=np.int64)
        found, matrix = self._found(vector, top_k), self._matrix()
        n_known = len(matrix.positions_of_chunks(found))
        if n_known and n_known >= _SHARE_KNOWN * len(found):
            return found
        return matrix.nearest_chunks(vector, top_k=top_k)

    def catch_up(self) -> None:
        """Bring the server up to the catalogue; make the collection anew where that cannot be.

        Only the holder of the library's lock does. What was interrupted goes on where it stopped.
        Raises ServerAwayError when the server stays away.
        """
        try:
            reason = self._try_to_catch_up()
            if reason:
                self.rebuild(reason)
        except ServerAwayError as error:
            raise ServerAwayError(
                f"{error} The papers are stored; the server gets the rest when the library is next"
                " opened."
            ) from None

    def rebuild(self, reason: str) -> None:
        """Load a new collection from the catalogue, then search that one, and remove all others.

        The reason is logged; an empty one says that nothing was wrong.
        """
        pointer = self._pointer.read()
        if reason and pointer.collection:
            logger.warning("Making the dense index at %s anew: %s.", self._server.url, reason)
        collection = self._collection_to_load(pointer)
        self._pointer.write(replace(pointer, loading=collection.name))
        try:
            self._load_all(collection)
        except CollectionUnusableError:
            self._pointer.write(replace(pointer, loading=""))
            raise
        self._pointer.write(replace(pointer, collection=collection.name, loading=""))
        self._opened, self._seen = collection, self._pointer.version
        with suppress(ChromaServerError):  # the next rebuild removes them
            ServerCollection.remove_all(self._server, pointer.prefix, but=collection.name)

    def _found(self, vector: Vectors, top_k: int) -> Rows:
        """Return what the server finds; nothing where it does not answer, which is noted."""
        if time.monotonic() < self._away_until:
            return np.zeros(0, dtype=np.int64)
        try:
            found = self._search(vector, top_k)
        except ChromaServerError as error:
            self._note_away(error)
            return np.zeros(0, dtype=np.int64)
        self._note_back()
        return found

    def _search(self, vector: Vectors, top_k: int) -> Rows:
        collection = self._collection()
        try:
            return collection.search(vector, top_k=top_k)
        except ServerAwayError:
            raise
        except ChromaServerError:  # it may have been removed after another took its place
            now = self._collection()
            if now is collection:
                raise
            return now.search(vector, top_k=top_k)

    def _collection(self) -> ServerCollection:
        """Return the collection to search; who rebuilds it in another process is followed."""
        version = self._pointer.version
        if self._opened is None or version != self._seen:
            self._opened, self._seen = self._open(patience=HURRIED), version
        return self._opened

    def _open(self, *, patience: Patience | None = None) -> ServerCollection:
        name = self._pointer.read().collection
        if not name:
            raise CollectionLostError(
                f"The Chroma server at {self._server.url!r} does not hold this library yet."
                " It is loaded when the library is next opened and nobody else writes it."
            )
        return ServerCollection.open(self._server, name, patience=patience)

    def _note_away(self, error: ChromaServerError) -> None:
        if not self._away_until:
            logger.warning("%s Until then all vectors are compared.", error)
        self._away_until = time.monotonic() + _SECONDS_WITHOUT

    def _note_back(self) -> None:
        if self._away_until:
            logger.warning("The Chroma server at %s answers again.", self._server.url)
        self._away_until = 0.0

    def _try_to_catch_up(self) -> str:
        """Return why the collection must be made anew; empty where it now serves the catalogue."""
        if self._pointer.read().loading:
            return "the one to take its place was not finished"
        try:
            collection = self._open()
            if not collection.is_made_with(self._made_with()):
                return "it was made with other settings"
            if collection.progress.generation > self._catalogue.generation:
                return "it is ahead of the catalogue"
            self._load(collection)
            if not self._serves(collection):
                return "it lacks what the catalogue holds"
        except CollectionLostError:
            return "the server does not have it"
        except CollectionUnusableError as error:
            return f"it cannot be used ({error})"
        self._opened, self._seen = collection, self._pointer.version
        return ""

    def _collection_to_load(self, pointer: Pointer) -> ServerCollection:
        """Return the collection whose loading was interrupted, or else a new one."""
        made_with = self._made_with()
        if pointer.loading:
            with suppress(CollectionUnusableError):
                unfinished = ServerCollection.open(self._server, pointer.loading)
                if unfinished.is_made_with(made_with):
                    return unfinished
        name = pointer.new_name(self._catalogue.manifest.encoder, self._catalogue.generation)
        return ServerCollection.make(self._server, name, made_with)

    def _made_with(self) -> dict[str, str | int]:
        manifest = self._catalogue.manifest
        return {
            "encoder": manifest.encoder,
            "dimension": manifest.dimension,
            "layout": LAYOUT,
        }

    def _load_all(self, collection: ServerCollection) -> None:
        """Load a new collection, and see that it can be searched."""
        n_chunks = self._catalogue.n_chunks()
        if n_chunks > _MANY_CHUNKS:
            logger.info("Loading %s chunks onto %s.", f"{n_chunks:,}", self._server.url)
        self._load(collection)
        if not self._serves(collection):
            raise CollectionUnusableError(
                f"The Chroma server at {self._server.url!r} does not find what was just stored."
                " Look at its log and its disk, then: citewise reindex"
            )

    def _load(self, collection: ServerCollection) -> None:
        """Apply what came and went since; what is applied twice stays as it is."""
        done, generation = collection.progress, self._catalogue.generation
        if done == Progress(generation):
            return
        if done != Progress():
            collection.remove(self._catalogue.deletions_since(done.generation).chunk_rows)
        with closing(run_ahead(self._catalogue.chunks_since(done.generation))) as batches:
            for chunks in batches:
                new = [c for c in chunks if c.chunk_row > done.chunk_row]
                if new:
                    collection.put(new)
                    collection.note(Progress(done.generation, new[-1].chunk_row))
        collection.note(Progress(generation))

    def _serves(self, collection: ServerCollection) -> bool:
        """Return whether the counts agree and what is looked for is found: the newest, and some.

        Counts alone prove nothing: Chroma counts rows that its HNSW graph has lost.
        """
        matrix = self._matrix()
        positions = matrix.all_positions()
        if collection.count() != len(positions):
            return False
        if not len(positions):
            return True
        some = np.random.default_rng().choice(positions, size=_PROBES - 1)
        vectors = matrix.vectors(np.append(some, positions[-1]))
        found = collection.nearest_of_each(vectors)
        similar = [
            float(matrix.vectors(position)[0] @ vector)
            for row, vector in zip(found, vectors, strict=True)
            if len(position := matrix.positions_of_chunks(np.array([row])))
        ]
        n_found = np.count_nonzero(np.array(similar) > SAME_VECTOR)
        return bool(n_found >= len(vectors) - _MAX_LOST_PROBES)
