"""`docs/json.md` names what the commands print as JSON."""

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.abstention import AbstentionScores
from assistant.evaluation.answers import Scores as AnswerScores
from assistant.evaluation.rewriting import RewritingScores
from assistant.evaluation.support import Scores as SupportScores
from assistant.related_work.evaluation.measuring import Row, Summary
from assistant.related_work.evaluation.rouge import Rouge
from vectorstore import Library

PAGE = Path(__file__).parents[1] / "docs" / "json.md"


def named(command: str) -> set[str]:
    """Return the names in the section on a command."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"# `citewise {command} --json`\n(.*?)(\n# |\Z)", text, re.DOTALL)
    assert section, command
    return set(re.findall(r"`(\w+)`", section[1]))


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("eval answers", [AnswerScores]),
        ("eval abstention", [AbstentionScores]),
        ("eval support", [SupportScores]),
        ("eval rewrite", [RewritingScores]),
        ("eval related-work", [Summary, Row, Rouge]),
    ],
)
def test_the_page_names_every_figure_of_a_measure(command: str, printed: list[Any]) -> None:
    figures = {field.name for each in printed for field in fields(each)}
    assert figures <= named(command)


def test_the_page_names_all_that_status_prints(
    library: Library, run_citewise: Callable[..., Any]
) -> None:
    printed = run_citewise("status", "--library", library.path, "--json").json
    assert printed.keys() <= named("status")
