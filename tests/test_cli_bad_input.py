"""What goes wrong: one clear line, the right exit code, and nothing lost."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import assistant.build
import assistant.settings
import ui.cli.commands.serve
from vectorstore import DEFAULT_ENCODER, Encoder, Library

QUESTION = "How many finetuned models does Pando contain?"


Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture(scope="module")
def copied(library: Library, encoder: Encoder, tmp_path_factory: Any) -> Iterator[Path]:
    """A copy of the bundled library; it must still answer when all was tried on it."""
    path = shutil.copytree(library.path, tmp_path_factory.mktemp("bad-input") / "library")
    yield path
    survivor = Library.open(path, encoder)
    assert survivor.status().indexes_current
    settings = assistant.settings.load_settings(library=path)
    answer = assistant.build.build_assistant(settings, survivor).ask(QUESTION)
    assert "720" in answer.text


@pytest.fixture
def citewise(
    copied: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, run_citewise: Citewise
) -> Iterator[Citewise]:
    """Runs a command in this process on `copied`, whose papers must all be there afterwards."""
    build_encoder = assistant.build.build_encoder
    monkeypatch.setattr(
        assistant.build,
        "build_encoder",
        lambda settings: (
            encoder if settings.encoder == DEFAULT_ENCODER else build_encoder(settings)
        ),
    )
    monkeypatch.setenv("CITEWISE_LIBRARY", str(copied))

    yield run_citewise

    for name in ("CITEWISE_CONFIG", "CITEWISE_TOP_K"):
        monkeypatch.delenv(name, raising=False)
    assert run_citewise("papers", "--count") == (0, "43\n", "")


def failed(ended: Any, code: int, *parts: str) -> bool:
    """Check that a command ended with `code` and one line on standard error that holds `parts`."""
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("citewise: ")
    assert ended.err.endswith("\n")
    assert len(ended.err.splitlines()) == 1
    missing = [part for part in parts if part not in ended.err]
    assert not missing
    return True


def misused(ended: Any, *parts: str) -> bool:
    """Check that a command ended with 2 and a usage whose last line says what is wrong."""
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("usage: citewise")
    missing = [part for part in parts if part not in ended.err.splitlines()[-1]]
    assert not missing
    return True


# Sources


def test_a_missing_file(citewise: Citewise, tmp_path: Path) -> None:
    missing = tmp_path / "no-such-file.jsonl"
    assert failed(citewise("add", missing), 1, f"No such file: {str(missing)!r}")


def test_a_binary_file(citewise: Citewise, tmp_path: Path) -> None:
    binary = tmp_path / "paper.pdf"
    binary.write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    assert failed(citewise("add", binary), 1, "paper.pdf", "binary file")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"caf\xe9 au lait\n", "of no format"),
        (b"", "of no format"),
        (b"Dear diary,\n", "of no format"),
        (b'{"title": ""}\n', "no whole paper"),
    ],
)
def test_a_file_without_a_paper(
    citewise: Citewise, tmp_path: Path, content: bytes, reason: str
) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    assert failed(citewise("add", source), 1, str(source), reason)


def test_a_directory_without_papers(citewise: Citewise, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary,\n")
    assert failed(citewise("add", tmp_path), 1, str(tmp_path), "holds no file that Citewise reads")


def test_a_source_that_cannot_be_read_makes_no_library(citewise: Citewise, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert failed(citewise("add", tmp_path / "missing", "--library", new), 1, "No such file")
    assert not new.exists()


# Questions


@pytest.mark.parametrize("question", ["", " \t\n"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_question(citewise: Citewise, command: str, question: str) -> None:
    assert failed(citewise(command, question), 2, "is empty")


def test_a_question_of_100_000_characters(citewise: Citewise) -> None:
    ended = citewise("ask", "why? " * 20_000)
    assert failed(ended, 2, "100,000 characters", "4,000", "CITEWISE_MAX_QUESTION_CHARS")


def test_an_earlier_question_that_is_empty(citewise: Citewise) -> None:
    assert failed(citewise("ask", QUESTION, "--after", ""), 2, "is empty")


@pytest.mark.parametrize(
    "years", ["soon", "2025-2023", "-", "20245", "2023 2024", "2023-2024-2025"]
)
@pytest.mark.parametrize("command", ["ask", "papers"])
def test_years_that_are_none(citewise: Citewise, command: str, years: str) -> None:
    query = () if command == "papers" else ("query",)
    assert misused(citewise(command, *query, f"--year={years}"), "--year", repr(years))


@pytest.mark.parametrize("day", ["soon", "2025", "2025-02-30", "22.05.2025", ""])
@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("command", [("ask", "why?"), ("search", "owls"), ("papers",)])
def test_days_that_are_none(
    citewise: Citewise, command: tuple[str, ...], option: str, day: str
) -> None:
    assert misused(citewise(*command, f"{option}={day}"), option, repr(day), "2025-05-22")


def test_a_reranker_that_does_not_exist(citewise: Citewise) -> None:
    ended = citewise("search", "owls", "--reranker", "no-such-model")
    assert failed(ended, 1, "'no-such-model'", "CITEWISE_ALLOW_DOWNLOAD")


@pytest.mark.parametrize("number", ["0", "101", "-3", "many", "²", "1.5"])
def test_a_top_k_out_of_bounds(citewise: Citewise, number: str) -> None:
    assert misused(citewise("ask", "why?", f"--top-k={number}"), "--top-k", "1 to 100")


# Libraries


def test_a_library_made_with_another_model_names_the_command_that_rebuilds(
    citewise: Citewise, hash_encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
        for command in (("ask", QUESTION), ("papers",), ("status",), ("remove", "x")):
            ended = citewise(*command)
            assert failed(
                ended, 1, DEFAULT_ENCODER, "--encoder citewise-encoder-2", "citewise reindex"
            )


@pytest.mark.parametrize("command", [("ask", "why?"), ("papers",), ("status",), ("reindex",)])
def test_a_directory_that_is_no_library_is_left_alone(
    citewise: Citewise, tmp_path: Path, command: tuple[str, ...]
) -> None:
    directory = tmp_path / "photos"
    directory.mkdir()
    (directory / "owl.jpg").write_bytes(b"owl")
    assert failed(citewise(*command, "--library", directory), 1, str(directory), "is no library")
    assert [file.name for file in directory.iterdir()] == ["owl.jpg"]


def test_papers_are_not_added_to_a_directory_that_is_no_library(
    citewise: Citewise, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "owl.jpg").write_bytes(b"owl")
    source = tmp_path / "papers.jsonl"
    source.write_text('{"title": "Owls", "abstract": "Owls hunt at night."}\n')
    ended = citewise("add", source, "--library", tmp_path / "photos")
    assert failed(ended, 1, "is no library and not empty")
    assert [file.name for file in (tmp_path / "photos").iterdir()] == ["owl.jpg"]


@pytest.mark.parametrize("command", [("ask", "why?"), ("papers",), ("status",), ("reindex",)])
def test_a_file_given_as_library_is_left_alone(
    citewise: Citewise, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    assert failed(citewise(*command, "--library", file), 1, str(file))
    assert file.read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be one"])
def test_a_catalogue_that_is_none(citewise: Citewise, tmp_path: Path, content: bytes) -> None:
    directory = tmp_path / "odd"
    directory.mkdir()
    (directory / "catalogue.sqlite").write_bytes(content)
    assert failed(citewise("ask", "why?", "--library", directory), 1, "not a catalogue of Citewise")
    assert (directory / "catalogue.sqlite").read_bytes() == content


def test_a_library_that_another_process_is_writing(citewise: Citewise, copied: Path) -> None:
    with FileLock(copied / "write.lock"):
        assert failed(citewise("remove", "x"), 1, "being written by another process")
        assert citewise("papers", "--count").out == "43\n"


def test_a_disk_that_fails_is_no_traceback(
    citewise: Citewise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, database: object) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Library, "exists", fail)
        assert failed(citewise("papers"), 1, "Permission denied")


# Settings


def test_a_setting_of_the_environment_out_of_bounds(
    citewise: Citewise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWISE_TOP_K", "0")
    ended = citewise("ask", QUESTION)
    assert failed(ended, 2, "'top_k'", "'0'", "greater than or equal to 1", "CITEWISE_TOP_K")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("top_k = 0", ["'top_k'", "greater than or equal to 1"]),
        ("colour = 'red'", ["'colour'", "not permitted"]),
        ("top_k = = 3", ["Cannot read", "line 1"]),
    ],
)
def test_a_setting_of_the_file_that_is_wrong(
    citewise: Citewise,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    parts: list[str],
) -> None:
    file = tmp_path / "citewise.toml"
    file.write_text(content)
    monkeypatch.setenv("CITEWISE_CONFIG", str(file))
    assert failed(citewise("ask", QUESTION), 2, str(file), *parts)


def test_a_settings_file_that_is_named_and_missing(
    citewise: Citewise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWISE_CONFIG", str(tmp_path / "missing.toml"))
    assert failed(citewise("ask", QUESTION), 2, "missing.toml", "CITEWISE_CONFIG")


@pytest.mark.parametrize("llm", ["gpt", "extract"])
def test_a_backend_that_is_unknown(citewise: Citewise, llm: str) -> None:
    assert failed(citewise("ask", QUESTION, "--llm", llm), 1, repr(llm), "extractive")


def test_a_provider_that_is_unknown(citewise: Citewise) -> None:
    assert failed(citewise("ask", QUESTION, "--llm", "nobody:owl"), 1, "'nobody:owl'")


# serve


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let `serve` fail the test when it gets as far as loading an assistant."""

    def load(settings: Any) -> None:
        pytest.fail("the models were loaded first")

    with monkeypatch.context() as patch:
        patch.setattr(ui.cli.commands.serve, "start_assistant", load)
        yield


