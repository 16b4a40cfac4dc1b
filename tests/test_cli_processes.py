"""`citewise` as a process: Ctrl-C, a closed pipe, another user, an unknown encoder."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

import assistant.build
from ui.cli.main import main
from vectorstore import Encoder, Library

pytestmark = pytest.mark.slow

N_PAPERS = 600
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
                f"We study effect {n}. " + f"It grows with dose {n} of compound {n * 7}. " * 8
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


@pytest.mark.parametrize("command", [("papers",), ("papers", "--json"), ("status", "--json")])
def test_a_reader_that_has_enough_is_no_failure(
    start: Start, copied: Path, command: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*command, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")


def test_a_terminal_that_cannot_show_a_character_shows_another(
    start: Start, copied: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    plain, err = start("ask", QUESTION).communicate(timeout=SECONDS)
    assert err == ""
    assert "?Across 720 finetuned models" in plain  # the opening quotation mark
    titles, err = start("papers", "--json").communicate(timeout=SECONDS)
    assert err == ""
    papers = [(paper["title"], paper["abstract"]) for paper in json.loads(titles)]
    assert papers == [(paper.title, paper.abstract) for paper in library.catalogue.papers()]


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
def read_only(library: Library) -> Iterator[Path]:
    """A copy of the bundled library that nobody may write, where everybody may look."""
    with tempfile.TemporaryDirectory() as directory:
        path = shutil.copytree(library.path, Path(directory) / "library")
        everything = [Path(directory), path, *path.rglob("*")]
        for file in everything:
            file.chmod(0o555 if file.is_dir() else 0o444)
        yield path
        for file in everything:
            file.chmod(0o755 if file.is_dir() else 0o644)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("command", "where"),
    [(("ask", QUESTION), ""), (("add", "{papers}"), ""), (("ask", QUESTION), "new")],
)
def test_a_read_only_directory_is_named_and_left_as_it_is(
    read_only: Path,
    copied: Path,
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    where: str,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    monkeypatch.setenv("HOME", "/nonexistent")
    papers = read_only.parent / "papers.jsonl"
    papers.write_text('{"title": "Owls", "abstract": "Owls hunt at night."}\n')
    papers.chmod(0o444)
    before = {path: path.stat().st_mtime_ns for path in sorted(read_only.rglob("*"))}
    words = [word.format(papers=papers) for word in command]
    done = subprocess.run(
        [sys.executable, "-c", CITEWISE_AS, str(NOBODY), copied, read_only / where, *words],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=SECONDS,
    )
    err = done.stderr.split("<<<\n")[1]
    assert done.returncode == 1, err
    assert err.startswith("citewise: Cannot ")
    assert len(err.splitlines()) == 1
    assert str(read_only) in err
    assert {path: path.stat().st_mtime_ns for path in sorted(read_only.rglob("*"))} == before
    again = Library.open(read_only, encoder)
    assert again.catalogue.n_papers() == 43
    assert again.search("owls")
