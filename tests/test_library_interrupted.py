"""A library under two writers, Ctrl-C and kill: nothing acknowledged is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vectorstore import (
    Library,
    LibraryLockedError,
    Paper,
    SearchFilter,
    candidates,
    terms,
)
from vectorstore.indexes import derived

FEW_CHUNKS = 2_000
ROOT = Path(__file__).parents[1]


@pytest.fixture
def small(make_library: Callable[..., Library], bundled_papers: tuple[Paper, ...]) -> Library:
    """Return a library of five of the bundled papers."""
    return make_library(bundled_papers[:5])


@pytest.fixture(autouse=True)
def _ask_chroma_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Chroma be asked, and checked, in libraries small enough for tests."""
    monkeypatch.setattr(derived, "FEW_CHUNKS", FEW_CHUNKS)
    monkeypatch.setattr(candidates, "FEW_CHUNKS", FEW_CHUNKS)


def titles(library: Library, query: str) -> list[str]:
    return [hit.paper.title for hit in library.search(query)]


WRITER = """
import runpy, sys
from pathlib import Path
from vectorstore import Library, Paper

def stay(done, total):
    print("writing", flush=True)
    sys.stdin.readline()

double = runpy.run_path(sys.argv[2])["HashEncoder"]()
library = Library.open(Path(sys.argv[1]), double)
library.add([Paper("slow", "Slow", "Slowly written.")], progress=stay)
"""


def start(script: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    conftest = ROOT / "tests" / "conftest.py"
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, [arguments[0], conftest, *arguments[1:]])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        **options,
    )


def test_a_second_writer_is_told_that_the_library_is_being_written_and_readers_go_on(
    small, hash_encoder, make_paper
):
    with start(WRITER, small.path) as writer:
        assert writer.stdout.readline() == "writing\n"
        with pytest.raises(LibraryLockedError, match=r"another process.* Try again"):
            small.add([make_paper("Hasty")])
        with pytest.raises(LibraryLockedError):
            small.remove(["slow"])
        with pytest.raises(LibraryLockedError):
            small.reindex()
        assert small.search("interpretability")
        reader = Library.open(small.path, hash_encoder)
        assert reader.search("interpretability")
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.wait() == 0
    again = Library.open(small.path, hash_encoder)
    assert titles(again, "slowly written")[0] == "Slow"
    again.add([make_paper("Hasty")])
    assert again.status().n_papers == 7


def test_ctrl_c_in_the_middle_of_add_leaves_a_library_that_opens_and_continues(
    make_library, make_paper, hash_encoder
):
    library = make_library()
    papers = [make_paper(f"Paper {n}", f"It is about topic{n}.") for n in range(100)]

    def interrupt(done, total):
        if done == 64:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add(papers, progress=interrupt)
    again = Library.open(library.path, hash_encoder)
    assert again.status().n_papers == 64
    assert again.status().indexes_current
    assert titles(again, "topic63")[0] == "Paper 63"
    report = again.add(papers)
    assert (len(report.unchanged), len(report.added)) == (64, 36)
    assert titles(again, "topic99")[0] == "Paper 99"


def test_after_ctrl_c_the_same_library_goes_on_too(make_library, make_paper, monkeypatch):
    library = make_library()

    def interrupt(*_):
        raise KeyboardInterrupt

    papers = [make_paper(f"Paper {n}", f"It is about topic{n}.") for n in range(10)]
    with pytest.raises(KeyboardInterrupt):
        library.add(papers, progress=interrupt)
    assert len(library.add(papers).unchanged) == 10
    assert titles(library, "topic7")[0] == "Paper 7"


