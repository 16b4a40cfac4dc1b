"""The catalogue's tables, and a library that an earlier version made."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import NullPool, create_engine, inspect

from tests.conftest import HashEncoder
from vectorstore import (
    Library,
    Paper,
    SearchFilter,
    VectorStoreError,
    catalogue,
)
from vectorstore.catalogue import CATALOGUE_NAME, Catalogue
from vectorstore.catalogue.rows import author_keys
from vectorstore.chunking import Chunk, chunk_abstract, text_to_embed
from vectorstore.ingestion import AddReport, plan_papers
from vectorstore.manifest import LIBRARY_FORMAT
from vectorstore.records import Origin, cleaned

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
# As it was in version 0.2.
FORMAT_2 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    paper_row INTEGER PRIMARY KEY AUTOINCREMENT, paper_id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL, n_authors INTEGER,
    published TEXT, year INTEGER, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL, url TEXT NOT NULL,
    n_comments INTEGER, source TEXT NOT NULL
);
CREATE INDEX papers_by_bounds ON papers (year, published, n_authors, n_comments, source);
CREATE TABLE authorships (
    name TEXT NOT NULL, paper_row INTEGER NOT NULL, PRIMARY KEY (name, paper_row)
) WITHOUT ROWID;
CREATE INDEX authorships_by_paper ON authorships (paper_row);
CREATE TABLE chunks (
    chunk_row INTEGER PRIMARY KEY AUTOINCREMENT, paper_row INTEGER NOT NULL,
    position INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    vector BLOB NOT NULL, generation INTEGER NOT NULL
);
CREATE INDEX chunks_by_paper ON chunks (paper_row);
CREATE INDEX chunks_by_generation ON chunks (generation);
CREATE TABLE tombstones (
    chunk_row INTEGER NOT NULL, paper_row INTEGER NOT NULL, generation INTEGER NOT NULL
);
CREATE TABLE reads (
    read_id INTEGER PRIMARY KEY, source TEXT NOT NULL, read_at TEXT NOT NULL,
    n_papers INTEGER NOT NULL
);
CREATE TABLE rejects (
    read_id INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, excerpt TEXT NOT NULL
);
"""
MANIFEST = {
    "encoder": "hash-double",
    "dimension": 64,
    "pooling": "sum",
    "max_chunk_chars": 1_000,
}


PAPER = (
    "INSERT INTO papers (paper_id, title, abstract, authors, n_authors, published, year, arxiv_id,"
    " doi, url, n_comments, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@pytest.fixture
def papers(bundled_papers: tuple[Paper, ...]) -> list[Paper]:
    """Return papers of which one has authors by name, and one no abstract."""
    return [
        *bundled_papers[:8],
        replace(bundled_papers[8], authors=("Ada Strix", "Ühu, Bö"), n_authors=2),
        Paper("bare", "Only a Title", ""),
    ]


def row_of(paper: Paper) -> tuple[object, ...]:
    return (
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
    )


def encoded(paper: Paper) -> list[tuple[Chunk, bytes]]:
    chunks = chunk_abstract(paper, max_chars=1_000)
    vectors = HashEncoder().encode([text_to_embed(paper, chunk) for chunk in chunks])
    return [
        (chunk, vector.tobytes())
        for chunk, vector in zip(chunks, vectors.astype(np.float16), strict=True)
    ]


def put_1(file: sqlite3.Connection, papers: Sequence[Paper], generation: int) -> None:
    """Store papers as version 0.1 did."""
    for paper in papers:
        file.execute(PAPER.replace("INSERT", "INSERT OR REPLACE"), row_of(paper))
        file.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    f"{c.paper_id}#{c.position}",
                    c.paper_id,
                    c.position,
                    c.start,
                    c.end,
                    vector,
                    generation,
                )
                for c, vector in encoded(paper)
            ],
        )


def put_2(file: sqlite3.Connection, papers: Sequence[Paper], generation: int) -> None:
    """Store papers as version 0.2 did."""
    for paper in papers:
        paper_row = file.execute(PAPER, row_of(paper)).lastrowid
        file.executemany(
            "INSERT INTO authorships VALUES (?, ?)",
            sorted({(key, paper_row) for name in paper.authors for key in author_keys(name)}),
        )
        file.executemany(
            'INSERT INTO chunks (paper_row, position, start, "end", vector, generation)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(paper_row, c.position, c.start, c.end, v, generation) for c, v in encoded(paper)],
        )


