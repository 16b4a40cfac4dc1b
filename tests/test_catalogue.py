"""The library's truth in SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from vectorstore import LibraryUnwritableError, NotALibraryError, Paper, SearchFilter
from vectorstore.catalogue import CATALOGUE_NAME, Catalogue
from vectorstore.chunking import Chunk
from vectorstore.manifest import Manifest
from vectorstore.readers.report import ReadReport, Reject

MANIFEST = Manifest(encoder="double", dimension=4, pooling="sum", max_chunk_chars=100)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.create(tmp_path / CATALOGUE_NAME, MANIFEST)
    yield catalogue
    catalogue.close()


def put(catalogue: Catalogue, *papers: Paper, n_chunks: int = 1) -> None:
    chunks = [Chunk(p.paper_id, n, n, n + 1) for p in papers for n in range(n_chunks)]
    catalogue.put(papers, chunks, np.eye(4, dtype=np.float32)[[0] * len(chunks)])


def paper(paper_id: str, **fields) -> Paper:
    return Paper(paper_id, f"Title {paper_id}", "Some text.", **fields)


def ids(papers: list[Paper]) -> list[str]:
    return [found.paper_id for found in papers]


def test_a_paper_comes_back_as_it_was_stored(catalogue):
    full = Paper(
        paper_id="a#1/ü",
        title="Ünï \U0001f600",
        abstract="Text\nwith 'quotes' and \0.",
        authors=("Ada", "Bø"),
        n_authors=2,
        published=date(2024, 2, 29),
        year=2024,
        arxiv_id="2402.1",
        doi="10.1/x",
        url="https://x.org",
        n_comments=3,
        source="test",
    )
    bare = Paper("b", "B", "")
    put(catalogue, full, bare)
    assert catalogue.get(["b", "a#1/ü", "unknown"]) == {"a#1/ü": full, "b": bare}


def test_a_vector_comes_back_in_half_precision(catalogue):
    vector = np.array([[0.1, 0.2, 0.3, 0.9]], dtype=np.float32)
    catalogue.put([paper("a")], [Chunk("a", 0, 2, 9)], vector)
    [stored] = catalogue.chunks_of(["a"])
    assert stored.chunk == Chunk("a", 0, 2, 9)
    assert stored.vector.dtype == np.float32
    np.testing.assert_allclose(stored.vector, vector[0], rtol=1e-3)


def test_papers_are_listed_newest_first_and_those_of_unknown_date_last(catalogue):
    put(
        catalogue,
        paper("unknown"),
        paper("old", published=date(2020, 1, 1), year=2020),
        paper("year", year=2021),
        paper("new", published=date(2021, 6, 1), year=2021),
    )
    assert ids(catalogue.papers()) == ["new", "year", "old", "unknown"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (SearchFilter(), "abcde"),
        (SearchFilter(year_from=2022), "cd"),
        (SearchFilter(year_to=2021), "ab"),
        (SearchFilter(year_from=2021, year_to=2022), "bc"),
        (SearchFilter(published_from=date(2022, 3, 5)), "cd"),
        (SearchFilter(published_from=date(2022, 3, 6)), "d"),
        (SearchFilter(published_to=date(2021, 12, 31)), "ab"),
        (SearchFilter(published_to=date(2021, 12, 30)), "a"),
        (SearchFilter(min_authors=3), "cd"),
        (SearchFilter(max_authors=2), "ab"),
        (SearchFilter(min_authors=2, max_authors=3), "bc"),
        (SearchFilter(paper_ids=frozenset("axe")), "ae"),
        (SearchFilter(paper_ids=frozenset()), ""),
        (SearchFilter(year_from=2022, paper_ids=frozenset("abc")), "c"),
    ],
)
def test_every_bound_of_a_filter_is_kept_and_a_paper_of_unknown_value_meets_none(
    catalogue, where, expected
):
    put(
        catalogue,
        paper("a", n_authors=1, year=2020, published=date(2020, 5, 5)),
        paper("b", n_authors=2, year=2021),
        paper("c", n_authors=3, year=2022, published=date(2022, 3, 5)),
        paper("d", n_authors=4, year=2023, published=date(2023, 1, 1)),
        paper("e"),
    )
    assert sorted(ids(catalogue.papers(where))) == list(expected)


def test_storing_again_replaces_the_paper_and_its_chunks(catalogue):
    put(catalogue, paper("a"), n_chunks=3)
    put(catalogue, Paper("a", "New title", "New text."), n_chunks=1)
    assert catalogue.n_papers() == catalogue.n_chunks() == 1
    assert catalogue.get(["a"])["a"].title == "New title"


def test_changes_tell_an_index_what_came_and_what_went(catalogue):
    put(catalogue, paper("a"), paper("b"), n_chunks=2)
    before = catalogue.generation
    put(catalogue, paper("a"), n_chunks=1)
    catalogue.remove(["b"])
    changes = catalogue.changes_since(before)
    assert [stored.chunk.chunk_id for stored in changes.upserts] == ["a#0"]
    assert sorted(changes.deleted_chunk_ids) == ["a#1", "b#0", "b#1"]
    assert changes.generation == catalogue.generation == before + 2
    assert catalogue.changes_since(changes.generation).upserts == []


def test_a_removed_and_stored_again_paper_is_no_deletion(catalogue):
    put(catalogue, paper("a"))
    before = catalogue.generation
    catalogue.remove(["a"])
    put(catalogue, paper("a"))
    changes = catalogue.changes_since(before)
    assert len(changes.upserts) == 1
    assert changes.deleted_chunk_ids == []


def test_a_change_that_fails_changes_nothing(catalogue):
    put(catalogue, paper("a"))
    before = catalogue.generation
    with pytest.raises(ValueError, match="zip"):
        catalogue.put([paper("a"), paper("b")], [Chunk("b", 0, 0, 1)], np.zeros((2, 4)))
    assert catalogue.generation == before
    assert ids(catalogue.papers()) == ["a"]
    assert catalogue.n_chunks() == 1


def test_more_ids_than_sqlite_takes_at_once_are_looked_up(catalogue):
    papers = [paper(f"p{n}") for n in range(1_300)]
    put(catalogue, *papers)
    assert len(catalogue.get([p.paper_id for p in papers])) == 1_300
    assert len(catalogue.chunks_of([p.paper_id for p in papers])) == 1_300


def test_the_year_range_is_that_of_the_papers_with_a_year(catalogue):
    assert catalogue.year_range() is None
    put(catalogue, paper("a", year=2020), paper("b", year=2024), paper("c"))
    assert catalogue.year_range() == (2020, 2024)


def test_what_was_read_and_rejected_is_remembered(catalogue):
    catalogue.note_read(ReadReport("x.txt", [], [Reject(3, "no date", "y" * 9_000)]))
    catalogue.note_read(ReadReport("y.txt"))
    assert catalogue.n_rejects() == 1
    with closing(sqlite3.connect(catalogue.path)) as file:
        assert file.execute("SELECT source FROM reads").fetchall() == [("x.txt",), ("y.txt",)]
        [(line, reason, excerpt)] = file.execute("SELECT line, reason, excerpt FROM rejects")
    assert (line, reason, len(excerpt)) == (3, "no date", 500)


def test_the_manifest_comes_back(catalogue):
    assert catalogue.manifest == MANIFEST


def test_replacing_the_chunks_changes_manifest_and_vectors_at_once_or_not_at_all(catalogue):
    put(catalogue, paper("a"), paper("b"), n_chunks=2)
    before = catalogue.generation
    other = MANIFEST.model_copy(update={"encoder": "other"})

    def batches(*, failing: bool):
        yield [Chunk("a", 0, 0, 1)], np.ones((1, 4), dtype=np.float32)
        if failing:
            raise KeyboardInterrupt
        yield [Chunk("b", 0, 0, 1)], np.ones((1, 4), dtype=np.float32)

    with pytest.raises(KeyboardInterrupt):
        catalogue.replace_chunks(other, batches(failing=True))
    assert (catalogue.manifest, catalogue.generation) == (MANIFEST, before)
    assert catalogue.n_chunks() == 4

    catalogue.replace_chunks(other, batches(failing=False))
    assert (catalogue.manifest, catalogue.generation) == (other, before + 1)
    assert catalogue.n_chunks() == 2


def test_the_newest_chunk_is_the_one_stored_last(catalogue):
    assert catalogue.newest_chunk() is None
    put(catalogue, paper("a"))
    put(catalogue, paper("b"), n_chunks=2)
    put(catalogue, paper("a"))
    assert catalogue.newest_chunk().chunk.chunk_id == "a#0"


def test_a_second_reader_sees_what_a_writer_stored(catalogue):
    with closing(Catalogue(catalogue.path)) as reader:
        put(catalogue, paper("a"))
        assert ids(reader.papers()) == ["a"]


# --- what is no catalogue


def test_a_missing_file_is_an_error_that_says_how_to_make_one(tmp_path):
    with pytest.raises(NotALibraryError, match=r"is no library.* citewise add PATH --library DIR"):
        Catalogue(tmp_path / CATALOGUE_NAME)


@pytest.mark.parametrize("content", [b"", b"This is no database. " * 200, b"SQLite format 3\0"])
def test_a_file_that_is_no_catalogue_is_an_error_that_names_it(tmp_path, content):
    file = tmp_path / CATALOGUE_NAME
    file.write_bytes(content)
    with pytest.raises(NotALibraryError, match="is not a catalogue of Citewise"):
        Catalogue(file)


def test_another_programs_database_is_an_error_that_names_it(tmp_path):
    file = tmp_path / CATALOGUE_NAME
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE meta (key, value)")
    with pytest.raises(NotALibraryError, match="it has no manifest"):
        Catalogue(file)


def test_a_manifest_of_a_later_version_is_an_error_that_asks_for_an_update(catalogue):
    with closing(sqlite3.connect(catalogue.path)) as file, file:
        file.execute("""UPDATE meta SET value = '{"novelty": 1}' WHERE key = 'manifest'""")
    with pytest.raises(NotALibraryError, match="Update citewise"):
        _ = catalogue.manifest


def test_a_place_that_cannot_be_written_is_an_error_that_names_it():
    with pytest.raises(LibraryUnwritableError, match=r"Cannot write '/proc/catalogue.sqlite'"):
        Catalogue.create(Path("/proc") / CATALOGUE_NAME, MANIFEST)
