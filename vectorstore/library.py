"""A library: a directory of papers that can be searched."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Sized
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from sqlalchemy import URL

from vectorstore.catalogue import CATALOGUE_NAME, UNFINISHED_PREFIX, Catalogue, Encoded
from vectorstore.database import Place, place_of
from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.engines.engine import Engine, LocalEngine
from vectorstore.errors import LibraryLockedError, LibraryUnwritableError, NotALibraryError
from vectorstore.filters import SearchFilter
from vectorstore.indexes.chroma_server import ChromaServer
from vectorstore.indexes.derived import DerivedIndexes
from vectorstore.ingestion import MAX_CHUNK_CHARS, AddReport, add_papers, encode_records
from vectorstore.locking import LibraryLocks
from vectorstore.manifest import LIBRARY_FORMAT, Manifest
from vectorstore.mapping import CollectionMap, map_of
from vectorstore.paper import Paper
from vectorstore.readers.report import Reject
from vectorstore.records import build_record
from vectorstore.reranker import Reranker
from vectorstore.search import Hit, Searcher
from vectorstore.suspicion import FlaggedPaper
from vectorstore.vector_cache import VectorCache

Progress = Callable[[int, int | None], None]  # papers done, of how many; None where not known


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """A library in figures. `dense_index` is "local", or a server's address and a collection."""

    path: str
    n_papers: int
    n_chunks: int
    n_rejects: int
    year_range: tuple[int, int] | None
    manifest: Manifest
    generation: int
    indexes_current: bool
    dense_index: str
    dense_current: bool


class LibraryOptions(TypedDict, total=False):
    """What a library may use beyond its directory.

    The dense index is on the `server`. Papers are in the `database`, which machines share; each has
    a directory of its own for the other indexes. The `selector` is an encoder to which a question
    is near the sentence that answers it.
    """

    reranker: Reranker | None
    selector: Encoder | None
    server: ChromaServer | None
    database: URL | None