def test_an_encoder_that_fails_loses_nothing_that_was_there(small, bundled_papers, monkeypatch):
    before = small.status()
    monkeypatch.setattr(small._encoder, "encode", lambda texts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        small.add(bundled_papers[5:])
    assert small.status() == before


# --- kill -9

# Adds a few papers at a time, from the number it is told on, and says which are acknowledged.
# Each writer is a fork of one process that has loaded all modules, and has opened nothing.
ADDER = """
import json, os, runpy, signal, sys
from pathlib import Path
import chromadb, chromadb.config
from vectorstore import Library, Paper

double = runpy.run_path(sys.argv[2])["HashEncoder"]()

def write(path, first, step):
    library = Library.open(Path(path), double)
    print("open", flush=True)
    for n in range(first, first + 100 * step, step):
        papers = [
            Paper(f"p{m}", f"Paper {m}", f"About topic{m}.", authors=(f"Ada Author{m}",))
            for m in range(n, n + step)
        ]
        library.add(papers, progress=lambda done, total: print(n + done - 1, flush=True))

for line in sys.stdin:
    if os.fork():
        os.wait()
        print("ended", flush=True)
        continue
    print(os.getpid(), flush=True)
    write(*json.loads(line))
    signal.pause()
"""


class KilledWriters:
    """Writers that are killed one after the other, to libraries of the test double."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent

    def write_and_die(self, path: Path, first: int, chance: np.random.Generator) -> int:
        """Let a writer add papers from number `first` on; return the last acknowledged one."""
        asked = [str(path), first, int(chance.choice([1, 4, 100]))]
        self._parent.stdin.write(f"{json.dumps(asked)}\n")
        self._parent.stdin.flush()
        writer, numbers = int(self._parent.stdout.readline()), [first - 1]
        try:
            assert self._parent.stdout.readline() == "open\n"
            heard = (self._parent.stdout.readline() for _ in range(chance.integers(0, 4)))
            numbers.extend(map(int, heard))
            # So that the kill comes at any point: into papers, indexes, or between.
            time.sleep(chance.choice([0.0, 0.02, 0.2]) * chance.random())
        finally:
            os.kill(writer, signal.SIGKILL)
            rest = list(takewhile("ended\n".__ne__, self._parent.stdout))
        return max([*numbers, *map(int, rest)])


@pytest.fixture(scope="module")
def writers() -> Iterator[KilledWriters]:
    """Return what starts writers at once: to load all modules takes a second."""
    with start(ADDER, "", process_group=0) as parent:
        yield KilledWriters(parent)
        os.killpg(parent.pid, signal.SIGKILL)


def numbered(paper_count: int, first: int = 0) -> list[Paper]:
    return [
        Paper(f"p{n}", f"Paper {n}", f"About topic{n}.", authors=(f"Ada Author{n}",))
        for n in range(first, first + paper_count)
    ]


def assert_none_lost(library: Library, n_acknowledged: int) -> int:
    """Assert that all acknowledged papers are stored and found; return how many there are."""
    assert library.status().indexes_current
    n_stored = library.status().n_papers
    stored = {paper.paper_id for paper in library.catalogue.papers()}
    assert stored == {f"p{n}" for n in range(n_stored)}
    assert n_stored >= n_acknowledged
    # By words, by vectors (that the matrix and, of many, Chroma give), and by author.
    frequencies = library.document_frequencies([terms(f"topic{n}")[0] for n in range(n_stored)])
    assert set(frequencies.values()) <= {1}
    chunks = [stored for batch in library.catalogue.chunks_since(-1) for stored in batch]
    matrix = library._indexes.matrix
    positions = matrix.positions_of_chunks(np.array([c.chunk_row for c in chunks], dtype=np.int64))
    assert len(positions) == matrix.count() == len(chunks)
    np.testing.assert_array_equal(matrix.vectors(positions), [c.vector for c in chunks])
    assert len(chunks) <= FEW_CHUNKS or library._indexes.dense.count() == len(chunks)
    for number in {0, n_acknowledged // 2, n_acknowledged - 1, n_stored - 1} - {-1}:
        paper = f"Paper {number}"
        assert titles(library, f"{paper} topic{number}")[0] == paper
        by_author = SearchFilter(authors=frozenset([f"Author{number}"]))
        assert [hit.paper.title for hit in library.search("paper", where=by_author)] == [paper]
    return n_stored


@pytest.mark.parametrize(
    "n_papers",
    [0, 980, 1_990, 2_600],
    ids=["new", "before Chroma saves its graph", "before Chroma is asked", "asking Chroma"],
)
@pytest.mark.parametrize(
    "n_kills",
    [
        pytest.param([3, 2, 3, 2], id="ten"),
        pytest.param([25, 25, 25, 25], id="a hundred", marks=pytest.mark.slow),
    ],
)
def test_what_was_acknowledged_before_a_kill_is_there_after_it(
    make_library, hash_encoder, writers, n_papers, n_kills
):
    sizes = [0, 980, 1_990, 2_600]
    path = make_library(numbered(n_papers)).path
    n_stored, chance = n_papers, np.random.default_rng(n_papers)
    for _ in range(n_kills[sizes.index(n_papers)]):
        n_acknowledged = writers.write_and_die(path, n_stored, chance) + 1
        library = Library.open(path, hash_encoder)
        n_stored = assert_none_lost(library, n_acknowledged)
        library.catalogue.close()
    assert n_stored > n_papers


# --- a full disk

FILLER = """
import resource, runpy, signal, sys
from pathlib import Path
from vectorstore import Library, Paper, VectorStoreError

double = runpy.run_path(sys.argv[2])["HashEncoder"]()
library = Library.open(Path(sys.argv[1]), double)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
n_bytes, full_from = map(int, sys.argv[3:])

def told(done, total):
    print(9 + done, flush=True)
    if done >= full_from:  # no file may grow beyond this
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))