def fill_1(file: sqlite3.Connection, papers: Sequence[Paper]) -> None:
    """Make the tables of format 1, of papers that came, went and came again."""
    file.executescript(FORMAT_1)
    put_1(file, papers[:4], 1)
    file.execute(
        "INSERT INTO tombstones SELECT chunk_id, 2 FROM chunks WHERE paper_id = ?",
        (papers[0].paper_id,),
    )
    file.execute("DELETE FROM chunks WHERE paper_id = ?", (papers[0].paper_id,))
    file.execute("INSERT INTO tombstones VALUES ('gone#0', 2)")
    put_1(file, [papers[0], *papers[4:]], 3)


def fill_2(file: sqlite3.Connection, papers: Sequence[Paper]) -> None:
    """Make the tables of format 2; the last paper that came is gone, and so are its rows."""
    file.executescript(FORMAT_2)
    put_2(file, papers[:4], 1)
    put_2(file, [*papers[4:], Paper("gone", "Gone", "Of something that was removed.")], 2)
    [(paper_row,)] = file.execute("SELECT paper_row FROM papers WHERE paper_id = 'gone'")
    file.execute(
        "INSERT INTO tombstones SELECT chunk_row, paper_row, 3 FROM chunks WHERE paper_row = ?",
        (paper_row,),
    )
    for table in ("chunks", "papers"):
        file.execute(f"DELETE FROM {table} WHERE paper_row = ?", (paper_row,))


@pytest.fixture(params=[1, 2], ids=["format 1", "format 2"])
def old(request: pytest.FixtureRequest, tmp_path: Path, papers: Sequence[Paper]) -> Path:
    """Return the path of a library of an earlier format, with indexes that are not its own."""
    path = tmp_path / "old"
    indexes = path / "indexes" / "0a1b2c3d"
    indexes.mkdir(parents=True)
    (indexes / "chroma.sqlite3").write_bytes(b"of another layout")
    (path / "indexes" / "state.json").write_text('{"build": "0a1b2c3d", "generation": 3}')
    with closing(sqlite3.connect(path / CATALOGUE_NAME)) as file, file:
        file.execute("PRAGMA journal_mode = WAL")
        (fill_1 if request.param == 1 else fill_2)(file, papers)
        file.execute("INSERT INTO reads VALUES (1, 'x.txt', '2026-01-02T03:04:05+00:00', 10)")
        file.execute("INSERT INTO rejects VALUES (1, 7, 'no date', 'excerpt')")
        manifest = json.dumps({"format": request.param, **MANIFEST})
        file.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("generation", "3"), ("manifest", manifest)]
        )
    return path


def tables(path: Path) -> dict[str, object]:
    """Return columns and indexes of every table; the one that counts revisions is left out."""
    engine = create_engine(f"sqlite:///{path / CATALOGUE_NAME}", poolclass=NullPool)
    found = inspect(engine)
    return {
        name: (
            [
                (column["name"], str(column["type"]), column["primary_key"], column["default"])
                for column in found.get_columns(name)
            ],
            sorted(
                (str(i["name"]), i["column_names"], i["unique"]) for i in found.get_indexes(name)
            ),
            found.get_table_options(name),
        )
        for name in found.get_table_names()
        if name not in {"catalogue_version", "sqlite_sequence"}
    }


def test_a_library_of_an_earlier_format_opens_with_its_papers_and_nothing_is_encoded_again(
    old, papers, hash_encoder, caplog
):
    library = Library.open(old, hash_encoder)
    assert hash_encoder.n_texts == 0
    assert library.catalogue.manifest.format == LIBRARY_FORMAT == 3
    assert {p.paper_id: p for p in library.catalogue.papers()} == {p.paper_id: p for p in papers}
    status = library.status()
    assert (status.n_rejects, status.indexes_current) == (1, True)
    for paper in papers:
        assert library.search(f"{paper.title} {paper.abstract}")[0].paper == paper


def test_its_vectors_and_chunks_stay_what_they_were(old, hash_encoder):
    with closing(sqlite3.connect(old / CATALOGUE_NAME)) as file:
        has_rows = (
            "AUTOINCREMENT"
            in file.execute("SELECT sql FROM sqlite_master WHERE name = 'chunks'").fetchone()[0]
        )
        joined = "chunks JOIN papers USING (paper_row)" if has_rows else "chunks"
        query = f'SELECT paper_id, position, start, "end", vector FROM {joined}'
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


