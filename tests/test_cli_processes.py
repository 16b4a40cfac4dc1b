"""`citewise` as a process: Ctrl-C, a closed pipe, another user, an unknown encoder."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import pytest

import assistant.build
from ui.cli.main import main
from vectorstore import Encoder, Library

pytestmark = pytest.mark.slow

N_PAPERS = 1_500  # so many that the encoder is still at work when it is interrupted
QUESTION = "How many finetuned models does Pando contain?"
NOBODY = 65_534
SECONDS = 240
NEVER = "(?!)"
# Started in the background, a process inherits that Ctrl-C is ignored; a terminal's does not.
CITEWISE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ui.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
# Runs the command as somebody else. All modules are loaded before: they may lie in root's home.
CITEWISE_AS = """
import os, sys
from ui.cli.main import main
user, warm, library, *command = sys.argv[1:]
for words in (["ask", ""], ["status"], command):
    main([*words, "--library", warm])
os.setgroups([])
os.setgid(int(user))
os.setuid(int(user))
print("<<<", file=sys.stderr, flush=True)
sys.exit(main([*command, "--library", library]))
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def copied(library: Library, tmp_path: Path) -> Path:
    return shutil.copytree(library.path, tmp_path / "library")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts `citewise` on `tmp_path / "library"`."""
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "library"))
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        process = subprocess.Popen(
            [sys.executable, "-c", CITEWISE, *map(str, arguments)], cwd=tmp_path, **pipes
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


@pytest.fixture
def many_papers(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for n in range(N_PAPERS):
            abstract = (
                f"We study effect {n}. " + f"It grows with dose {n} of compound {n * 7}. " * 2
            )
            paper = {"id": f"paper-{n}", "title": f"Study {n}", "abstract": abstract, "year": 2020}
            file.write(json.dumps(paper) + "\n")
    return path


def read_until(stream: IO[bytes], pattern: str) -> str:
    """Return what a terminal has shown once `pattern` is on it, or at its end."""
    shown = ""
    try:
        while not re.search(pattern, shown):
            shown += os.read(stream.fileno(), 4_096).decode("utf-8", "replace")
    except OSError:  # how a pseudo-terminal ends
        pass
    return shown


def test_ctrl_c_in_the_middle_of_add_keeps_what_was_done_and_add_goes_on(
    start: Start,
    many_papers: Path,
    tmp_path: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    main_end, other_end = pty.openpty()
    with open(main_end, "rb", buffering=0) as terminal:  # noqa: PTH123 (a descriptor)
        process = start("add", many_papers, stderr=other_end)
        os.close(other_end)
        shown = read_until(terminal, rf"\b[1-9]\d*/{N_PAPERS}\b")
        assert re.search(rf"/{N_PAPERS}\b", shown), shown
        process.send_signal(signal.SIGINT)
        shown = read_until(terminal, NEVER)
    assert process.wait(SECONDS) == 130, shown
    assert "Traceback" not in shown
    safe = re.search(r"Stopped; (\d+) papers are safe\. The same command goes on", shown)
    assert safe, shown
    assert shown.rstrip().endswith("citewise: interrupted.")

    library = Library.open(tmp_path / "library", encoder)
    assert 0 < library.catalogue.n_papers() == int(safe[1]) < N_PAPERS
    assert library.status().indexes_current
    assert [hit.paper.paper_id for hit in library.search("effect 3", top_k=1)]

    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    assert main(["add", str(many_papers), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert len(report["unchanged"]) == int(safe[1])
    assert len(report["added"]) == N_PAPERS - int(safe[1])
    assert library.catalogue.n_papers() == N_PAPERS


@pytest.mark.parametrize("command", [("papers",), ("status", "--json")])
def test_a_reader_that_has_enough_is_no_failure(
    start: Start, copied: Path, command: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*command, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A Hugging Face hub that only listens, for processes that nobody told to stay offline."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("HF_ENDPOINT", address)
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, address)
        monkeypatch.delenv("HF_HUB_OFFLINE")
        yield listener


def test_another_encoder_is_refused_without_asking_the_network(
    start: Start, copied: Path, hub: socket.socket
) -> None:
    process = start("ask", QUESTION, "--encoder", "some/other-model")
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("citewise: ")
    assert len(err.splitlines()) == 1
    assert "some/other-model" in err
    with pytest.raises(BlockingIOError):
        hub.accept()
    assert "citewise reindex" in err


@pytest.fixture
def make_read_only(copied: Path) -> Iterator[Callable[[Path], Path]]:
    """Copies a library to where everybody may look and nobody may write."""
    with tempfile.TemporaryDirectory() as directory:
        everything: list[Path] = []

        def make(library: Path) -> Path:
            path = shutil.copytree(library, Path(directory) / "library")
            everything.extend([Path(directory), path, *path.rglob("*")])
            for file in everything:
                file.chmod(0o555 if file.is_dir() else 0o444)
            return path

        yield make
        for file in everything:
            file.chmod(0o755 if file.is_dir() else 0o644)


@pytest.fixture
def as_nobody(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Runs a command as a user without rights; returns its exit code and standard error."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, "/nonexistent")

    def run(library: Path, *command: str) -> tuple[int, str]:
        arguments = (str(NOBODY), str(copied), str(library), *command)
        done = subprocess.run(
            [sys.executable, "-c", CITEWISE_AS, *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            timeout=SECONDS,
        )
        return done.returncode, done.stderr.split("<<<\n")[1]

    return run


def at_rest(library: Path) -> Path:
    """Fold SQLite's log into the catalogue, as the last process that closes it does."""
    with closing(sqlite3.connect(library / "catalogue.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not (library / "catalogue.sqlite-wal").exists()
    return library


def in_use(library: Path) -> Path:
    """Leave SQLite's log beside the catalogue, as where another process has it open."""
    assert (library / "catalogue.sqlite-wal").exists()
    return library


@pytest.mark.parametrize(
    ("state", "where"),
    [
        (at_rest, ""),
        (at_rest, "new"),
        (in_use, ""),
    ],
)
def test_a_read_only_directory_is_named_and_left_as_it_is(
    make_read_only: Callable[[Path], Path],
    as_nobody: Callable[..., tuple[int, str]],
    copied: Path,
    encoder: Encoder,
    state: Callable[[Path], Path],
    where: str,
) -> None:
    library = make_read_only(state(copied))
    before = {path: path.stat().st_mtime_ns for path in library.rglob("*")}
    code, err = as_nobody(library / where, "ask", QUESTION)
    assert code == 1, err
    assert err.startswith("citewise: Cannot "), err
    assert len(err.splitlines()) == 1
    assert str(library) in err
    assert {path: path.stat().st_mtime_ns for path in library.rglob("*")} == before
    again = Library.open(library, encoder)
    assert again.catalogue.n_papers() == 43
    assert again.search("owls")
