"""The derived indexes: caught up when behind, made anew when damaged, never encoded again."""

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vectorstore import Library, LibraryUnwritableError, Paper, candidates
from vectorstore.engines.engine import LocalEngine
from vectorstore.indexes import derived
from vectorstore.indexes.derived import DerivedIndexes
from vectorstore.indexes.matrix import VectorMatrix
from vectorstore.ingestion import encode_records
from vectorstore.records import Origin, build_record

QUERY = "How many finetuned models does Pando contain?"


@pytest.fixture
def closed(make_library: Callable[..., Library], bundled_papers: tuple[Paper, ...]) -> Path:
    """Return the path of a library of ten papers in two segments of each index."""
    library = make_library(bundled_papers[:6])
    library.add(bundled_papers[6:10])
    return library.path


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory, make_paper) -> Path:
    """Return the path of a library so large that Chroma has saved its graph."""
    from tests.conftest import HashEncoder

    library = Library.create(tmp_path_factory.mktemp("large") / "library", HashEncoder())
    words = [f"word{n}" for n in range(12)]
    library.add(
        [make_paper(f"Paper {n}", " ".join(f"{word}of{n}" for word in words)) for n in range(2_300)]
    )
    return library.path


def state_of(path: Path) -> dict[str, object]:
    return json.loads((path / "indexes" / "state.json").read_text())


def build_of(path: Path) -> Path:
    return path / "indexes" / str(state_of(path)["build"])


def moved(path: Path, tmp_path: Path) -> Path:
    """Return a copy of a library: Chroma keeps a path's files open as long as the process lives."""
    return shutil.copytree(path, tmp_path / "copy")


def assert_works(path: Path, encoder, *, n_papers: int = 10) -> None:
    """Assert that the library opens, holds and finds all papers, and that none is encoded again."""
    before = encoder.n_texts
    library = Library.open(path, encoder)
    assert encoder.n_texts == before
    assert library.status().indexes_current
    assert library.status().n_papers == n_papers
    hits = library.search(QUERY, top_k=n_papers)
    assert len(hits) == n_papers
    for paper in library.catalogue.papers()[:10]:
        assert library.search(f"{paper.title} {paper.abstract}")[0].paper == paper
    assert [entry.name for entry in (path / "indexes").iterdir() if entry.is_dir()] == [
        state_of(path)["build"]
    ]


def rebuilds(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.message for r in caplog.records if "Rebuilding" in r.message]


def test_sound_indexes_are_opened_as_they_are(closed, tmp_path, hash_encoder, caplog):
    copy = moved(closed, tmp_path)
    before = state_of(copy)
    assert_works(copy, hash_encoder)
    assert_works(copy, hash_encoder)
    assert state_of(copy) == before
    assert rebuilds(caplog) == []


def test_sound_large_indexes_are_opened_as_they_are(large, tmp_path, hash_encoder, caplog):
    copy = moved(large, tmp_path)
    assert_works(copy, hash_encoder, n_papers=2_300)
    assert_works(copy, hash_encoder, n_papers=2_300)
    assert rebuilds(caplog) == []


@pytest.mark.parametrize("gone", ["indexes", "indexes/state.json", "build", "tantivy", "matrix"])
def test_deleted_indexes_are_made_anew(closed, tmp_path, hash_encoder, caplog, gone):
    copy = moved(closed, tmp_path)
    build = build_of(copy)
    in_build = {"build": build, "tantivy": build / "tantivy", "matrix": build / "matrix"}
    target = in_build.get(gone, copy / gone)
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()
    assert_works(copy, hash_encoder)
    assert state_of(copy)["build"] != build.name


def test_a_large_library_whose_chroma_was_deleted_makes_its_indexes_anew(
    large, tmp_path, hash_encoder, caplog
):
    copy = moved(large, tmp_path)
    shutil.rmtree(build_of(copy) / "chroma")
    assert_works(copy, hash_encoder, n_papers=2_300)
    assert "their files are damaged" in rebuilds(caplog)[0]


