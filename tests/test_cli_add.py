"""`citewise add`: every kind of source in one command, and every row accounted for."""

import gzip
import io
import json
import re
import shlex
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import assistant.build
from ui.cli.main import build_parser
from vectorstore import importing, ingestion
from vectorstore.importing import ImportReport, Rows
from vectorstore.readers.opened import Opened
from vectorstore.readers.reader import ReadOptions
from vectorstore.readers.table import reader_names

SAMPLES = Path(__file__).parent / "data" / "readers"
OWLS = {"id": "owls", "title": "Counting Owls", "abstract": "Owls hunt at night.", "year": 2021}
BATS = {"id": "bats", "title": "Bats", "abstract": "Bats hunt by ear.", "year": 2019}

Citewise = Callable[..., Any]  # gives the `Ended` of conftest.py


@pytest.fixture
def citewise(
    hash_encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_citewise: Citewise
) -> Citewise:
    """Runs a command in this process, on a library that does not exist yet."""
    monkeypatch.setenv("CITEWISE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: hash_encoder)
    return run_citewise


def many(n_papers: int, **fields: Any) -> list[dict[str, Any]]:
    return [{**OWLS, "id": f"p{n}", "title": f"Study {n}", **fields} for n in range(n_papers)]


def balanced(counts: dict[str, int]) -> bool:
    """Return whether every paper that was read is in one of the counts."""
    return counts["read"] == sum(
        counts[what] for what in ("added", "updated", "merged", "unchanged")
    )


# Sources


def test_one_command_reads_every_format_from_a_directory_and_accounts_for_every_row(
    citewise: Citewise, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLES, tmp_path / "papers")
    (tmp_path / "papers" / "paper.pdf").write_bytes(b"%PDF-1.7\0")
    (tmp_path / "papers" / "notes.txt").write_text("Dear diary,\n")
    ended = citewise("add", tmp_path / "papers", "--json")
    assert ended.code == 0
    report = ended.json
    assert len(report["sources"]) == len(list(SAMPLES.iterdir()))
    assert all(s["papers"] >= 2 and s["rejected"] == len(s["rejects"]) for s in report["sources"])
    counts = report["counts"]
    assert balanced(counts)
    assert counts["read"] == sum(source["papers"] for source in report["sources"])
    assert counts["rejected"] == sum(source["rejected"] for source in report["sources"])
    assert {Path(s["source"]).name: s["reason"] for s in report["skipped"]} == {
        "paper.pdf": "a .pdf file",
        "notes.txt": "of no format that Citewise reads",
    }


def test_patterns_archives_and_several_paths_are_read_in_one_command(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    make_jsonl(OWLS, name="1.rows")
    make_jsonl(BATS, name="2.rows")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("in/3.jsonl.gz", gzip.compress(json.dumps({**OWLS, "id": "3"}).encode()))
        archive.writestr("in/bad.jsonl", '{"title": "No abstract"}')
    ended = citewise("add", tmp_path / "*.rows", tmp_path / "z.zip", "--json")
    assert ended.code == 1
    assert ended.json["added"] == ["owls", "bats", "3"]
    inner = f"{tmp_path}/z.zip/in"
    assert [s["source"] for s in ended.json["sources"]][2:] == [
        f"{inner}/3.jsonl.gz",
        f"{inner}/bad.jsonl",
    ]
    [error] = ended.json["errors"]
    assert error["source"] == f"{inner}/bad.jsonl"
    assert "holds no whole paper" in error["error"]


def test_standard_input_is_a_source(citewise: Citewise, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(OWLS).encode()))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        ended = citewise("add", "-", "--json")
    assert ended.json["added"] == ["owls"]
    assert ended.json["sources"][0]["source"] == "standard input"


def test_a_packed_file_that_is_cut_gives_its_papers_and_an_error(
    citewise: Citewise, tmp_path: Path
) -> None:
    text = "".join(json.dumps(row) + "\n" for row in many(3_000))
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(text.encode())[:-1_000])
    ended = citewise("add", path)
    assert ended.code == 1
    n_added = int(ended.out.split(" added")[0].replace(",", ""))
    assert 1_000 < n_added < 3_000
    assert f"citewise: {str(path)!r} is damaged: " in ended.err
    assert citewise("papers", "--count").out == f"{n_added}\n"


# Options


