"""The catalogue's tables, and a library that an earlier version made."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import HashEncoder
from vectorstore import (
    Library,
    Paper,
    SearchFilter,
    VectorStoreError,
    catalogue,
)
from vectorstore.catalogue import CATALOGUE_NAME, Catalogue
from vectorstore.chunking import chunk_abstract, text_to_embed
from vectorstore.schema import LIBRARY_FORMAT

# As it was in version 0.1.
FORMAT_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_id TEXT PRIMARY KEY, title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL,
    n_authors INTEGER, published TEXT, year INTEGER, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL,
    url TEXT NOT NULL, n_comments INTEGER, source TEXT NOT NULL
);
CREATE INDEX papers_by_year ON papers (year);
CREATE TABLE chunks (
    chunk_id TEXT PRIMARY KEY, paper_id TEXT NOT NULL, position INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL,
    generation INTEGER NOT NULL
);
CREATE INDEX chunks_by_paper ON chunks (paper_id);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE TABLE tombstones (chunk_id TEXT NOT NULL, generation INTEGER NOT NULL);
CREATE TABLE reads (
    read_id INTEGER PRIMARY KEY, source TEXT NOT NULL, read_at TEXT NOT NULL,
    n_papers INTEGER NOT NULL
);
CREATE TABLE rejects (
    read_id INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, excerpt TEXT NOT NULL
);
"""
MANIFEST_1 = {
    "format": 1,
    "encoder": "hash-double",
    "dimension": 64,
    "pooling": "sum",
    "max_chunk_chars": 1_000,
}


@pytest.fixture
def papers(bundled_papers: tuple[Paper, ...]) -> list[Paper]:
    """Return papers of which one has authors by name, and one no abstract."""
    return [
        *bundled_papers[:8],
        replace(bundled_papers[8], authors=("Ada Strix", "Ühu, Bö"), n_authors=2),
        Paper("bare", "Only a Title", ""),
    ]


def put_1(file: sqlite3.Connection, papers: Sequence[Paper], generation: int) -> None:
    """Store papers as version 0.1 did."""
    for paper in papers:
        file.execute(
            "INSERT OR REPLACE INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                paper.paper_id,
                paper.title,
                paper.abstract,
                json.dumps(paper.authors, ensure_ascii=False),
                paper.n_authors,
                paper.published and paper.published.isoformat(),
                paper.year,
                paper.arxiv_id,
                paper.doi,
                paper.url,
                paper.n_comments,
                paper.source,
            ),
        )
        chunks = chunk_abstract(paper, max_chars=1_000)
        vectors = HashEncoder().encode([text_to_embed(paper, chunk) for chunk in chunks])
        file.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    f"{c.paper_id}#{c.position}",
                    c.paper_id,
                    c.position,
                    c.start,
                    c.end,
                    vector.tobytes(),
                    generation,
                )
                for c, vector in zip(chunks, vectors.astype(np.float16), strict=True)
            ],
        )


@pytest.fixture
def old(tmp_path: Path, papers: Sequence[Paper]) -> Path:
    """Return the path of a library of format 1 whose papers came, went and came again."""
    path = tmp_path / "old"
    indexes = path / "indexes" / "0a1b2c3d"
    indexes.mkdir(parents=True)
    (indexes / "chroma.sqlite3").write_bytes(b"of another layout")
    (path / "indexes" / "state.json").write_text('{"build": "0a1b2c3d", "generation": 3}')
    with closing(sqlite3.connect(path / CATALOGUE_NAME)) as file, file:
        file.execute("PRAGMA journal_mode = WAL")
        file.executescript(FORMAT_1)
        put_1(file, papers[:4], 1)
        file.execute(
            "INSERT INTO tombstones SELECT chunk_id, 2 FROM chunks WHERE paper_id = ?",
            (papers[0].paper_id,),
        )
        file.execute("DELETE FROM chunks WHERE paper_id = ?", (papers[0].paper_id,))
        file.execute("INSERT INTO tombstones VALUES ('gone#0', 2)")
        put_1(file, [papers[0], *papers[4:]], 3)
        file.execute("INSERT INTO reads VALUES (1, 'x.txt', '2026-01-02T03:04:05+00:00', 10)")
        file.execute("INSERT INTO rejects VALUES (1, 7, 'no date', 'excerpt')")
        file.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("generation", "3"), ("manifest", json.dumps(MANIFEST_1))],
        )
    return path


