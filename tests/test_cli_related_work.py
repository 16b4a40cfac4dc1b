"""`citewise related-work` on a copy of the bundled library: what it prints and writes."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import assistant.build
from ui.cli.main import main
from vectorstore import Encoder, Library

TOPIC = "mechanistic interpretability of language models"
Run = Callable[..., int]


@pytest.fixture
def run(library: Library, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in an empty directory over a copy of the bundled library."""
    copy = shutil.copytree(library.path, tmp_path / "library")
    monkeypatch.setattr(assistant.build, "build_encoder", lambda settings: encoder)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["related-work", "--library", str(copy), *arguments])


def test_a_topic_gives_markdown_with_numbered_references(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(TOPIC) == 0
    out, err = capsys.readouterr()
    body, references = out.split("### References")
    cited = {int(n) for marks in re.findall(r"\[([\d, ]+)\]", body) for n in marks.split(",")}
    listed = {int(n) for n in re.findall(r"^(\d+)\. ", references, re.MULTILINE)}
    assert cited == listed
    assert "papers cited" in err


def test_a_printed_plan_is_written_when_it_is_passed_back(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(TOPIC, "--print-plan", "--papers", "4", "--words", "120") == 0
    plan = json.loads(capsys.readouterr().out)
    plan["themes"] = plan["themes"][:1]
    plan["themes"][0]["name"] = "Edited by hand"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert run("--plan", "plan.json", "--format", "json") == 0
    section = json.loads(capsys.readouterr().out)
    assert section["paragraphs"][0]["heading"] == "Edited by hand"
    planned = {paper["paper_id"] for paper in plan["themes"][0]["papers"]}
    assert {paper["paper_id"] for paper in section["papers"]} <= planned


def test_every_file_that_is_asked_for_is_written(run: Run, tmp_path: Path) -> None:
    files = {
        "--output": "s.tex",
        "--bib": "refs.bib",
        "--table": "t.csv",
        "--provenance": "p.jsonl",
        "--considered": "c.jsonl",
    }
    flags = [word for pair in files.items() for word in pair]
    assert run(TOPIC, "--format", "latex", "--standalone", *flags) == 0
    assert all((tmp_path / name).stat().st_size for name in files.values())
    text = (tmp_path / "s.tex").read_text()
    cited = {k for keys in re.findall(r"\\cite[pt]\{([^}]+)\}", text) for k in keys.split(",")}
    keys = re.findall(r"^@misc\{([^,]+),", (tmp_path / "refs.bib").read_text(), re.MULTILINE)
    assert cited == set(keys)
    assert "\\bibliography{refs}" in text


def test_a_draft_needs_no_topic(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "draft.md").write_text(
        "# Owls in language models\n\nWe introduce Strix, a probe that finds owls in the neurons of"
        " language models."
    )
    assert run("--from-file", "draft.md", "--words", "120") == 0
    assert "our draft says: “We introduce Strix" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "topic is empty"),
        ([TOPIC, "--format", "docx"], 2, "--output"),
        ([TOPIC, "--table", "t.xls"], 2, ".csv"),
        ([TOPIC, "--format", "latex", "--standalone"], 2, "--bib"),
        (["--from-file", "none.tex"], 1, "none.tex"),
        (["--plan", "none.json"], 1, "none.json"),
        ([TOPIC, "--year", "2090-"], 1, "near the topic"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], code: int, told: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == code
    out, err = capsys.readouterr()
    assert told in err
    assert not out
    assert len(err.splitlines()) == 1