def test_columns_of_a_table_can_be_named(citewise: Citewise, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("Name,Text,Who\nOwls,They hunt.,Ada Strix\n")
    refused = citewise("add", table)
    assert refused.code == 1
    assert "'Name', 'Text', 'Who'. Name it: --map title=COLUMN" in refused.err
    ended = citewise("add", table, "--map", "title=Name", "--map", "abstract=Text", "--json")
    assert ended.code == 0
    assert citewise("papers", "--json").json[0]["title"] == "Owls"


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--map", "title"), "'title' is not FIELD=COLUMN"),
        (("--map", "name=Title"), "one of these fields: title, abstract, authors"),
        (("--format", "endnote"), "No format 'endnote'. Citewise reads "),
        (("--max", "0"), "--max"),
    ],
)
def test_options_that_make_no_sense_are_bad_usage(
    citewise: Citewise, make_jsonl: Callable[..., Path], option: tuple[str, str], message: str
) -> None:
    ended = citewise("add", make_jsonl(OWLS), *option)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err.splitlines()[-1]


def test_a_format_can_be_forced(citewise: Citewise, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("title|abstract\nOwls|They hunt.\n")
    assert citewise("add", tmp_path / "x", "--format", "ris").code == 1
    assert citewise("add", tmp_path / "x", "--format", "csv").code == 0


def test_no_more_papers_are_read_than_asked_for(
    citewise: Citewise, make_jsonl: Callable[..., Path]
) -> None:
    source, other = make_jsonl(*many(10)), make_jsonl(BATS, name="other.jsonl")
    ended = citewise("add", source, other, "--max", "7", "--json")
    assert (ended.code, len(ended.json["added"])) == (0, 7)
    assert len(ended.json["sources"]) == 1
    assert ended.err.splitlines()[-1].startswith("Adding: 7 of 7 papers")


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path, hash_encoder: Any
) -> None:
    source = make_jsonl(OWLS, BATS, "broken")
    ended = citewise("add", source, "--dry-run")
    assert ended.code == 0
    assert ended.out.splitlines()[0] == (
        "It would be: 2 added, 0 updated, 0 unchanged, 1 rejected; the library would hold 2 papers."
    )
    assert not (tmp_path / "library").exists()
    citewise("add", make_jsonl(OWLS, {**BATS, "year": 2018}, name="old.jsonl"))
    n_encoded = hash_encoder.n_texts
    again = make_jsonl(OWLS, BATS, {**OWLS, "id": "new"}, {**OWLS, "id": "new"}, name="x.jsonl")
    report = citewise("add", again, "--dry-run", "--json").json
    assert (report["added"], report["updated"]) == (["new"], ["bats"])
    assert report["unchanged"] == ["owls", "new"]
    assert report["dry_run"] is True
    assert citewise("papers", "--count").out == "2\n"
    assert hash_encoder.n_texts == n_encoded
    done = citewise("add", again, "--json").json
    done["unchanged"].sort(reverse=True)
    assert {**report, "dry_run": False} == done


# The report


