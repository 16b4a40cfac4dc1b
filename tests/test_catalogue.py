"""The library's truth in SQLite."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import URL, select

from tests.postgres_servers import serving_postgres
from vectorstore import LibraryUnwritableError, NotALibraryError, Paper, SearchFilter
from vectorstore.catalogue import CATALOGUE_NAME, Catalogue, Deletions
from vectorstore.catalogue.rows import StoredChunk
from vectorstore.catalogue.tables import (
    AUTHORSHIPS,
    CHUNKS,
    IDENTITIES,
    ORIGINS,
    PAPERS,
    READS,
    REJECTS,
    TOMBSTONES,
)
from vectorstore.chunking import Chunk
from vectorstore.database import DatabaseError, Place, parse_address
from vectorstore.identity.merging import MAX_PAPERS_PER_KEY
from vectorstore.manifest import Manifest
from vectorstore.readers.report import Reject
from vectorstore.records import Origin, Record

MANIFEST = Manifest(encoder="double", dimension=4, pooling="sum", max_chunk_chars=100)


@pytest.fixture
def catalogue(place: Place) -> Iterator[Catalogue]:
    catalogue = Catalogue.create(place, MANIFEST)
    yield catalogue
    catalogue.close()


def put(catalogue: Catalogue, *papers: Paper, n_chunks: int = 1) -> None:
    chunks = [Chunk(p.paper_id, n, n, n + 1) for p in papers for n in range(n_chunks)]
    records = [recorded(paper) for paper in papers]
    catalogue.put(records, chunks, np.eye(4, dtype=np.float32)[[0] * len(chunks)])


def recorded(paper: Paper, *further: Paper) -> Record:
    """Return a paper as the record of itself, and of other origins."""
    return Record(paper, (Origin(paper), *map(Origin, further)))


def update(catalogue: Catalogue, *records: Record) -> None:
    catalogue.put([], [], np.zeros((0, 4), dtype=np.float32), same_text=records)


def paper(paper_id: str, **fields) -> Paper:
    return Paper(paper_id, f"Title {paper_id}", "Some text.", **fields)


def ids(papers: Iterable[Paper]) -> list[str]:
    return [found.paper_id for found in papers]


def row(catalogue: Catalogue, paper_id: str) -> int:
    [paper_row] = catalogue.rows_of(SearchFilter(paper_ids=frozenset([paper_id]))).tolist()
    return paper_row


def chunks_since(catalogue: Catalogue, generation: int) -> list[StoredChunk]:
    return [stored for batch in catalogue.chunks_since(generation) for stored in batch]


def test_a_paper_comes_back_as_it_was_stored(catalogue):
    full = Paper(
        paper_id="a#1/ü",
        title="Ünï \U0001f600",
        abstract="Text\nwith 'quotes' and \0." if not catalogue.is_shared else "Text",
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
    catalogue.put([recorded(paper("a"))], [Chunk("a", 0, 2, 9)], vector)
    [stored] = catalogue.chunks_of([row(catalogue, "a")])
    assert stored.paper_row == row(catalogue, "a")
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
        (SearchFilter(sources=frozenset(["arxiv"])), "ab"),
        (SearchFilter(sources=frozenset(["arxiv", "a blog", "?"])), "abd"),
        (SearchFilter(sources=frozenset(["arxiv"]), min_authors=2), "b"),
        (SearchFilter(sources=frozenset()), ""),
        (SearchFilter(authors=frozenset(["Ada Strix"])), "a"),
        (SearchFilter(authors=frozenset(["Strix", "ühu"])), "abc"),
        (SearchFilter(authors=frozenset(["Strix"]), year_from=2021), "c"),
        (SearchFilter(authors=frozenset(["Ada"])), ""),
        (SearchFilter(authors=frozenset()), ""),
        (SearchFilter(authors=frozenset([""])), ""),
        (SearchFilter(min_comments=1), "d"),
        (SearchFilter(max_comments=0), "c"),
    ],
)
def test_every_bound_of_a_filter_is_kept_and_a_paper_of_unknown_value_meets_none(
    catalogue, where, expected
):
    put(
        catalogue,
        paper(
            "a",
            authors=("Ada Strix",),
            n_authors=1,
            year=2020,
            published=date(2020, 5, 5),
            source="arxiv",
        ),
        paper("b", authors=("Bö Ühu", "X"), n_authors=2, year=2021, source="arxiv"),
        paper(
            "c",
            authors=("Y", "Strix, Bo", ""),
            n_authors=3,
            year=2022,
            published=date(2022, 3, 5),
            n_comments=0,
        ),
        paper(
            "d", n_authors=4, year=2023, published=date(2023, 1, 1), n_comments=5, source="a blog"
        ),
        paper("e"),
    )
    assert sorted(ids(catalogue.papers(where))) == list(expected)
    rows = catalogue.rows_of(where).tolist()
    assert rows == sorted(rows)
    assert sorted(ids(catalogue.get_rows(rows).values())) == list(expected)


def test_storing_again_replaces_the_paper_and_its_chunks(catalogue):
    put(catalogue, paper("a"), n_chunks=3)
    put(catalogue, Paper("a", "New title", "New text."), n_chunks=1)
    assert catalogue.n_papers() == catalogue.n_chunks() == 1
    assert catalogue.get(["a"])["a"].title == "New title"


def test_a_changed_paper_keeps_its_row_and_its_chunks_get_new_ones(catalogue):
    put(catalogue, paper("a"), n_chunks=2)
    before, old = row(catalogue, "a"), chunks_since(catalogue, -1)
    put(catalogue, Paper("a", "New title", "New text."), n_chunks=2)
    new = catalogue.chunks_of([before])
    assert row(catalogue, "a") == before
    assert min(stored.chunk_row for stored in new) > max(stored.chunk_row for stored in old)


def test_a_row_that_was_given_once_is_never_given_again(catalogue):
    put(catalogue, paper("a"), paper("b"))
    before, old = row(catalogue, "b"), chunks_since(catalogue, -1)
    catalogue.remove(["b"])
    put(catalogue, paper("c"))
    [new] = catalogue.chunks_of([row(catalogue, "c")])
    assert row(catalogue, "c") > before
    assert new.chunk_row > max(stored.chunk_row for stored in old)


def test_an_index_is_told_what_came_and_what_went(catalogue):
    put(catalogue, paper("a"), paper("b"), n_chunks=2)
    before, row_b = catalogue.generation, row(catalogue, "b")
    old = {stored.chunk_row for stored in chunks_since(catalogue, -1)}
    put(catalogue, paper("a"), n_chunks=1)
    catalogue.remove(["b"])
    gone = catalogue.deletions_since(before)
    assert [stored.chunk.paper_id for stored in chunks_since(catalogue, before)] == ["a"]
    assert set(gone.chunk_rows) == old
    assert gone.paper_rows == [row_b]
    assert catalogue.generation == before + 2
    assert chunks_since(catalogue, catalogue.generation) == []
    assert catalogue.deletions_since(catalogue.generation) == Deletions([], [])


def test_a_paper_that_was_removed_and_stored_again_goes_and_comes(catalogue):
    put(catalogue, paper("a"))
    before, old = catalogue.generation, row(catalogue, "a")
    catalogue.remove(["a"])
    put(catalogue, paper("a"))
    assert catalogue.deletions_since(before).paper_rows == [old]
    assert [stored.paper_row for stored in chunks_since(catalogue, before)] == [row(catalogue, "a")]


def test_more_chunks_than_are_read_at_once_come_in_the_order_of_their_rows(catalogue):
    put(catalogue, *[paper(f"p{n}") for n in range(1_200)], n_chunks=2)
    sizes = [len(batch) for batch in catalogue.chunks_since(-1)]
    rows = [stored.chunk_row for stored in chunks_since(catalogue, -1)]
    assert sum(sizes) == 2_400
    assert max(sizes) <= 1_000
    assert rows == sorted(set(rows))


def test_a_change_that_fails_changes_nothing(catalogue):
    put(catalogue, paper("a"))
    before = catalogue.generation
    with pytest.raises(ValueError, match="zip"):
        catalogue.put(
            [recorded(paper("a")), recorded(paper("b"))], [Chunk("b", 0, 0, 1)], np.zeros((2, 4))
        )
    assert catalogue.generation == before
    assert ids(catalogue.papers()) == ids(catalogue.get(["a", "b"]).values()) == ["a"]
    assert catalogue.ids_of_keys(["id:a", "id:b"]) == {"id:a": ["a"]}
    assert catalogue.n_chunks() == 1


def test_more_ids_and_rows_than_sqlite_has_variables_for_are_looked_up(catalogue):
    put(catalogue, *[paper(f"p{n}") for n in range(50)])
    paper_ids = [f"p{n}" for n in range(40_000)]
    assert len(catalogue.get(paper_ids)) == 50
    assert len(catalogue.rows_of(SearchFilter(paper_ids=frozenset(paper_ids)))) == 50
    assert len(catalogue.get_rows(range(40_000))) == len(catalogue.chunks_of(range(40_000))) == 50
    catalogue.remove(paper_ids)
    assert catalogue.n_papers() == catalogue.n_chunks() == 0


def test_an_author_who_was_corrected_away_is_no_longer_found(catalogue):
    put(catalogue, paper("a", authors=("Ada Strix",)))
    update(catalogue, recorded(paper("a", authors=("Bo Ural",))))
    assert len(catalogue.rows_of(SearchFilter(authors=frozenset(["Strix"])))) == 0
    assert len(catalogue.rows_of(SearchFilter(authors=frozenset(["Bo Ural"])))) == 1


def test_nothing_of_a_removed_paper_stays_but_its_tombstones(catalogue):
    put(catalogue, paper("a", authors=("Ada Strix",)))
    catalogue.remove(["a"])
    with catalogue.connected() as connection:
        for table in (PAPERS, CHUNKS, AUTHORSHIPS, ORIGINS, IDENTITIES):
            assert connection.execute(select(table)).all() == []
        assert len(connection.execute(select(TOMBSTONES)).all()) == 1


def test_the_year_range_is_that_of_the_papers_with_a_year(catalogue):
    assert catalogue.year_range() is None
    put(catalogue, paper("a", year=2020), paper("b", year=2024), paper("c"))
    assert catalogue.year_range() == (2020, 2024)


def test_what_was_read_and_rejected_is_remembered(catalogue):
    catalogue.note_read("x.txt", 0, [Reject(3, "no date", "y" * 9_000)])
    catalogue.note_read("y.txt", 0, [])
    assert catalogue.n_rejects() == 1
    with catalogue.connected() as connection:
        assert connection.scalars(select(READS.c.source)).all() == ["x.txt", "y.txt"]
        [reject] = connection.execute(select(REJECTS)).all()
    assert (reject.line, reject.reason, len(reject.excerpt)) == (3, "no date", 500)


def test_the_manifest_comes_back(catalogue):
    assert catalogue.manifest == MANIFEST


def test_replacing_the_chunks_changes_manifest_and_vectors_at_once_or_not_at_all(catalogue):
    put(catalogue, paper("a"), paper("b"), n_chunks=2)
    before = catalogue.generation
    other = MANIFEST.model_copy(update={"encoder": "other"})

    def batches(*, failing: bool):
        vector = np.ones((1, 4), dtype=np.float32)
        yield [recorded(paper("a"))], [Chunk("a", 0, 0, 1)], vector
        if failing:
            raise KeyboardInterrupt
        yield [recorded(paper("b"))], [Chunk("b", 0, 0, 1)], vector

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
    assert catalogue.newest_chunk().chunk.paper_id == "a"


def test_a_second_reader_sees_what_a_writer_stored(catalogue):
    with closing(Catalogue(catalogue.place)) as reader:
        put(catalogue, paper("a"))
        assert ids(reader.papers()) == ["a"]


# --- what sources said


def test_what_each_source_said_comes_back_word_for_word_and_in_its_order(catalogue):
    shown = Paper("a", "Clean", "Clean text.", ("Ada",), 1, date(2024, 2, 29), 2024, source="acl")
    raw = Paper("a", "{Clean}", "Clean  text.\0\U0001f600", ("Ada",), 1, source="acl")
    full = Paper(
        "b#1/ü",
        "Ünï",
        "",
        ("Ada", "Bø"),
        9,
        date(2024, 2, 29),
        2024,
        "2402.1",
        "10.1/x",
        "https://x.org",
        0,
        "arxiv",
    )
    origins = (Origin(raw, "2026-01-02T03:04:05+00:00"), Origin(full), Origin(paper("c")))
    record = Record(shown, origins, "de", ("html", "instruction"))
    update(catalogue, record)
    assert catalogue.records(["a", "b#1/ü", "unknown"]) == {"a": record}
    assert list(catalogue.all_records()) == [record]
    same = Record(shown, (Origin(shown, "2026"),), "de")
    update(catalogue, same)
    assert list(catalogue.all_records()) == [same]


def test_all_records_come_in_the_order_they_were_stored_however_many(catalogue):
    stored = [recorded(paper(f"p{n}", source="x")) for n in range(1_100)]
    update(catalogue, *stored)
    assert list(catalogue.all_records()) == stored


def test_an_origin_names_its_paper(catalogue):
    update(
        catalogue,
        recorded(paper("a", source="acl"), paper("b", source="arxiv")),
        recorded(paper("b", source="acl")),
    )
    names = [("acl", "a"), ("arxiv", "b"), ("acl", "b"), ("arxiv", "a"), ("", "")]
    assert catalogue.ids_of_origins(names) == {
        ("acl", "a"): "a",
        ("arxiv", "b"): "a",
        ("acl", "b"): "b",
    }


def test_an_id_means_the_paper_of_that_id_or_else_the_one_it_is_an_origin_of(catalogue):
    update(
        catalogue,
        recorded(paper("a"), paper("b", source="arxiv"), paper("c", source="arxiv")),
        recorded(paper("b")),
    )
    assert catalogue.ids_meant_by(["c", "b", "unknown", "c", "a"]) == ["a", "b"]
    assert catalogue.ids_meant_by([]) == []


def test_a_filter_by_source_or_id_lets_papers_through_by_any_origin(catalogue):
    update(
        catalogue,
        recorded(paper("a", source="acl"), paper("b", source="arxiv")),
        recorded(paper("c", source="acl")),
    )
    for where, expected in (
        (SearchFilter(sources=frozenset(["arxiv"])), ["a"]),
        (SearchFilter(sources=frozenset(["acl"])), ["a", "c"]),
        (SearchFilter(sources=frozenset(["acl", "arxiv"])), ["a", "c"]),
        (SearchFilter(sources=frozenset(["dblp"])), []),
        (SearchFilter(paper_ids=frozenset(["b", "c"])), ["a", "c"]),
        (SearchFilter(paper_ids=frozenset(["b"]), sources=frozenset(["arxiv"])), ["a"]),
    ):
        assert sorted(ids(catalogue.papers(where))) == expected
        assert len(catalogue.rows_of(where)) == len(expected)


def test_papers_are_found_by_the_keys_of_what_they_say_now(catalogue):
    old, new = recorded(paper("a", doi="10.1000/old")), recorded(paper("a", doi="10.1000/new"))
    update(catalogue, old)
    assert catalogue.ids_of_keys(["doi:10.1000/old", "doi:10.1000/new"]) == {
        "doi:10.1000/old": ["a"]
    }
    assert catalogue.ids_of_keys(old.keys) == {key: ["a"] for key in old.keys}
    update(catalogue, new)
    assert catalogue.ids_of_keys(["doi:10.1000/old", "doi:10.1000/new"]) == {
        "doi:10.1000/new": ["a"]
    }
    catalogue.remove(["a"])
    assert catalogue.ids_of_keys(new.keys) == {}


def test_a_key_that_more_papers_have_than_are_worth_comparing_finds_none(catalogue):
    several = [paper(f"p{n}", doi="10.1000/all") for n in range(MAX_PAPERS_PER_KEY)]
    update(catalogue, *map(recorded, several))
    [found] = catalogue.ids_of_keys(["doi:10.1000/all"]).values()
    assert sorted(found) == sorted(ids(several))
    update(catalogue, recorded(paper("one more", doi="10.1000/all")))
    assert catalogue.ids_of_keys(["doi:10.1000/all", "id:p1"]) == {"id:p1": ["p1"]}


def test_flagged_papers_come_newest_first(catalogue):
    update(
        catalogue,
        Record(paper("old", year=2020), (Origin(paper("old")),), flags=("html",)),
        recorded(paper("plain", year=2021)),
        Record(paper("new", year=2022), (Origin(paper("new")),), flags=("html",)),
    )
    assert [record.paper.paper_id for record in catalogue.flagged()] == ["new", "old"]


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
    catalogue.note("manifest", '{"novelty": 1}')
    with pytest.raises(NotALibraryError, match="Update citewise"):
        _ = catalogue.manifest


def test_a_place_that_cannot_be_written_is_an_error_that_names_it():
    with pytest.raises(LibraryUnwritableError, match=r"Cannot write '/proc/catalogue.sqlite'"):
        Catalogue.create(Path("/proc") / CATALOGUE_NAME, MANIFEST)


@pytest.mark.slow
def test_a_database_without_a_catalogue_is_an_error_that_says_how_to_make_one(
    database: URL,
) -> None:
    assert not Catalogue.exists(database)
    with pytest.raises(NotALibraryError, match="holds no library yet"):
        Catalogue(database)


@pytest.mark.slow
def test_a_database_holds_one_catalogue_whoever_makes_it(database: URL) -> None:
    one = Catalogue.create(database, MANIFEST)
    put(one, paper("a"))
    another = Catalogue.create(database, MANIFEST.model_copy(update={"encoder": "another"}))
    assert (another.manifest, another.identity) == (MANIFEST, one.identity)
    assert ids(another.papers()) == ["a"]


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_an_error_that_hides_the_password() -> None:
    with serving_postgres() as server:
        url = parse_address(server.new_database()).set(password="hunter2")
        catalogue = Catalogue.create(url, MANIFEST)
        put(catalogue, paper("a"))
        server.stop()
        with pytest.raises(DatabaseError, match="does not answer") as reading:
            catalogue.papers()
        with pytest.raises(LibraryUnwritableError) as writing:
            put(catalogue, paper("b"))
        with pytest.raises(DatabaseError):
            Catalogue.exists(url)
        assert "hunter2" not in f"{reading.value}{writing.value}"
        server.start()
        assert ids(catalogue.papers()) == ["a"]
        catalogue.database.engine.dispose()