def test_a_small_library_misses_chroma_only_when_it_has_grown(
    closed, tmp_path, hash_encoder, bundled_papers, monkeypatch, caplog
):
    copy = moved(closed, tmp_path)
    shutil.rmtree(build_of(copy) / "chroma")
    Library.open(copy, hash_encoder).add(bundled_papers[10:12])
    assert_works(copy, hash_encoder, n_papers=12)
    assert rebuilds(caplog) == []
    monkeypatch.setattr(derived, "FEW_CHUNKS", 20)
    assert_works(copy, hash_encoder, n_papers=12)
    assert "they lack what the catalogue holds" in rebuilds(caplog)[0]


def test_a_library_that_grows_beyond_the_few_is_searched_as_before(
    closed, tmp_path, hash_encoder, bundled_papers, monkeypatch, caplog
):
    monkeypatch.setattr(derived, "FEW_CHUNKS", 30)
    monkeypatch.setattr(candidates, "FEW_CHUNKS", 30)
    copy = moved(closed, tmp_path)
    library = Library.open(copy, hash_encoder)
    assert library.status().n_chunks <= 30
    library.add(bundled_papers[10:20])
    assert library.status().n_chunks > 30
    library.catalogue.close()
    assert_works(copy, hash_encoder, n_papers=20)
    assert rebuilds(caplog) == []


def test_a_small_library_is_opened_and_searched_without_chroma(closed):
    script = """
import runpy, sys
from pathlib import Path
from vectorstore import Library

library = Library.open(Path(sys.argv[1]), runpy.run_path(sys.argv[2])["HashEncoder"]())
assert len(library.search("features", top_k=3)) == 3
assert "chromadb" not in sys.modules
"""
    conftest = Path(__file__).with_name("conftest.py")
    subprocess.run([sys.executable, "-c", script, str(closed), str(conftest)], check=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"build": 7, "generation": "x"}',
        b'{"build": "..", "generation": 2}',
        b'{"build": "none", "generation": 999999}',
        b'{"unknown": 1}',
        b'{"build": "none", "generation": 2, "checksum": 0, "applying": false}',
    ],
)
def test_a_state_that_makes_no_sense_is_no_obstacle(closed, tmp_path, hash_encoder, content):
    copy = moved(closed, tmp_path)
    (copy / "indexes" / "state.json").write_bytes(content)
    assert_works(copy, hash_encoder)
    assert (copy / "catalogue.sqlite").exists()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "changed in the middle": lambda content: (
        content[: len(content) // 2] + b"\xa5" * 20 + content[len(content) // 2 + 20 :]
    ),
}
PATTERNS = ["tantivy/meta.json", "tantivy/.managed.json", "matrix/*.npy", "matrix/*.f32"] + [
    f"tantivy/*.{suffix}" for suffix in ("idx", "term", "store", "pos", "fieldnorm", "fast")
]


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("pattern", ["chroma/chroma.sqlite3", *PATTERNS])
def test_a_damaged_file_makes_the_indexes_anew(
    closed, tmp_path, hash_encoder, caplog, pattern, how
):
    copy = moved(closed, tmp_path)
    for file in build_of(copy).glob(pattern):
        file.write_bytes(DAMAGES[how](file.read_bytes()))
    assert_works(copy, hash_encoder)
    # These two can be damaged where it does no harm.
    at_least = 0 if pattern in {"chroma/chroma.sqlite3", "tantivy/.managed.json"} else 1
    assert at_least <= len(rebuilds(caplog)) <= 1


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize(
    "name",
    ["data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle"],
)
def test_a_damaged_graph_is_never_given_to_chroma_which_would_end_the_process(
    large, tmp_path, hash_encoder, caplog, name, how
):
    copy = moved(large, tmp_path)
    [file] = build_of(copy).glob(f"chroma/*/{name}")
    file.write_bytes(DAMAGES[how](file.read_bytes()))
    assert_works(copy, hash_encoder, n_papers=2_300)
    assert "their files are damaged" in rebuilds(caplog)[0]