def test_rejects_are_written_to_a_file_all_of_them(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    source = make_jsonl(OWLS, "broken", '{"title": "Käuz\\ud800", "abstract": "A"}', *["{}"] * 50)
    ended = citewise("add", source, "--rejects", tmp_path / "rejects.jsonl")
    assert ended.code == 0
    assert ended.out.startswith("1 added, 0 updated, 0 unchanged, 52 rejected; ")
    lines = (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    rejects = [json.loads(line) for line in lines]
    assert len(rejects) == 52
    assert rejects[1] == {
        "source": str(source),
        "line": 3,
        "reason": "title: half a character (U+D800)",
        "excerpt": "Käuz?",
    }
    assert citewise("status", "--json").json["rejects"] == 52


def test_all_rejected_is_a_failure_that_shows_the_first_and_writes_all(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    source = make_jsonl('{"broken', "{}", '{"title": "T"}')
    ended = citewise("add", source, "--rejects", tmp_path / "rejects.jsonl", "--json")
    assert ended.code == 1
    assert ended.json["counts"] == dict.fromkeys(ended.json["counts"], 0) | {"rejected": 3}
    assert "The first problem: line 1: not JSON" in ended.err
    assert len((tmp_path / "rejects.jsonl").read_text().splitlines()) == 3
    assert not (tmp_path / "library").exists()


def test_a_rejects_file_that_cannot_be_written_is_an_error_before_anything_is_read(
    citewise: Citewise, make_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    ended = citewise("add", make_jsonl(OWLS), "--rejects", tmp_path / "no" / "rejects.jsonl")
    assert ended.code == 1
    assert "No such file or directory" in ended.err
    assert not (tmp_path / "library").exists()


def test_papers_that_come_twice_are_accounted_for_within_a_batch_as_across_them(
    citewise: Citewise, make_jsonl: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*many(5), *many(5), *many(5, year=2000)]
    reports = []
    for n, size in enumerate((4_000, 3)):
        monkeypatch.setattr(importing, "BATCH_PAPERS", size)
        source = make_jsonl(*rows, name=f"{n}.jsonl")
        library = source.parent / f"library-{n}"
        report = citewise("add", source, "--json", "--library", library).json
        reports.append(report["counts"])
        assert balanced(report["counts"])
        years = {p["year"] for p in citewise("papers", "--json", "--library", library).json}
        assert years == {2000}
    assert reports[0] == reports[1]
    assert (reports[0]["added"], reports[0]["updated"], reports[0]["unchanged"]) == (5, 5, 5)


# Streaming


@pytest.mark.parametrize(
    ("limit", "ahead", "n_papers"),
    [(("BATCH_PAPERS", 10), 10, 95), (("BATCH_SECONDS", -1.0), 1, 5)],
)
def test_papers_are_stored_while_the_rest_is_still_to_be_read(
    make_library: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    make_jsonl: Any,
    limit: tuple[str, Any],
    ahead: int,
    n_papers: int,
) -> None:
    monkeypatch.setattr(importing, *limit)
    library = make_library()
    rows = Rows([str(make_jsonl(*many(n_papers)))], ImportReport())
    stored = []

    def note_stored(*_: object) -> None:
        stored.append((rows.report.n_read, library.catalogue.n_papers()))

    importing.add_rows(lambda: library, rows, note_stored)
    assert stored[0] == (ahead, ahead)
    assert all(n_read - n_stored <= ahead for n_read, n_stored in stored)
    assert stored[-1] == (n_papers, n_papers)


def test_how_many_papers_there_will_be_is_told_from_the_bytes_that_were_read(
    make_jsonl: Callable[..., Path],
) -> None:
    rows = Rows([str(make_jsonl(*many(20_000)))], ImportReport())
    papers = iter(rows)
    for _ in range(5_000):
        next(papers)
    assert rows.report.n_read == 5_000
    assert 15_000 < (rows.total() or 0) < 25_000
    assert len(list(papers)) == 15_000
    assert rows.total() == 20_000


def test_ctrl_c_says_what_is_safe_and_the_same_command_goes_on(
    citewise: Citewise,
    make_jsonl: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    hash_encoder: Any,
) -> None:
    def interrupt_later(texts: Any) -> Any:
        if hash_encoder.n_texts > 30:
            raise KeyboardInterrupt
        return type(hash_encoder).encode(hash_encoder, texts)

    source = make_jsonl(*many(100))
    with monkeypatch.context() as patch:
        patch.setattr(importing, "BATCH_PAPERS", 20)
        patch.setattr(ingestion, "_BATCH_PAPERS", 10)
        patch.setattr(hash_encoder, "encode", interrupt_later)
        ended = citewise("add", source)
    assert ended.code == 130
    *_, stopped, last = ended.err.splitlines()
    assert last == "citewise: interrupted."
    n_safe = int(stopped.removeprefix("Stopped; ").split()[0])
    assert 20 <= n_safe < 100
    report = citewise("add", source, "--json").json
    assert (len(report["unchanged"]), len(report["added"])) == (n_safe, 100 - n_safe)


# The guide


def test_the_guide_names_every_format_and_option_and_its_commands_can_be_given() -> None:
    page = (Path(__file__).parents[1] / "docs" / "adding.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\|.*\| `([a-z-]+)` \| `citewise add", page, re.M)) == set(
        reader_names()
    )
    for line in re.findall(r"citewise add [^`|\n#]*", page):
        assert build_parser().parse_args(shlex.split(line)[1:]).run
    help_text = run_help()
    page = page.replace("`citewise papers --origins`", "")
    assert set(re.findall(r"--[a-z][a-z-]*", page)) <= set(re.findall(r"--[a-z-]+", help_text))


def test_the_reader_of_the_guide_reads() -> None:
    page = (Path(__file__).parents[1] / "docs" / "adding.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/adding.md", "exec"), names)
    opened = Opened("x", io.BytesIO(b"OWLS 1.0\nOwls\tThey hunt.\nBats\n"))
    reader = names["READER"]
    assert reader.recognises(opened)
    paper, reject = reader.read(opened, ReadOptions())
    assert (paper.title, paper.abstract, reject.line) == ("Owls", "They hunt.", 3)


def run_help() -> str:
    """Return the options of `citewise add`."""
    (subparsers,) = (action for action in build_parser()._actions if action.dest == "==SUPPRESS==")
    return str(subparsers.choices["add"].format_help())
