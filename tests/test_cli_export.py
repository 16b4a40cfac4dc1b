"""`citewise export`: what it writes, where, and for which papers."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import assistant.build
from ui.cli.commands.export import _FORMATS, _write_out
from ui.exports import EXPORTERS
from vectorstore import Encoder, Library

Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def citewise(
    library: Library,
    encoder: Encoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run_citewise: Citewise,
) -> Citewise:
    """Runs a command in this process, on a copy of the bundled library."""
    path = shutil.copytree(library.path, tmp_path / "library")
    monkeypatch.setenv("CITEWISE_LIBRARY", str(path))
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    return run_citewise


def test_the_command_offers_each_format_that_there_is() -> None:
    assert tuple(EXPORTERS) == _FORMATS


@pytest.mark.parametrize(
    ("name", "counted"), [("bibtex", "@misc{"), ("ris", "TY  - "), ("csl-json", '"type": ')]
)
def test_all_papers_are_written_in_each_format(name: str, counted: str, citewise: Citewise) -> None:
    ended = citewise("export", "--format", name)
    assert ended.code == 0
    assert ended.out.count(counted) == 43
    assert ended.err == ""


def test_bibtex_is_written_where_no_format_is_named(citewise: Citewise) -> None:
    assert citewise("export", "--year", "2024").out.startswith("@misc{")


def test_filters_bound_what_is_written(citewise: Citewise) -> None:
    expected = int(citewise("papers", "--year", "2024", "--count").out)
    ended = citewise("export", "--format", "jsonl", "--year", "2024")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert 0 < len(rows) == expected < 43
    assert {row["year"] for row in rows} == {2024}


def test_no_paper_that_fits_is_an_empty_export(citewise: Citewise) -> None:
    ended = citewise("export", "--format", "csl-json", "--year", "1999")
    assert (ended.code, ended.out) == (0, "[]\n")


def test_a_file_is_written_and_named(citewise: Citewise, tmp_path: Path) -> None:
    path = tmp_path / "papers.bib"
    ended = citewise("export", "--output", path)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"43 papers written to {str(path)!r}.\n"
    assert path.read_text(encoding="utf-8") == citewise("export").out
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".part"] == []


def test_a_file_that_is_there_is_replaced_as_a_whole(citewise: Citewise, tmp_path: Path) -> None:
    path = tmp_path / "papers.bib"
    path.write_text("old " * 100_000)
    citewise("export", "--output", path, "--year", "1999")
    assert path.read_text() == ""


def test_a_directory_is_no_file_to_write(citewise: Citewise, tmp_path: Path) -> None:
    ended = citewise("export", "--output", tmp_path)
    assert ended.code == 2
    assert "is a directory; name a file in it" in ended.err


def test_a_directory_that_is_not_there_is_named(citewise: Citewise, tmp_path: Path) -> None:
    ended = citewise("export", "--output", tmp_path / "none" / "papers.bib")
    assert ended.code == 1
    assert "none" in ended.err


@pytest.mark.parametrize("name", EXPORTERS)
def test_what_was_exported_is_known_when_it_is_added(
    name: str, citewise: Citewise, tmp_path: Path
) -> None:
    path, before = tmp_path / "exported", citewise("export", "--format", "jsonl").out
    citewise("export", "--format", name, "--output", path)
    assert citewise("add", path).code == 0
    assert citewise("papers", "--count").out == "43\n"
    after = citewise("export", "--format", "jsonl").out
    assert [_content(line) for line in after.splitlines()] == [
        _content(line) for line in before.splitlines()
    ]


def _content(line: str) -> dict[str, Any]:
    """A paper as a line of JSON tells it, without the kind of source that it came from."""
    return {name: value for name, value in json.loads(line).items() if name != "source"}


def test_a_terminal_is_shown_nothing_that_commands_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pieces = ["title = {\x1b[2JOwls\u202e}\n"]
    _write_out(pieces)
    assert capsys.readouterr().out == pieces[0]  # a file or pipe gets all
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    _write_out(pieces)
    assert capsys.readouterr().out == "title = {[2JOwls}\n"