def test_indexes_behind_the_catalogue_catch_up_without_being_made_anew(
    closed, tmp_path, hash_encoder, bundled_papers, caplog
):
    copy = moved(closed, tmp_path)
    library = Library.open(copy, hash_encoder)
    build = build_of(copy)

    # As a kill leaves it that comes after papers are stored and before the indexes are told.
    records = [build_record(paper.paper_id, [Origin(paper)]) for paper in bundled_papers[10:13]]
    [encoded] = encode_records(records, LocalEngine(hash_encoder))
    library.catalogue.put(*encoded)
    library.catalogue.remove([bundled_papers[0].paper_id, bundled_papers[1].paper_id])
    assert not library.status().indexes_current
    library.catalogue.close()

    assert_works(copy, hash_encoder, n_papers=11)
    assert build_of(copy) == build
    assert rebuilds(caplog) == []


def test_indexes_that_were_being_written_are_made_anew(closed, tmp_path, hash_encoder, caplog):
    copy = moved(closed, tmp_path)
    state = {**state_of(copy), "applying": True}
    (copy / "indexes" / "state.json").write_text(json.dumps(state))
    assert_works(copy, hash_encoder)
    assert "no finished ones" in rebuilds(caplog)[0]


def test_a_writer_notes_that_it_is_writing_before_it_writes(
    closed, tmp_path, hash_encoder, bundled_papers, monkeypatch
):
    copy = moved(closed, tmp_path)
    library = Library.open(copy, hash_encoder)

    def killed(self, now, *, since):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(DerivedIndexes, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            library.add([bundled_papers[20]])
    assert state_of(copy)["applying"]
    assert_works(copy, hash_encoder, n_papers=11)


def test_indexes_of_a_later_catalogue_are_made_anew(closed, tmp_path, hash_encoder, caplog):
    copy = moved(closed, tmp_path)
    state = {**state_of(copy), "generation": 1_000}
    (copy / "indexes" / "state.json").write_text(json.dumps(state))
    assert_works(copy, hash_encoder)
    assert len(rebuilds(caplog)) == 1


def test_a_rebuild_that_is_killed_leaves_the_old_indexes_in_use(
    closed, tmp_path, hash_encoder, monkeypatch
):
    copy = moved(closed, tmp_path)
    library = Library.open(copy, hash_encoder)
    before = state_of(copy)

    def killed(self, build, generation):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(DerivedIndexes, "_note_finished", killed)
        with pytest.raises(KeyboardInterrupt):
            library._indexes.rebuild()
    assert state_of(copy) == before
    Library.open(copy, hash_encoder)
    assert state_of(copy) == before


def test_a_first_index_is_made_without_a_warning(make_library, bundled_papers, caplog):
    make_library(bundled_papers[:3])
    assert rebuilds(caplog) == []


def test_where_indexes_cannot_be_written_one_error_says_so_and_the_old_ones_are_searched(
    closed, tmp_path, hash_encoder, bundled_papers, monkeypatch
):
    copy = moved(closed, tmp_path)
    library = Library.open(copy, hash_encoder)

    def full(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(VectorMatrix, "save", full)
        with pytest.raises(LibraryUnwritableError, match=r"Cannot write .*No space left on device"):
            library.add([bundled_papers[20]])
        assert len(library.search(QUERY, top_k=10)) == 10
        assert len(Library.open(copy, hash_encoder).search(QUERY, top_k=10)) == 10
    assert [path.name for path in (copy / "indexes").iterdir() if path.is_dir()] == [
        build_of(copy).name
    ]
    library.catalogue.close()
    assert_works(copy, hash_encoder, n_papers=11)