class Library:
    """Papers in, ranked evidence out. Open one with `Library.open` or `Library.create`."""

    def __init__(self, path: Path, encoder: Encoder, **options: Unpack[LibraryOptions]) -> None:
        self.path = path
        self._database = options.get("database")
        self.catalogue = Catalogue(place_of(CATALOGUE_NAME, path, options.get("database")))
        self._encoder = encoder
        self._engine = LocalEngine(encoder)
        self._vectors = VectorCache(encoder)
        selector = options.get("selector")
        self._selected = VectorCache(selector) if selector else None
        self._locks = LibraryLocks(path, self.catalogue)
        self._indexes = DerivedIndexes(path / "indexes", self.catalogue, options.get("server"))
        self._searcher = Searcher(
            self.catalogue, self._indexes, self._vectors, options.get("reranker")
        )

    @classmethod
    def open(cls, path: Path, encoder: Encoder, **options: Unpack[LibraryOptions]) -> "Library":
        """Open the library at `path`; indexes that are behind or damaged are mended.

        Raises NotALibraryError when there is no library, ManifestMismatchError when it was indexed
        with another encoder or other chunks, ChromaServerError or DatabaseError when a server does
        not answer.
        """
        library = cls(path, encoder, **options)
        library._indexes.check_server()
        if library.catalogue.manifest.format < LIBRARY_FORMAT:
            with library.writing():
                library.catalogue.upgrade()
        library.catalogue.manifest.check_encoder(encoder.name, str(path))
        library.catalogue.manifest.check(manifest_of(encoder), str(path))
        library._refresh_indexes()
        library._refresh_server()
        return library

    @classmethod
    def create(cls, path: Path, encoder: Encoder, **options: Unpack[LibraryOptions]) -> "Library":
        """Make an empty library in `path`, an empty directory or one that does not exist yet."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(not file.name.startswith(UNFINISHED_PREFIX) for file in path.iterdir()):
                raise NotALibraryError(
                    f"{str(path)!r} is no library and not empty. Name an empty or new directory."
                )
        except OSError as error:
            raise LibraryUnwritableError(
                f"Cannot make a library in {str(path)!r}: {error.strerror}."
            ) from None
        place = place_of(CATALOGUE_NAME, path, options.get("database"))
        Catalogue.create(place, manifest_of(encoder)).close()
        return cls.open(path, encoder, **options)

    @staticmethod
    def exists(path: Path, database: URL | None = None) -> bool:
        """Return whether `path`, or the shared database, holds a library."""
        return Catalogue.exists(place_of(CATALOGUE_NAME, path, database))

    def place(self, name: str) -> Place:
        """Return where what goes with the library is kept: the database, or a file of that name."""
        return place_of(name, self.path, self._database)

    def search(
        self,
        query: str,
        *,
        top_k: int = 8,
        where: SearchFilter | None = None,
        diversity: float = 0.0,
    ) -> list[Hit]:
        """Return the `top_k` best papers for `query` that meet the filter, best first.

        With a `diversity` above 0, up to 1, papers that say what better ones said come later.
        Sees what other processes have added and reindexed meanwhile; ManifestMismatchError when
        that was done with another encoder.
        """
        self.catalogue.manifest.check_encoder(self._encoder.name, str(self.path))
        self._indexes.follow()
        return self._searcher.search(query, top_k=top_k, where=where, diversity=diversity)

    @property
    def n_papers(self) -> int:
        """Return how many papers can be searched."""
        return self._indexes.terms.count()

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Return in how many papers each term (see `vectorstore.analysis`) occurs."""
        return self._indexes.lexical.document_frequencies(terms)

    def papers_with_all_terms(self, text: str) -> set[str]:
        """Return the ids of the papers whose title and abstract hold every term of `text`."""
        rows = self._indexes.lexical.papers_with_all_terms(text)
        return {paper.paper_id for paper in self.catalogue.get_rows(rows).values()}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row a text; vectors seen lately are not computed again."""
        return self._vectors.of(texts)

    def similarities(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine similarity of each text to the query; vectors seen before are kept."""
        return self._vectors.similarities(query, texts)

    def answering(self, question: str, sentences: Sequence[str]) -> list[float] | None:
        """Return how near each sentence is to answering the question, between -1 and 1.

        The selector's cosine similarity: it tells sentences of one abstract apart. None where the
        library was opened without a selector.
        """
        return self._selected.similarities(question, sentences) if self._selected else None

    def add(
        self,
        papers: Iterable[Paper],
        *,
        progress: Progress | None = None,
        engine: Engine | None = None,
    ) -> AddReport:
        """Store papers in clean text, those that are one paper as one.

        Known ones are updated, and embedded again where their text changed. Each batch is safe on
        disk before the next begins, so an interrupted call loses at most one. Of papers with one
        source and id the last counts, of arXiv versions the latest. `progress` is told how many
        papers are done, of how many. `engine` encodes, with this library's encoder; this process
        by default.
        """
        report = AddReport()
        total = len(papers) if isinstance(papers, Sized) else None
        adding = add_papers(papers, self.catalogue, engine or self._engine)
        with self.writing(), closing(adding):
            for batch in adding:
                report.extend(batch)
                if progress:
                    progress(len(report), total)
            self._catch_up()
        return report

    def note_read(self, source: str, n_papers: int, rejects: Sequence[Reject]) -> None:
        """Remember that a source was read, and what of it was rejected."""
        with self.writing():
            self.catalogue.note_read(source, n_papers, rejects)

    def remove(self, paper_ids: Sequence[str]) -> list[str]:
        """Forget papers, each named by any of its sources; return the ids of those there were."""
        with self.writing():
            known = self.catalogue.ids_meant_by(paper_ids)
            if known:
                self.catalogue.remove(known)
                self._catch_up()
        return known

    def reindex(self, *, progress: Progress | None = None) -> None:
        """Encode every paper again with this library's encoder and rebuild the indexes.

        Its record is made anew of what its sources said. An interrupted call leaves the library
        as it was.
        """
        with self.writing():
            self._indexes.check_server()  # before hours of encoding
            self.catalogue.upgrade()  # `open` refuses what was made with another encoder
            manifest = manifest_of(self._encoder)
            with closing(self._encoded_anew(progress)) as encoded:
                self.catalogue.replace_chunks(manifest, encoded)
            with self._locks.indexing(wait=True):
                self._indexes.rebuild()

    def status(self) -> LibraryStatus:
        """Return the library in figures."""
        is_dense_current = self._indexes.is_dense_current()
        return LibraryStatus(
            path=str(self.path),
            n_papers=self.catalogue.n_papers(),
            n_chunks=self.catalogue.n_chunks(),
            n_rejects=self.catalogue.n_rejects(),
            year_range=self.catalogue.year_range(),
            manifest=self.catalogue.manifest,
            generation=self.catalogue.generation,
            indexes_current=self._indexes.is_current() and is_dense_current,
            dense_index=self._indexes.dense_place(),
            dense_current=is_dense_current,
        )

    def collection_map(self) -> CollectionMap:
        """Return the map of the papers; drawing it anew takes up to half a minute."""
        return map_of(self.catalogue, self.path / "indexes", encode=self._encoder.encode)

    def flagged(self) -> list[FlaggedPaper]:
        """Return the papers whose text looks written to steer a model or a page.

        They were looked through as their sources gave them when they were stored, those of an
        earlier version's library when it was first opened.
        """
        return [
            FlaggedPaper(record.paper, tuple(record.suspicions()))
            for record in self.catalogue.flagged()
        ]

    def follow(self) -> bool:
        """Bring the indexes up to what other machines have stored; return whether there was any.

        Those of one machine do so by themselves. Raises DatabaseError while the database is away.
        """
        if not self.catalogue.is_shared or self.catalogue.generation == self._indexes.version[1]:
            return False
        self._refresh_indexes()
        return True

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one that writes; what is written inside is not mixed with what others write.

        Raises LibraryLockedError at once where another process writes.
        """
        with self._locks.writing():
            yield

    def _catch_up(self) -> None:
        """Bring the indexes up to what this process has stored."""
        with self._locks.indexing(wait=True):
            self._indexes.catch_up()
            self._indexes.catch_up_on_server()

    def _encoded_anew(self, progress: Progress | None) -> Generator[Encoded, None, None]:
        n_papers, n_done = self.catalogue.n_papers(), 0
        rebuilt = (
            build_record(record.paper.paper_id, record.origins)
            for record in self.catalogue.all_records()
        )
        with closing(encode_records(rebuilt, self._engine)) as encoded:
            for records, chunks, vectors in encoded:
                yield records, chunks, vectors
                n_done += len(records)
                if progress:
                    progress(n_done, n_papers)

    def _refresh_indexes(self) -> None:
        """Bring the indexes up to date, unless another process is just doing so."""
        try:
            with self._locks.indexing(wait=False):
                self._indexes.catch_up()
        except (LibraryLockedError, LibraryUnwritableError):
            self._open_indexes_as_they_are()

    def _refresh_server(self) -> None:
        """Bring the dense index of a server up to date, unless another process writes.

        Not whenever another machine has stored something: that one does it, and must not find the
        library locked by those that follow.
        """
        if not self._indexes.has_server:
            return
        with suppress(LibraryLockedError, LibraryUnwritableError), self.writing():
            self._indexes.catch_up_on_server()

    def _open_indexes_as_they_are(self) -> None:
        try:
            self._indexes.open()
        except Exception as error:
            raise LibraryUnwritableError(
                f"Cannot open the search indexes of {str(self.path)!r} ({error}), nor write the"
                " directory to mend them."
            ) from error


def manifest_of(encoder: Encoder) -> Manifest:
    """Return what an index made with `encoder` today would be made with."""
    return Manifest(
        encoder=encoder.name,
        dimension=encoder.dimension,
        pooling=encoder.pooling,
        max_chunk_chars=MAX_CHUNK_CHARS,
    )