def test_what_it_held_is_its_own_origin_and_is_known_again(old, papers, hash_encoder):
    library = Library.open(old, hash_encoder)
    for record in library.catalogue.all_records():
        assert record.origins == (Origin(record.paper),)
        found = library.catalogue.ids_of_keys(record.keys)
        assert found == {key: [record.paper.paper_id] for key in record.keys}
    elsewhere = replace(papers[8], paper_id="2401.00001", arxiv_id="2401.00001", source="arxiv")
    assert library.add([elsewhere]).merged == [papers[8].paper_id]


def test_language_and_flags_of_what_it_held_are_noted(old, hash_encoder):
    with closing(sqlite3.connect(old / CATALOGUE_NAME)) as file, file:
        file.execute(
            "UPDATE papers SET title = title || '\U000e0041\U000e0042' WHERE paper_id = 'bare'"
        )
    library = Library.open(old, hash_encoder)
    [found] = library.flagged()
    assert (found.paper.paper_id, [each.kind for each in found.suspicions]) == (
        "bare",
        ["hidden text"],
    )
    languages = {
        record.paper.paper_id: record.language for record in library.catalogue.all_records()
    }
    assert set(languages.values()) == {"en", ""}
    assert [paper_id for paper_id, language in languages.items() if not language] == ["bare"]


def test_reindexing_cleans_what_it_held(old, papers, hash_encoder):
    with closing(sqlite3.connect(old / CATALOGUE_NAME)) as file, file:
        file.execute(
            "UPDATE papers SET abstract = 'Of   \\emph{owls}.' WHERE paper_id = ?",
            (papers[1].paper_id,),
        )
    library = Library.open(old, hash_encoder)
    library.reindex()
    record = library.catalogue.records([papers[1].paper_id])[papers[1].paper_id]
    assert record.paper.abstract == "Of owls."
    assert record.origins[0].paper.abstract == "Of   \\emph{owls}."
    hit = library.search("owls")[0]
    assert (hit.paper, [(p.start, p.end) for p in hit.passages]) == (record.paper, [(0, 8)])


@pytest.mark.parametrize("old", [2], indirect=True)
def test_a_row_that_was_given_once_is_never_given_again(old, make_paper, hash_encoder):
    with closing(sqlite3.connect(old / CATALOGUE_NAME)) as file:
        [gone] = file.execute("SELECT chunk_row, paper_row FROM tombstones")
    library = Library.open(old, hash_encoder)
    library.add([make_paper("Zebra Migration")])
    newest = library.catalogue.newest_chunk()
    assert (newest.chunk_row, newest.paper_row) > gone
    assert newest.paper_row > gone[1]


def test_what_adding_to_it_would_do_is_told_without_upgrading_it(old, papers, make_paper):
    before, planned = tables(old), AddReport()
    with closing(Catalogue(old / CATALOGUE_NAME)) as old_catalogue:
        for batch in plan_papers([*papers, make_paper("Zebras")], old_catalogue):
            planned.extend(batch)
    assert (len(planned.unchanged), len(planned.added)) == (len(papers), 1)
    assert tables(old) == before


def test_it_is_upgraded_once(old, hash_encoder):
    Library.open(old, hash_encoder)
    before = tables(old), Library.open(old, hash_encoder).catalogue.generation
    assert (tables(old), Library.open(old, hash_encoder).catalogue.generation) == before


def test_an_upgrade_that_is_interrupted_leaves_it_as_it_was(old, papers, hash_encoder, monkeypatch):
    before = tables(old)
    upgrade = catalogue.catalogue.upgrade

    def killed(connection):
        upgrade(connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(catalogue.catalogue, "upgrade", killed)
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
    assert library.search(papers[3].title)[0].paper == cleaned(papers[3])


def test_two_processes_that_find_it_old_upgrade_it_once(old, papers):
    first, second = Catalogue(old / CATALOGUE_NAME), Catalogue(old / CATALOGUE_NAME)
    first.upgrade()
    second.upgrade()
    assert second.n_papers() == first.n_papers() == len(papers)
    assert second.manifest == first.manifest
