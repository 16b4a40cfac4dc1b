"""Encoding by the workers of a Ray cluster: the same library, whatever becomes of a worker."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import assistant.build
from vectorstore import EncoderError, EncoderSpec, Library, Paper
from vectorstore.chunking import chunk_abstract, text_to_embed
from vectorstore.engines.ray_engine import RayEngine
from vectorstore.engines.shards import Shard
from vectorstore.errors import EngineError
from vectorstore.ingestion import MAX_CHUNK_CHARS

N_PAPERS = 200
CITEWISE = "import sys; from ui.cli.main import main; sys.exit(main(sys.argv[1:]))"
TOLD_WHEN = {"read_at", "added_at"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def papers(bundled_papers) -> list[Paper]:
    """Many batches of papers, of which some are one paper."""
    numbered = [
        replace(paper, paper_id=f"{paper.paper_id}-{n}", title=f"{paper.title}, part {n}")
        for n in range(1, 1 + N_PAPERS // len(bundled_papers))
        for paper in bundled_papers
    ]
    return [*numbered, *numbered[:30]]


@pytest.fixture(scope="module")
def spec(encoder_cache: Path) -> EncoderSpec:
    return EncoderSpec(encoder_cache)


@pytest.fixture(scope="module")
def wanted(papers, spec, tmp_path_factory) -> dict[str, list[tuple]]:
    """What stands in the catalogue when this process encodes."""
    library = Library.create(tmp_path_factory.mktemp("local") / "library", spec.encoder())
    library.add(papers)
    return rows_of(library)


@pytest.fixture
def library(spec, tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library", spec.encoder())


@pytest.fixture(scope="module")
def shards(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("ray") / "shards"


@pytest.fixture(scope="module")
def engine(spec, shards: Path) -> Iterator[RayEngine]:
    """A cluster of this machine; to start one takes seconds."""
    with RayEngine(spec, shards, n_workers=2) as engine:
        yield engine


def rows_of(library: Library) -> dict[str, list[tuple]]:
    """Return every row of every table of a catalogue, but for the clock's."""
    connection = sqlite3.connect(library.catalogue.place)
    query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    tables = [name for [name] in connection.execute(query)]
    rows = {}
    for table in tables:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        names = ", ".join(f'"{name}"' for name in columns if name not in TOLD_WHEN)
        rows[table] = sorted(connection.execute(f"SELECT {names} FROM {table}"), key=repr)
    connection.close()
    return rows


def ancestors_of(pid: int) -> Iterator[int]:
    """Yield a process's parent, that one's, and so on."""
    while pid > 1:
        # The name, in brackets, may hold anything; the second field after it is the parent.
        pid = int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
        yield pid


def busy_workers() -> list[int]:
    """Return the processes that are encoding for this one, and for no other of the machine."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            is_busy = (process / "cmdline").read_bytes().startswith(b"ray::_write_shard")
            if is_busy and os.getpid() in ancestors_of(int(process.name)):
                found.append(int(process.name))
    return found


def test_the_catalogue_is_the_one_this_process_makes(library, papers, engine, wanted, shards):
    library.add(papers, engine=engine)
    assert rows_of(library) == wanted
    assert not shards.exists()


def test_a_killed_worker_costs_its_shard_only(library, papers, engine, wanted):
    killed = []

    def kill_one(n_done: int, _: int | None) -> None:
        if n_done >= 64 and not killed and (pids := busy_workers()):
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

    library.add(papers, engine=engine, progress=kill_one)
    assert killed
    assert rows_of(library) == wanted


def test_an_interrupted_run_goes_on_where_it_stopped(library, papers, engine, wanted):
    def stop(n_done: int, _: int | None) -> None:
        if n_done >= 64:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add(papers, engine=engine, progress=stop)
    n_safe = library.catalogue.n_papers()
    report = library.add(papers, engine=engine)
    assert 64 <= n_safe < len(wanted["papers"])
    assert len(report.added) == len(wanted["papers"]) - n_safe
    assert rows_of(library)["chunks"] == wanted["chunks"]


def test_a_shard_that_is_there_is_not_made_again(library, bundled_papers, engine, shards):
    papers = bundled_papers[:10]
    pairs = [(p, c) for p in papers for c in chunk_abstract(p, max_chars=MAX_CHUNK_CHARS)]
    chunks, texts = [c for _, c in pairs], [text_to_embed(p, c) for p, c in pairs]
    shards.mkdir(exist_ok=True)
    shard = Shard.of(texts, encoder=library.catalogue.manifest.encoder, directory=shards)
    marked = np.zeros((len(chunks), 384), np.float32)
    marked[:, 5] = 1.0
    shard.write(chunks, marked)
    library.add(papers, engine=engine)
    stored = [chunk.vector for batch in library.catalogue.chunks_since(-1) for chunk in batch]
    assert np.array_equal(np.stack(stored), marked)
    assert not shard.path.exists()


def test_what_the_encoder_raises_is_raised_here(library, papers, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_encoder", EncoderSpec(tmp_path, name="no-such-model"))
    with pytest.raises(EncoderError, match="no-such-model"):
        library.add(papers, engine=engine)
    assert library.catalogue.n_papers() == 0


def test_workers_that_write_elsewhere_are_told_of(library, papers, engine, monkeypatch):
    monkeypatch.setattr(Shard, "read", lambda shard, chunks: None)
    with pytest.raises(EngineError, match="--shards"):
        library.add(papers, engine=engine)


def test_without_ray_the_error_says_what_to_install(spec, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EngineError, match=r"pip install 'citewise\[ray\]'"):
        RayEngine(spec, tmp_path)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "ray://nowhere", "x"])
def test_no_cluster_at_an_address_is_an_error_at_once(spec, tmp_path, address):
    with pytest.raises(EngineError, match=f"'{address}' does not answer"):
        RayEngine(spec, tmp_path, address=address)


def test_the_command_adds_by_ray_what_it_adds_by_itself(
    papers, encoder, encoder_cache, make_jsonl, run_citewise, tmp_path, monkeypatch
):
    rows = [{"title": p.title, "abstract": p.abstract} for p in papers[:20]]
    add = ["add", str(make_jsonl(*rows)), "--json"]
    by_ray = subprocess.run(
        [sys.executable, "-c", CITEWISE, *add, "--engine", "ray", "--library", tmp_path / "ray"],
        env={**os.environ, "CITEWISE_ENCODER_CACHE": str(encoder_cache)},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert by_ray.returncode == 0, by_ray.stderr
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    by_itself = run_citewise(*add, "--engine", "local", "--library", tmp_path / "local")
    assert json.loads(by_ray.stdout) == by_itself.json
    assert not (tmp_path / "ray" / "shards").exists()