def test_a_port_in_use_is_noticed_before_models_are_loaded(
    citewise: Citewise, no_models: None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert failed(citewise("serve", "--port", str(port)), 1, f"Port {port}", "--port")


def test_a_port_that_does_not_exist(citewise: Citewise, no_models: None) -> None:
    assert failed(citewise("serve", "--port", "99999"), 1, "99999", "--port")


@pytest.mark.parametrize("host", ["0.0.0.0", "example.invalid"])
def test_a_host_that_others_reach_needs_no_auth(
    citewise: Citewise, no_models: None, host: str
) -> None:
    assert failed(citewise("serve", "--host", host), 1, repr(host), "--no-auth")


# eval


def test_missing_questions(citewise: Citewise, tmp_path: Path) -> None:
    missing = tmp_path / "questions.jsonl"
    ended = citewise("eval", "answers", "--questions", missing)
    assert failed(ended, 1, "Cannot read", str(missing))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"question": ', "Expecting value"),
        ('{"question": ""}', "question"),
        ('{"question": "Why?", "colour": 1}', "colour"),
        ('{"question": "Why?", "contains": ["("]}', "unterminated"),
        ("[1]", "object"),
    ],
)
def test_a_broken_line_of_questions_is_named(
    citewise: Citewise, tmp_path: Path, line: str, reason: str
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f'{{"question": "Why?"}}\n{line}\n')
    ended = citewise("eval", "answers", "--questions", file)
    assert failed(ended, 1, f"{file}, line 2: ", reason)


def test_a_file_without_questions(citewise: Citewise, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n\n")
    assert failed(citewise("eval", "answers", "--questions", file), 1, "holds no question")
