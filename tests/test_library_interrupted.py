"""A library under two writers, Ctrl-C and kill: nothing acknowledged is lost."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from vectorstore import Library, LibraryLockedError, Paper

ROOT = Path(__file__).parents[1]


@pytest.fixture
def small(make_library: Callable[..., Library], bundled_papers: tuple[Paper, ...]) -> Library:
    """Return a library of five of the bundled papers."""
    return make_library(bundled_papers[:5])


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


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    conftest = ROOT / "tests" / "conftest.py"
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, [arguments[0], conftest, *arguments[1:]])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
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


ADDER = """
import runpy, sys
from pathlib import Path
from vectorstore import Library, Paper

double = runpy.run_path(sys.argv[2])["HashEncoder"]()
first = int(sys.argv[3])
library = Library.open(Path(sys.argv[1]), double)
print("open", flush=True)
for n in range(first, first + 400, 4):
    library.add([Paper(f"p{m}", f"Paper {m}", f"About topic{m}.") for m in range(n, n + 4)])
    print(n + 3, flush=True)
"""


def test_what_was_acknowledged_before_a_kill_is_there_after_it(make_library, hash_encoder):
    path = make_library().path
    acknowledged = -1
    random = np.random.default_rng(11)
    for _ in range(5):
        with start(ADDER, path, acknowledged + 1) as adder:
            assert adder.stdout.readline() == "open\n"
            numbers = [int(adder.stdout.readline()) for _ in range(random.integers(1, 4))]
            with suppress(subprocess.TimeoutExpired):
                adder.wait(random.uniform(0.0, 0.05))  # so that the kill comes at any point
            adder.send_signal(signal.SIGKILL)
            numbers += [int(line) for line in adder.stdout if line.endswith("\n")]
        acknowledged = max(numbers)
        library = Library.open(path, hash_encoder)
        assert library.status().indexes_current
        stored = {paper.paper_id for paper in library.catalogue.papers()}
        assert {f"p{n}" for n in range(acknowledged + 1)} <= stored
        for number in (0, acknowledged // 2, acknowledged):
            assert titles(library, f"topic{number}")[0] == f"Paper {number}"
        assert len(library.search("paper", top_k=1_000)) == len(stored)