papers = [
    Paper(f"p{n}", f"Paper {n}", f"About topic{n}." + " It goes on and on." * 40)
    for n in range(10, 778)
]
try:
    library.add(papers, progress=told)
except VectorStoreError as error:
    print("error:", error)
"""


@pytest.mark.parametrize(
    ("n_bytes", "full_from"),
    [
        (120_000, 64),
        pytest.param(400_000, 64, marks=pytest.mark.slow),
        pytest.param(800_000, 64, marks=pytest.mark.slow),
        pytest.param(500, 768, marks=pytest.mark.slow),
        (20_000, 768),
        pytest.param(150_000, 768, marks=pytest.mark.slow),
    ],
    ids=lambda n: f"{n:_}",
)
def test_a_full_disk_is_one_error_and_what_was_acknowledged_is_there(
    make_library, hash_encoder, n_bytes, full_from
):
    path = make_library(numbered(10)).path
    with start(FILLER, path, n_bytes, full_from) as filler:
        *numbers, error = filler.communicate()[0].splitlines()
    assert filler.returncode == 0
    assert error.startswith("error: Cannot write")
    assert str(path) in error
    library = Library.open(path, hash_encoder)
    n_acknowledged = int(numbers[-1]) + 1
    assert library.status().n_papers >= n_acknowledged >= full_from
    assert library.status().indexes_current
    for number in (0, 9, n_acknowledged - 1):
        assert titles(library, f"Paper {number} topic{number}")[0] == f"Paper {number}"
    library.add([Paper("later", "Zebras", "Of zebras.")])
    assert titles(library, "zebras")[0] == "Zebras"


# --- indexes that go, readers that stay


def test_indexes_that_were_deleted_are_made_anew_without_encoding(make_library, hash_encoder):
    path = make_library(numbered(20)).path
    n_texts = hash_encoder.n_texts
    shutil.rmtree(path / "indexes")
    library = Library.open(path, hash_encoder)
    assert hash_encoder.n_texts == n_texts
    assert assert_none_lost(library, 20) == 20


READER = """
import runpy, sys
from pathlib import Path
from vectorstore import Library

double = runpy.run_path(sys.argv[2])["HashEncoder"]()
library = Library.open(Path(sys.argv[1]), double)
print("open", flush=True)
seen = n_searches = 0
while seen < int(sys.argv[3]):
    hits = library.search("paper topic7", top_k=8)
    assert len(hits) == 8 and hits[0].paper.paper_id == "p7", hits
    found = len(library.search("paper", top_k=5_000))
    assert found >= seen, (found, seen)
    seen = found
    n_searches += 1
print(n_searches)
"""


@pytest.mark.slow
def test_a_reader_goes_on_reading_while_a_writer_adds(make_library):
    library = make_library(numbered(1_900))
    with start(READER, library.path, 2_200) as reader:
        assert reader.stdout.readline() == "open\n"
        for first in range(1_900, 2_200, 50):
            library.add(numbered(50, first))
        library.remove([])
        assert int(reader.stdout.readline()) > 0
        assert reader.wait() == 0