def tables(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path / CATALOGUE_NAME)) as file:
        return file.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_a_library_of_the_first_format_opens_with_its_papers_and_nothing_is_encoded_again(
    old, papers, hash_encoder, caplog
):
    library = Library.open(old, hash_encoder)
    assert hash_encoder.n_texts == 0
    assert library.catalogue.manifest.format == LIBRARY_FORMAT == 2
    assert {p.paper_id: p for p in library.catalogue.papers()} == {p.paper_id: p for p in papers}
    status = library.status()
    assert (status.n_rejects, status.indexes_current) == (1, True)
    for paper in papers:
        assert library.search(f"{paper.title} {paper.abstract}")[0].paper == paper


def test_its_vectors_and_chunks_stay_what_they_were(old, hash_encoder):
    with closing(sqlite3.connect(old / CATALOGUE_NAME)) as file:
        query = 'SELECT paper_id, position, start, "end", vector FROM chunks'
        before = {tuple(row[:4]): row[4] for row in file.execute(query)}
    library = Library.open(old, hash_encoder)
    chunks = [stored for batch in library.catalogue.chunks_since(-1) for stored in batch]
    assert {
        (s.chunk.paper_id, s.chunk.position, s.chunk.start, s.chunk.end): (
            s.vector.astype(np.float16).tobytes()
        )
        for s in chunks
    } == before


def test_its_authors_and_sources_can_be_filtered_by(old, papers, hash_encoder):
    library = Library.open(old, hash_encoder)
    for name in ("Strix", "ada strix", "Bö Ühu", "uhu"):
        [hit] = library.search("models", where=SearchFilter(authors=frozenset([name])))
        assert hit.paper == papers[8]
    where = SearchFilter(sources=frozenset([papers[0].source]))
    assert len(library.search("models", top_k=50, where=where)) == 9


def test_an_upgraded_library_has_the_tables_of_a_new_one(old, tmp_path, hash_encoder):
    Library.open(old, hash_encoder)
    Library.create(tmp_path / "new", hash_encoder)
    assert tables(old) == tables(tmp_path / "new")


def test_an_upgraded_library_takes_new_changed_and_removed_papers(
    old, papers, make_paper, hash_encoder
):
    library = Library.open(old, hash_encoder)
    assert len(library.add(papers).unchanged) == len(papers)
    assert hash_encoder.n_texts == 0
    library.add([make_paper("Zebra Migration"), replace(papers[1], abstract="Of okapis only.")])
    assert library.remove([papers[2].paper_id]) == [papers[2].paper_id]
    again = Library.open(old, hash_encoder)
    assert again.search("zebra migration")[0].paper.title == "Zebra Migration"
    assert again.search("okapis")[0].paper.paper_id == papers[1].paper_id
    assert papers[2] not in [hit.paper for hit in again.search(papers[2].title, top_k=50)]
    assert again.status().n_papers == len(papers)


def test_it_is_upgraded_once(old, hash_encoder):
    Library.open(old, hash_encoder)
    before = tables(old), Library.open(old, hash_encoder).catalogue.generation
    assert (tables(old), Library.open(old, hash_encoder).catalogue.generation) == before


def test_an_upgrade_that_is_interrupted_leaves_it_as_it_was(old, papers, hash_encoder, monkeypatch):
    before = tables(old)
    upgrade = catalogue.upgrade

    def killed(connection):
        upgrade(connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "upgrade", killed)
        with pytest.raises(KeyboardInterrupt):
            Library.open(old, hash_encoder)
    assert tables(old) == before
    assert Library.open(old, hash_encoder).status().n_papers == len(papers)


def test_a_library_of_another_encoder_is_refused_and_reindex_is_named(old):
    other = HashEncoder("another-model")
    with pytest.raises(VectorStoreError, match="citewise reindex"):
        Library.open(old, other)


@pytest.mark.parametrize("reindexing", [False, True])
def test_it_can_be_encoded_anew_with_another_encoder(old, papers, hash_encoder, reindexing):
    other = HashEncoder("another-model", dimension=32)
    if reindexing:
        Library(old, other).reindex()
    else:
        Library.open(old, hash_encoder)
        Library(old, other).reindex()
    library = Library.open(old, other)
    assert library.catalogue.manifest.format == LIBRARY_FORMAT
    assert library.search(papers[3].title)[0].paper == papers[3]


def test_two_processes_that_find_it_old_upgrade_it_once(old, papers):
    first, second = Catalogue(old / CATALOGUE_NAME), Catalogue(old / CATALOGUE_NAME)
    first.upgrade()
    second.upgrade()
    assert second.n_papers() == first.n_papers() == len(papers)
    assert second.manifest == first.manifest
